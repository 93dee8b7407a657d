"""The phones that send with ODK Collect, as whoever keeps the office looks after them: let in, given forms, revoked; what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain_code
from fieldkit.i18n import _
from fieldkit.interop.openrosa.admitting import add_phone, give_phone, revoke_phone
from fieldkit.interop.openrosa.desks import served_since
from fieldkit.interop.openrosa.households import looks_up, stands_alone
from fieldkit.interop.openrosa.phones import Phone
from fieldkit.interop.openrosa.settings_code import picture, settings_text
from fieldkit.interop.openrosa.standing import Standing, Waits, sent_by, standing, waiting_count
from fieldkit.office.roles import Act
from fieldkit.session.desk.told import told
from fieldkit.session.offered import offered
from fieldkit.wording import labelled
from sync.files import write_file

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.words import OfficeWords

_AT_OFFICE = frozenset({"target"})
"""Forms that stand alone, but are the office's own."""
_PATH = "openrosa"
_PORT = 8421


@dataclass(frozen=True, slots=True)
class Code:
    """What a new phone scans, this once. text: of the code; the rest for whoever types it by hand."""

    name: str
    text: str
    url: str
    user: str
    password: str


def address_for(library: FormLibrary, forms: Iterable[str], text: str) -> str:
    """An address as it goes to a phone that is given these forms.

    Raises FieldkitError("phone.url"), and ("phone.open-line") where a form would never be offered there.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FieldkitError("phone.url", text=text)
    looking = [form for form in map(library.known, forms) if form is not None and looks_up(form)]
    if looking and parts.scheme == "http":
        raise FieldkitError("phone.open-line", form=looking[0].title or looking[0].id)
    return text.strip().rstrip("/")


class Phones:
    """The phones of an office, at one desk. Every part needs the right to keep the office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- looking ------------------------------------------------------------------------------------------

    @told()
    def all(self) -> list[Standing]:
        """Every phone, by name, the revoked ones last. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        return standing(self._desk.office)

    @told()
    def state(self) -> str:
        """How many records of phones wait or were refused, for Home; read from a few small files. Raises FieldkitError."""
        known = self.all()
        waiting, refused = waiting_count(known), sum(len(each.refused) for each in known)
        said = [_("{count} waiting", count=waiting)] if waiting else []
        said += [_("{count} refused", count=refused)] if refused else []
        return _(", ").join(said)

    @told()
    def serving(self) -> str:
        """Whether some program serves phones now, and how it is begun. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        since = served_since(self._desk.office)
        if since:
            return _("Phones are served since {at}.", at=since[:16].replace("T", " "))
        return _(
            "Nobody serves phones now. Begin it in another window: fieldkit office serve --host ADDRESS --openrosa --plain"
        )

    def line(self, each: Standing) -> str:
        """A phone in a list."""
        said = [_("revoked")] if each.phone.revoked else [_last_here(each)]
        said += [_("{count} waiting", count=len(each.waiting))] if each.waiting else []
        said += [_("{count} refused", count=len(each.refused))] if each.refused else []
        return labelled(each.phone.name, _(", ").join(said))

    @told()
    def lines(self, each: Standing) -> list[str]:
        """All that is known of a phone, and what to do about what waits or was refused. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        words, phone = self._desk.words, each.phone
        lines = [
            labelled(_("Forms"), _(", ").join(map(words.form, phone.forms))),
            labelled(_("Villages whose households it may look up"), _(", ").join(map(words.place, phone.villages)) or _("none")),
            _("{here}; records from it: {count}", here=_last_here(each), count=sent_by(self._desk.office, phone.user)),
            _("It calls itself {user}; so since {day}.", user=phone.user, day=phone.since[:10]),
        ]  # fmt: skip
        if phone.revoked:
            lines.append(_("Revoked: nothing more is taken from it. What it sent stays."))
        return [*lines, *waiting_lines(each, words), *refused_lines(each, words)]

    # -- letting in ---------------------------------------------------------------------------------------

    @told()
    def forms(self) -> list[tuple[str, str]]:
        """The forms that can be filled in on a phone, each with what it is called. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        library, words = self._desk.office.library, self._desk.words
        found = [library.known(each.name) for each in offered(library, lambda form: form.title)]
        visit = library.known("visit")
        return [
            (form.id, words.form(form.id))
            for form in ([visit] if visit else []) + [each for each in found if each]
            if stands_alone(form) and form.id not in _AT_OFFICE
        ]

    @told()
    def villages(self) -> list[tuple[str, str]]:
        """The villages, each with its name. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        return [(each.code, self._desk.words.place(each.code)) for each in self._desk.office.places()]

    @told()
    def need_villages(self, forms: Iterable[str]) -> bool:
        """Whether one of these forms looks up households. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        known = map(self._desk.office.library.known, forms)
        return any(looks_up(form) for form in known if form is not None)

    @told()
    def usual_address(self, forms: Iterable[str]) -> str:
        """Where a phone with these forms probably reaches this computer, to be corrected. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        from sync.lan.address import Address, reached_at

        [host, *_others] = reached_at(Address("0.0.0.0", _PORT))  # noqa: S104 - nobody listens there
        scheme = "https" if self.need_villages(forms) else "http"
        return f"{scheme}://{Address(host, _PORT)}/{_PATH}"

    @told()
    def add(self, name: str, forms: Sequence[str], villages: Sequence[str], url: str) -> Code:
        """Let a phone in, and give what it scans, which is kept nowhere. Raises FieldkitError as `add_phone`, ("phone.url")."""
        self._desk.need(Act.KEEP)
        address = address_for(self._desk.office.library, forms, url)
        made, password = add_phone(self._desk.office, name.strip(), forms, villages, by=self._desk.name)
        text = settings_text(address, made.user, password, self._desk.office.name)
        return Code(made.name, text, address, made.user, password)

    @told()
    def write(self, code: Code, typed: str) -> Path:
        """Write the code as a picture that only whoever sits here may read; give where. Raises FieldkitError("medium.…")."""
        self._desk.need(Act.KEEP)
        path = Path(typed.strip()).expanduser()
        write_file(path, picture(code.text), private=True)
        return path

    @told()
    def give(self, phone: Phone, forms: Sequence[str], villages: Sequence[str]) -> None:
        """Give a phone other forms and villages. Raises FieldkitError as `give_phone`."""
        self._desk.need(Act.KEEP)
        give_phone(self._desk.office, phone.name, forms, villages, by=self._desk.name)

    @told()
    def revoke(self, phone: Phone) -> None:
        """Take nothing more from a phone. Raises FieldkitError("phone.unknown")."""
        self._desk.need(Act.KEEP)
        revoke_phone(self._desk.office, phone.name, by=self._desk.name)


def waiting_lines(each: Standing, words: OfficeWords) -> list[str]:
    """The encrypted records of a phone that wait, and what to do."""
    lines = [f"  {waits_line(waits, words)}" for waits in each.waiting]
    if not lines:
        return []
    return ["", labelled(_("Encrypted records that wait"), str(len(lines))), *lines]


def waits_line(waits: Waits, words: OfficeWords) -> str:
    """An encrypted record that waits: which form, since when, what for, and what to do."""
    if not waits.opens:
        why = _(
            "the key that opens it is not here. Bring keys/phones.key back from a backup of this office; then it is taken in."
        )
    elif waits.missing:
        why = _(
            "{count} of its files have not come. Let the phone send again; it has the record.",
            count=waits.missing,
        )
    else:
        why = _(
            "all of it is here. It is taken in as soon as phones are served, or by: fieldkit office phone waiting --take"
        )
    return labelled(f"{words.form(waits.form)}  {waits.since:%Y-%m-%d %H:%M}", why)


def refused_lines(each: Standing, words: OfficeWords) -> list[str]:
    """What was refused of a phone, and what it was told."""
    lines = []
    for refused in each.refused:
        form = words.form(refused.form) or _("a form that is not known")
        at = refused.last[:16].replace("T", " ")
        tries = _("{count} {count:time|times}, last {at}", count=refused.times, at=at)
        lines.append(f"  {form}  {labelled(tries, explain_code(refused.code, refused.about))}")
    if not lines:
        return []
    said = _("Refused: {count}. Each is still on the phone, which was told:", count=len(lines))
    return ["", said, *lines]


def _last_here(each: Standing) -> str:
    if each.last_here is None:
        return _("not here yet")
    return _("last here {at}", at=f"{each.last_here:%Y-%m-%d %H:%M}")
