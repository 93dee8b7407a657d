"""Posts of a submission: its XML and the files beside it, in as many as the server wants."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping

from fieldkit.errors import FieldkitError

_OVERHEAD = 2048
"""Bytes of a post beside its files and their names."""


def multipart(xml: bytes, files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A body of several parts, and its kind."""
    parts = [_part("xml_submission_file", "submission.xml", "text/xml", xml)]
    parts += [_part(name, name, "application/octet-stream", content) for name, content in files.items()]
    boundary = secrets.token_hex(16)
    while any(boundary.encode() in part for part in parts):
        boundary = secrets.token_hex(16)
    edge = f"--{boundary}\r\n".encode()
    body = b"".join([*(edge + part + b"\r\n" for part in parts), f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def _part(name: str, file: str, kind: str, content: bytes) -> bytes:
    head = (
        f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(file)}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def in_posts(
    xml: bytes, files: Mapping[str, bytes], limit: int, *, one_by_one: bool
) -> Iterator[dict[str, bytes]]:
    """The files by posts, each with its XML within what the server takes; without a limit all in one, or each alone.

    Raises FieldkitError("interop.file-too-large").
    """
    room = limit - len(xml) - _OVERHEAD
    part: dict[str, bytes] = {}
    size = 0
    for name, content in files.items():
        length = len(content) + 2 * len(name.encode()) + 256
        if limit and length > room:
            raise FieldkitError("interop.file-too-large", name=name, bytes=len(content), limit=limit)
        if part and (one_by_one or (limit and size + length > room)):
            yield part
            part, size = {}, 0
        part[name] = content
        size += length
    yield part
