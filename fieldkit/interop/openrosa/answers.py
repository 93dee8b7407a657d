"""What is answered to phones: XML with the headers that OpenRosa asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from email.utils import formatdate

from lxml import etree
from starlette.responses import Response

from fieldkit.i18n import language
from fieldkit.interop.openrosa.offers import Offer

LARGEST = 10_000_000
"""What phones are told to send at once; with more files they come several times."""
_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"
_XML = "text/xml; charset=utf-8"

Url = Callable[..., str]
"""The whole address of a path of ours, given its parts."""


def said(text: str, status: int, nature: str = "submit_success") -> Response:
    """A sentence for whoever holds the phone."""
    root = etree.Element(f"{{{_RESPONSE}}}OpenRosaResponse", nsmap=_unprefixed(_RESPONSE))
    message = etree.SubElement(root, f"{{{_RESPONSE}}}message", nature=nature)
    message.text = text
    return xml(root, status)


def form_list(offers: Iterable[Offer], url: Url, *, verbose: bool) -> Response:
    """The forms that a phone may have."""
    root = etree.Element(f"{{{_LIST}}}xforms", nsmap=_unprefixed(_LIST))
    for offer in offers:
        form = offer.form
        rows = [
            ("formID", form.id), ("name", form.title or form.id), ("version", form.version), ("hash", f"md5:{offer.md5}"),
            ("descriptionText", form.title if verbose else ""), ("downloadUrl", url(form.hash, "form.xml")),
            ("manifestUrl", url(form.hash, "manifest") if offer.media else ""),
        ]  # fmt: skip
        listed = etree.SubElement(root, f"{{{_LIST}}}xform")
        for name, text in rows:
            if text or name == "version":
                etree.SubElement(listed, f"{{{_LIST}}}{name}").text = text
    return xml(root, 200)


def manifest(offer: Offer, url: Url) -> Response:
    """The files beside a form."""
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap=_unprefixed(_MANIFEST))
    for name, media in offer.media.items():
        kind = {} if media.entities is None else {"type": "entityList"}
        listed = etree.SubElement(root, f"{{{_MANIFEST}}}mediaFile", kind)
        rows = [
            ("filename", name),
            ("hash", f"md5:{media.md5}"),
            ("downloadUrl", url(offer.form.hash, "media", name)),
        ]
        if media.entities is not None:
            rows.append(("integrityUrl", url(offer.form.hash, "media", name, "integrity")))
        for tag, text in rows:
            etree.SubElement(listed, f"{{{_MANIFEST}}}{tag}").text = text
    return xml(root, 200)


def integrity(known: frozenset[str], asked: Iterable[str]) -> Response:
    """Which of some entities are there no more."""
    root = etree.Element("data")
    entities = etree.SubElement(root, "entities")
    for each in asked:
        entity = etree.SubElement(entities, "entity", id=each)
        etree.SubElement(entity, "deleted").text = "false" if each in known else "true"
    return xml(root, 200)


def xml(root: etree._Element, status: int) -> Response:
    """XML as an answer."""
    body = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return headed(Response(body, status, media_type=_XML))


def asked_who(challenges: Sequence[str], text: str) -> Response:
    """Who is it? In every way that this line allows."""
    answer = said(text, 401, "submit_failure")
    for each in challenges:
        answer.headers.append("www-authenticate", each)
    return answer


def headed(answer: Response) -> Response:
    """An answer with the headers of OpenRosa."""
    answer.headers["x-openrosa-version"] = "1.0"
    answer.headers["x-openrosa-accept-content-length"] = str(LARGEST)
    answer.headers["date"] = formatdate(usegmt=True)
    answer.headers["content-language"] = language()
    answer.headers["cache-control"] = "no-store"
    return answer


def _unprefixed(namespace: str) -> dict[str, str]:
    """A namespace without a prefix."""
    namespaces: dict[str | None, str] = {None: namespace}
    return namespaces  # type: ignore[return-value] # lxml takes None for the default
