"""The parts of a `multipart/form-data` body (RFC 7578), in memory: nothing of a record is ever put into a file in clear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from fieldkit.errors import FieldkitError

_MOST = 200
"""Parts of one request."""
_LONGEST_HEAD = 4096
_PLAIN = frozenset({"", "binary", "8bit", "7bit"})
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")


@dataclass(frozen=True, slots=True)
class Part:
    """name: of the field; filename: "" without one."""

    name: str
    filename: str
    content: bytes


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The parts, in their order. Raises FieldkitError("openrosa.malformed")."""
    head = Message()
    head["content-type"] = content_type
    boundary = head.get_param("boundary")
    if head.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise _malformed("it is no multipart/form-data")
    if not _BOUNDARY.fullmatch(boundary):
        raise _malformed("its boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"), _MOST + 2)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise _malformed("its last part is not whole")
    if len(pieces) > _MOST + 2:
        raise _malformed("it has too many parts")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    padding, line, rest = piece.partition(b"\r\n")
    if padding.strip(b" \t") or not line:
        raise _malformed("its boundary")
    raw, blank, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if not blank or len(raw) > _LONGEST_HEAD:
        raise _malformed("the head of a part")
    try:
        head = HeaderParser().parsestr(raw[2:].decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _malformed("the head of a part") from error
    if str(head.get("content-transfer-encoding", "")).strip().lower() not in _PLAIN:
        raise _malformed("the encoding of a part")
    name = head.get_param("name", header="content-disposition")
    if head.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise _malformed("the head of a part")
    return Part(name, head.get_filename() or "", content)


def _malformed(reason: str) -> FieldkitError:
    return FieldkitError("openrosa.malformed", reason=reason)
