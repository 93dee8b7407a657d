"""What was kept aside, as a desk looks at it: why, and letting it in, which is a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _
from fieldkit.office.roles import Act
from fieldkit.session.desk.told import told
from fieldkit.wording import counted, labelled
from sync import MergeReport, Waiting

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

_TAMPERED, _UNKNOWN = "bundle.tampered", "device.unknown"


class Standing(Enum):
    """What can be done about a bundle that was kept aside."""

    WAITS = "waits"
    UNKNOWN = "unknown"
    TAMPERED = "tampered"
    RELEASED = "released"


_STANDING = {
    Standing.WAITS: N_("waits"),
    Standing.UNKNOWN: N_("waits"),
    Standing.TAMPERED: N_("changed on its way, stays out"),
    Standing.RELEASED: N_("let in"),
}

_REASONS = {
    _TAMPERED: N_("It was changed after it was written, so nothing in it can be believed; it can never be let in. It is kept for whoever looks into that. Export once more on the laptop, nothing is lost there."),
    _UNKNOWN: N_("Its laptop is not enrolled here. Find out whose it is; enrol it under “Laptops”, then this can be let in."),
    "device.revoked": N_("Its laptop was revoked. Find out who had it when this was written; then a person decides."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle that was kept aside, and how it stands."""

    waiting: Waiting
    standing: Standing


class Aside:
    """What is kept aside, at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def all(self) -> list[Kept]:
        """What waits, oldest first, then what was let in. Raises FieldkitError."""
        self._need_to_look()
        office = self._desk.office
        known = {each.id for each in office.archive.devices()}
        found = [Kept(each, _standing(each, known)) for each in office.quarantine()]
        return sorted(found, key=lambda each: each.standing is Standing.RELEASED)

    @told()
    def state(self) -> str:
        """How many wait, for Home. Raises FieldkitError."""
        self._need_to_look()
        waiting = sum(each.released is None for each in self._desk.office.quarantine())
        return _("{count} kept aside", count=waiting) if waiting else ""

    @property
    def may_release(self) -> bool:
        """Whether whoever sits here may let something in."""
        return self._desk.may(Act.RELEASE)

    @told()
    def titles(self, kept: list[Kept]) -> list[str]:
        """Bundles in a list: when each came, of which laptop, how much waits, and how it stands. Raises FieldkitError."""
        self._need_to_look()
        words = self._desk.words
        return [
            "  ".join(
                [
                    each.waiting.arrived[:16].replace("T", " "),
                    words.laptop(each.waiting.device),
                    *(
                        [_("{count} {count:record|records}", count=each.waiting.revisions)]
                        if each.waiting.revisions
                        else []
                    ),
                    _(_STANDING[each.standing]),
                ]
            )
            for each in kept
        ]

    def lines(self, kept: Kept) -> list[str]:
        """Why a bundle was kept aside, and who let it in."""
        self._need_to_look()
        waiting, lines = kept.waiting, []
        for reason in waiting.reasons:
            if reason == _UNKNOWN and kept.standing is not Standing.UNKNOWN:
                lines.append(_("Its laptop was not enrolled when this came; now it is."))
            else:
                lines.append(_(_REASONS[reason]) if reason in _REASONS else explain_code(reason, {}))
        if waiting.released:
            lines.append(_("let in by {by}, {at}: {reason}", **waiting.released))
        elif kept.standing is Standing.WAITS and not self.may_release:
            lines.append(_("A reviewer can let it in."))
        return lines

    @told()
    def check(self, kept: Kept) -> None:
        """See that a bundle can be let in here. Raises FieldkitError as `release`, and ("role.may-not")."""
        self._desk.need(Act.RELEASE)
        if kept.standing is not Standing.WAITS:
            laptop = self._desk.words.laptop(kept.waiting.device)
            code = {Standing.RELEASED: "done", Standing.TAMPERED: "tampered", Standing.UNKNOWN: "unknown"}
            raise FieldkitError(f"release.{code[kept.standing]}", laptop=laptop)

    @told()
    def release(self, kept: Kept, reason: str) -> MergeReport:
        """Let a bundle in; who and why is noted. reason: in words.

        Raises FieldkitError("release.tampered"), ("release.unknown"), ("release.done"), ("release.no-reason").
        """
        self.check(kept)
        if not reason.strip():
            raise FieldkitError("release.no-reason")
        office = self._desk.office
        report = office.release(kept.waiting.sha256, by=self._desk.name, reason=reason.strip())
        office.lists.up_to_date()
        office.keep_tables()
        office.tend_bundles()
        return report

    @told()
    def released_line(self, report: MergeReport) -> str:
        """What became of it. Raises FieldkitError."""
        self._desk.need(Act.RELEASE)
        return labelled(self._desk.words.laptop(report.device), counted(report.counts()))

    def _need_to_look(self) -> None:
        """Whoever takes sticks sees what was kept aside, and whoever may let it in."""
        self._desk.need_any(Act.MERGE, Act.RELEASE)


def _standing(waiting: Waiting, known: set[str]) -> Standing:
    if waiting.released:
        return Standing.RELEASED
    if _TAMPERED in waiting.reasons:
        return Standing.TAMPERED
    return Standing.WAITS if waiting.device in known else Standing.UNKNOWN
