"""Samples and what they come to, in words: for the screen, for paper, and for a pipe."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fieldkit.fieldwork.backchecks import fields_for
from fieldkit.fieldwork.samples import BACKCHECK, Stands
from fieldkit.i18n import N_, _, language
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.report.backcheck_results import OfQuestion, Results, Share
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.samples import Call, Standing

MODES = {
    "phone": N_("Ask by telephone"),
    "visit": N_("Ask at the door"),
    "doc": N_("Look at the documents"),
}
_REASON = "compare/item/row/reason"
"""A reason's path; any row's will do for its words."""
_STANDS = {
    Stands.WAITING: N_("to ask"),
    Stands.TODAY: N_("begun today"),
    Stands.DONE: N_("checked"),
    Stands.EMPTY: N_("nobody is left to stand in"),
}


class SampleWords:
    """Words for the back-checks of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def title(self, standing: Standing) -> str:
        """A sample in one line: number, form, days, and how far it is."""
        sample = standing.sample
        parts = [sample.number, self._desk.words.form(sample.form), f"{sample.first} - {sample.last}"]
        return "  ".join([*parts, self._far(standing)])

    def said(self, standing: Standing) -> list[str]:
        """How a sample was drawn and how far it is."""
        sample = standing.sample
        lines = [
            _("{drawn} of {frame} {frame:record|records} drawn on {day}, by village and author; nobody picked them.",
              drawn=len(sample.drawn), frame=sample.frame, day=sample.on),
            _("{done} checked; {replaced} {replaced:place has|places have} gone to the next one, because somebody declined or could not be asked; {waiting} to ask.",
              done=standing.done, replaced=standing.replaced, waiting=standing.waiting),
        ]  # fmt: skip
        if sample.given_up:
            lines.append(_("Given up on {day}: {why}", day=sample.given_up, why=sample.why))
        return lines

    def places(self, standing: Standing) -> Iterator[tuple[str, str]]:
        """The records that are still to be asked: each with its line, number and village."""
        for each in standing.places:
            if each.stands in {Stands.WAITING, Stands.TODAY}:
                begun = _("begun today") if each.stands is Stands.TODAY else ""
                parts = (each.number, self._desk.words.place(each.village), begun)
                yield each.record, "  ".join(part for part in parts if part)

    def every_place(self, standing: Standing) -> Iterator[str]:
        """Every place of a sample, with how it stands."""
        for each in standing.places:
            village = self._desk.words.place(each.village)
            yield labelled(
                "  ".join(part for part in (each.number, village) if part), _(_STANDS[each.stands])
            )

    def call(self, call: Call) -> list[str]:
        """What is needed to ask again."""
        words = self._desk.words
        rows = (
            (_("Village"), words.place(call.place.village)),
            (_("Group"), call.group),
            (_("Household"), call.household),
            (_("Head"), call.head),
            (_("Telephone"), call.phone or _("none is known")),
            (_("Where"), call.address),
        )
        return [labelled(name, text) for name, text in rows if text]

    def results(self, standing: Standing, results: Results, declined: int) -> list[str]:
        """What a sample comes to: by question first, then for the town."""
        lines = [
            labelled(
                _("Sample {number}", number=standing.sample.number),
                self._desk.words.form(standing.sample.form),
            )
        ]
        lines += self.said(standing)
        lines += [_("Back-checks declined meanwhile, nobody knows by whom: {count}", count=declined), ""]
        if results.compared:
            lines += self._compared(standing.sample.form, results)
        else:
            lines.append(_("Nothing has been compared yet."))
        if results.figures:
            lines += [
                "",
                _("Figures of villages counted again in {month} (I-15)", month=standing.sample.on[:7]),
            ]
            lines += [
                "  " + labelled(item, _("differs by {n}, counted {of}: {percent}", n=share.n, of=share.of, percent=_percent(share)))
                for item, share in results.figures.items()
            ]  # fmt: skip
        return [*lines, "", _("This is about questions and procedures, and about nobody.")]

    def page(self, lines: list[str]) -> str:
        """Lines as a page for the printer."""
        text = html.escape("\n".join([*lines, *filter(None, [self._desk.session.watermark])]))
        return f'<!doctype html><meta charset="utf-8"><pre style="white-space:pre-wrap">{text}</pre>'

    # -- inside ---------------------------------------------------------------------------------------------

    def _compared(self, form: str, results: Results) -> Iterator[str]:
        labels = self._labels(form)
        worst = results.most_faulty
        if worst is not None:
            name = labels.get(worst.question, worst.question)
            yield _("Look at this question first: {question}", question=name)
        yield _("By question, of types 1 (should not change) and 2 (careful)")
        for each in results.questions:
            yield "  " + self._question(each, labels)
        kinds = results.by_type
        yield _(
            "{count} {count:comparison|comparisons}: type 1 {one}, type 2 {two}, type 3 {three}", count=results.compared,
            one=_of(kinds["1"]), two=_of(kinds["2"]), three=_of(kinds["3"]),
        )  # fmt: skip
        if results.town.of:
            low, high = results.town.interval
            yield _(
                "Discrepancy of types 1 and 2 (I-14): {part} = {percent} (between {low} and {high} with a certainty of 95 per cent)",
                part=_of(results.town), percent=_percent(results.town), low=f"{low:.1%}", high=f"{high:.1%}",
            )  # fmt: skip
        if results.reasons:
            yield labelled(_("Why they differed"), self._reasons(results.reasons))
        yield _("Type 3 (may change) stands apart")
        for each in results.changing:
            yield "  " + self._question(each, labels)
        villages = (
            _("{place} {count}", place=self._desk.words.place(code), count=count)
            for code, count in results.villages.items()
        )
        yield labelled(_("Compared, by village"), _(", ").join(villages))

    def _question(self, each: OfQuestion, labels: dict[str, str]) -> str:
        part = _of(each.differs)
        said = (
            _("{part} differ ({reasons})", part=part, reasons=self._reasons(each.reasons))
            if each.reasons
            else _("{part} differ", part=part)
        )
        return labelled(labels.get(each.question, each.question), said)

    def _reasons(self, reasons: Mapping[str, int]) -> str:
        words = self._desk.words
        named = ((words.choices(BACKCHECK, _REASON, name), count) for name, count in reasons.items())
        return _(", ").join(f"{name} {count}" for name, count in named)

    def _labels(self, form: str) -> dict[str, str]:
        rows = fields_for(self._desk.office.library.get(BACKCHECK).lists.rows("backcheck_fields"), form)
        column = "label::English (en)" if language() == "en" else "label::中文 (zh)"
        return {row["name"]: row.get(column) or row["label"] for row in rows}

    def _far(self, standing: Standing) -> str:
        if standing.sample.given_up:
            return _("given up")
        if not standing.waiting:
            return _("finished")
        return _("{waiting} to ask, {done} checked", waiting=standing.waiting, done=standing.done)


def _of(share: Share) -> str:
    return f"{share.n}/{share.of}"


def _percent(share: Share) -> str:
    return "" if share.value is None else f"{share.value:.1%}"
