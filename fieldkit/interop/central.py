"""What OpenRosa servers say: lists of forms and of the files beside them, and what became of a submission.

ODK Central and KoboToolbox say it in the same XML; Central's own refusals may come as JSON with a code such as 409.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.client import Line, Reply
from fieldkit.xforms.instance import xml_parser

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"
_MD5 = "md5:"
_ENTITIES = "entityList"
_LONGEST = 300
_ACCEPTED, _NO_CONTENT = frozenset({201, 202}), 204
THERE = 202
"""What KoboToolbox answers for a submission that it has already."""
_LENGTH = "x-openrosa-accept-content-length"


@dataclass(frozen=True, slots=True)
class Offered:
    """A form as a server lists it. md5: of its XML, hex. manifest: where the files beside it are listed, "" for none."""

    form: str
    name: str
    version: str
    md5: str
    download: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A file beside a form. md5: of its bytes, hex; of a list of entities only a mark that tells when it changed: Central makes it of
    the time.
    """

    name: str
    md5: str
    download: str
    is_entities: bool = False


def form_list(line: Line) -> list[Offered]:
    """The forms that a server offers. Raises FieldkitError as `Line.ask`, ("interop.refused"), ("interop.not-openrosa")."""
    return [
        Offered(
            _text(each, "formID"),
            _text(each, "name"),
            _text(each, "version"),
            _text(each, "hash").removeprefix(_MD5).lower(),
            _text(each, "downloadUrl"),
            _text(each, "manifestUrl"),
        )
        for each in _listed(line, "/formList", _LIST, "xforms")
        if etree.QName(each).localname == "xform"
    ]


def manifest(line: Line, where: str) -> list[Beside]:
    """The files beside a form. Raises as `form_list`."""
    return [
        Beside(
            _text(each, "filename"),
            _text(each, "hash").removeprefix(_MD5).lower(),
            _text(each, "downloadUrl"),
            each.get("type") == _ENTITIES,
        )
        for each in _listed(line, where, _MANIFEST, "manifest")
        if etree.QName(each).localname == "mediaFile"
    ]


def fetched(line: Line, where: str) -> bytes:
    """A file. Raises FieldkitError as `Line.ask`, ("interop.refused")."""
    reply = line.ask("GET", where)
    if reply.status != 200:
        raise refusal(line, reply)
    return reply.body


def accepted_length(line: Line) -> int:
    """How many bytes a server takes in one post, 0 where it does not say; asked before anything is sent.

    Raises FieldkitError as `Line.ask`, ("interop.refused"), ("interop.not-openrosa").
    """
    reply = line.ask("HEAD", "/submission")
    if reply.status >= 400:
        raise refusal(line, reply)
    if reply.status != _NO_CONTENT:
        raise FieldkitError("interop.not-openrosa", host=line.address.host)
    return length_of(reply)


def length_of(reply: Reply) -> int:
    """The bytes that it says it takes, 0 where it does not."""
    said = reply.headers.get(_LENGTH, "")
    return int(said) if said.isascii() and said.isdigit() else 0


def is_accepted(reply: Reply) -> bool:
    """Whether a submission was taken: 201 or 202 and an OpenRosaResponse. A 200 says nothing: portals answer so."""
    if reply.status not in _ACCEPTED:
        return False
    try:
        return etree.fromstring(reply.body, xml_parser()).tag == f"{{{_RESPONSE}}}OpenRosaResponse"
    except (etree.XMLSyntaxError, ValueError):
        return False


def message_of(reply: Reply) -> str:
    """What a server says of a refusal, in one line, with its code where it has one."""
    text = reply.body[: 1 << 16].decode("utf-8", "replace").strip()
    said = ""
    if text.startswith("{"):
        try:
            found = json.loads(text)
            said = " ".join(str(found[key]) for key in ("code", "message", "detail") if found.get(key))
        except (ValueError, AttributeError):
            said = ""
    elif text.startswith("<"):
        try:
            root = etree.fromstring(reply.body, xml_parser())
            if root.tag == f"{{{_RESPONSE}}}OpenRosaResponse":
                said = root.findtext(f"{{{_RESPONSE}}}message") or ""
        except (etree.XMLSyntaxError, ValueError):
            said = ""
    words = " ".join(char if char.isprintable() else " " for char in said.split())
    return words[:_LONGEST]


def refusal(line: Line, reply: Reply) -> FieldkitError:
    """What a server's no is told as."""
    return FieldkitError(
        "interop.refused", host=line.address.host, status=reply.status, reason=message_of(reply) or "–"
    )


def _listed(line: Line, where: str, namespace: str, name: str) -> Iterator[etree._Element]:
    reply = line.ask("GET", where)
    if reply.status != 200:
        raise refusal(line, reply)
    try:
        root = etree.fromstring(reply.body, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FieldkitError("interop.not-openrosa", host=line.address.host) from error
    if root.tag != f"{{{namespace}}}{name}":
        raise FieldkitError("interop.not-openrosa", host=line.address.host)
    return root.iterchildren("*")


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()
