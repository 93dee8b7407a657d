"""What phones are given: forms as XForms, and the lists and pictures beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from fieldkit.errors import FormError
from fieldkit.interop.openrosa.entities import Entities
from fieldkit.interop.openrosa.households import COLUMNS, LIST, Households, looks_up
from fieldkit.interop.openrosa.lists import Rows, as_csv
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import XFORMS
from fieldkit.xforms.folders import cache_folder
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.sheets import XML
from fieldkit.xforms.xlsform import convert

if TYPE_CHECKING:
    from fieldkit.interop.openrosa.phones import Phone
    from fieldkit.office import Office


@dataclass(frozen=True, slots=True)
class Media:
    """A file beside a form. entities: the ids of those it lists, None for a file that is no list of entities."""

    content: bytes
    entities: frozenset[str] | None = None

    @property
    def md5(self) -> str:
        """What phones see by whether it has changed."""
        return _md5(self.content)


@dataclass(frozen=True, slots=True)
class Offer:
    """A form as a phone gets it. media: the files beside it, by name."""

    form: Form
    xml: bytes
    media: dict[str, Media] = field(default_factory=dict)

    @property
    def md5(self) -> str:
        """What phones see by whether it has changed."""
        return _md5(self.xml)


class Offers:
    """The forms of an office for its phones. public_key: that of the office for encrypted records, "" for none; it is asked for
    each time.

    On an open line whatever can be is encrypted by the phone; what is restricted, or looks households up, is not given at all
    without. Forms that somebody puts into the office's folder are there the next time that a phone asks, and the version it
    had before is kept, since phones go on sending what was filled in with it.
    """

    def __init__(self, office: Office, public_key: Callable[[], str]) -> None:
        self._library = office.library
        self._entities = Entities(office)
        self._households = Households(office)
        self._public_key = public_key
        self._xml: dict[str, bytes] = {}
        self._library.look_again()

    def of(self, phone: Phone, *, safe: bool, form_id: str = "", all_versions: bool = False) -> list[Offer]:
        """Those of a phone's forms that may go over a line. safe: whether it is encrypted itself. Forms that cannot be read any
        more, or want another's key, are left out.
        """
        self._look_again()
        key, found = self._public_key(), []
        for each in phone.forms:
            if form_id in {"", each}:
                for form in self._versions(each, all_versions=all_versions):
                    offer = self._offer(form, phone, key, safe=safe)
                    found += [offer] if offer else []
        return found

    def one(self, phone: Phone, form_hash: str, *, safe: bool) -> Offer | None:
        """The one with that hash, None where it is not given."""
        known = self.of(phone, safe=safe, all_versions=True)
        return next((each for each in known if each.form.hash == form_hash), None)

    def form(self, form_id: str, version: str) -> Form | None:
        """A version of a form that phones may have; the latest where several have that name for it."""
        self._look_again()
        found = [each for each in self._versions(form_id, all_versions=True) if each.version == version]
        return found[-1] if found else None

    def lists(self, form: Form, phone: Phone) -> dict[str, Rows]:
        """The lists by which a record of a phone is judged, instead of those in the form's own files. Raises SyncError."""
        found = self._entities.lists(form)
        return found | ({LIST: self._households.known(phone.villages)} if looks_up(form) else {})

    def clashing(self, form: Form, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """As `Entities.clashing`. Raises SyncError."""
        return self._entities.clashing(form, answers)

    def _look_again(self) -> None:
        if self._library.look_again():
            self._entities.forget()

    def _versions(self, form_id: str, *, all_versions: bool) -> list[Form]:
        current = self._library.known(form_id)
        if not all_versions:
            return [current] if current else []
        earlier = [each for each in self._library.all_versions() if each.id == form_id]
        return [
            *(each for each in earlier if current is None or each.hash != current.hash),
            *([current] if current else []),
        ]

    def _offer(self, form: Form, phone: Phone, key: str, *, safe: bool) -> Offer | None:
        wanted = form.submission.public_key
        if wanted and wanted != key:
            return None
        if not safe and ((not key and is_restricted(form)) or looks_up(form)):
            return None
        if looks_up(form) and not phone.villages:
            return None
        source = self._library.source(form)
        if source is None:
            return None
        with suppress(FormError, OSError):
            xml = self._xform(form, source)
            self._library.keep(form)
            sent = xml if safe or not key else _encrypting(xml, key)
            return Offer(form, sent, _media(form, source.parent) | self._lists(form, phone))
        return None

    def _lists(self, form: Form, phone: Phone) -> dict[str, Media]:
        found = {}
        if looks_up(form):
            rows = self._households.due(phone.villages)
            ids = frozenset(row["name"] for row in rows)
            found[f"{LIST}.csv"] = Media(as_csv(COLUMNS, rows), ids)
        for name, rows in self._entities.lists(form).items():
            if name == LIST:
                continue
            file = form.instances[name].src.rpartition("/")[2]
            ids = frozenset(row["name"] for row in rows)
            found[file] = Media(self._entities.as_csv(form, name, rows), ids)
        return found

    def _xform(self, form: Form, source: Path) -> bytes:
        """The XForm that a form was read from; made from sheets, it is kept beside the forms that are."""
        if form.hash not in self._xml:
            kept = cache_folder() / f"{form.hash}.xform"
            if source.suffix.lower() in XML:
                xml = source.read_bytes()
            elif kept.is_file() and _sha256(kept.read_bytes()) == form.hash:
                xml = kept.read_bytes()
            else:
                xml = convert(source).xml
                with suppress(OSError):
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_bytes(xml)
            self._xml[form.hash] = xml
        return self._xml[form.hash]


def is_restricted(form: Form) -> bool:
    """Whether anything in a form may only be sent so that nobody on the way can read it."""
    return any(item.bind.tier in RESTRICTED for item in form.items.values())


def _media(form: Form, folder: Path) -> dict[str, Media]:
    """The files beside a form that it names, as far as they are there."""
    names = {each.rpartition("/")[2] for each in _addresses(form)}
    found = (folder / name for name in sorted(names) if name)
    return {path.name: Media(path.read_bytes()) for path in found if path.is_file()}


def _addresses(form: Form) -> Iterator[str]:
    yield from (each.src for each in form.instances.values() if each.src)
    for item in form.items.values():
        for label in item.media.values():
            for segments in label.texts.values():
                yield "".join(each for each in segments if isinstance(each, str))


def _encrypting(xml: bytes, public_key: str) -> bytes:
    """The same form, whose records are to be encrypted."""
    root = etree.fromstring(xml, xml_parser())
    model = root.find(f".//{{{XFORMS}}}model")
    assert model is not None
    submission = model.find(f"{{{XFORMS}}}submission")
    if submission is None:
        submission = etree.Element(f"{{{XFORMS}}}submission")
        model.insert(
            len(model.findall(f"{{{XFORMS}}}instance")) + len(model.findall(f"{{{XFORMS}}}itext")), submission
        )
    submission.set("base64RsaPublicKey", public_key)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
