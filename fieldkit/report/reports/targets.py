"""The board of targets (目标进度, I-16): what is planned of each service, what was done, what would be done by today."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from fieldkit.fieldwork.targets import Progress
from fieldkit.i18n import N_, _
from fieldkit.privacy.leaks import masked
from fieldkit.report.document import Bar, Chart, Column, Document, Table
from fieldkit.report.indicators import INDICATORS
from fieldkit.report.labels import choices, place_names
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures
from fieldkit.report.target_words import amount_words, done_words, standing_words
from fieldkit.report.targets import TARGET, needed_of_all, progress, target_of

NAME = "targets"
_KINDS = {
    "service_output": N_("what is done"),
    "quality": N_("quality"),
    "timeliness": N_("timeliness"),
}
_TENTH = Decimal("0.1")


def make(request: Request) -> Document:
    """The board of a period: the targets of every period that has days in common with it, as they stood on its last day, or on
    the day of reporting where that is earlier.
    """
    figures, period = request.figures, request.period
    by = min(request.made_on, period.last)
    found = progress(figures, period, by)
    names = place_names(figures)
    levels = choices(figures.facts.library, TARGET, "level")
    rows = tuple(
        (
            each.village,
            names.get(each.village, each.village),
            _label(each),
            levels.get(each.level, each.level),
            masked(each.source_doc),
            _(_KINDS[each.kind]),
            each.period,
            amount_words(each.target, each.unit),
            done_words(each),
            amount_words(each.expected, each.unit),
            standing_words(each),
        )
        for each in found
    )
    left_out = sum(target_of(row) is None for row in figures.facts.rows(TARGET))
    return Document(
        name=NAME,
        title=_("{unit}: progress of targets ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("As it stood on {day}", day=by)),
        parts=(
            Table(
                _("Planned, done, expected by today"),
                (
                    Column(_("Code"), is_text=True, is_code=True),
                    Column(_("Village"), is_text=True),
                    Column(_("Indicator"), is_text=True),
                    Column(_("Set by"), is_text=True),
                    Column(_("Source document"), is_text=True),
                    Column(_("Kind of target"), is_text=True),
                    Column(_("Period"), is_text=True),
                    Column(_("Aim")),
                    Column(_("Done")),
                    Column(_("Expected by today")),
                    Column(_("Standing"), is_text=True),
                ),
                rows,
                notes=(
                    _("Expected by today counts working days. Villages stand in the order of their codes."),
                    _(
                        "For days, fees, errors and differences a target is reached by what is no more than it."
                    ),
                ),
            ),
            Chart(
                _("Done, in percent of the target"),
                tuple(_bar(each, names.get(each.village, "")) for each in found if _has_bar(each)),
                Decimal(100),
                _("Expected by today"),
            ),
        ),
        notes=(
            _("Targets are for services; nobody is measured by them. What people decide has no target."),
            *(
                [
                    _(
                        "Left out, since they are for what is only watched or for a share of one village: {count}.",
                        count=left_out,
                    )
                ]
                if left_out
                else []
            ),
            *closing_notes(request, {TARGET}),
        ),
        footer=signatures(request.made_on),
    )


def _label(each: Progress) -> str:
    return f"{each.indicator} {_(INDICATORS[each.indicator].label)}"


def _has_bar(each: Progress) -> bool:
    return each.done is not None and each.target > 0 and not each.fewer


def _bar(each: Progress, place: str) -> Bar:
    done, expected = (
        (Decimal(100 * (number or 0)) / Decimal(each.target)).quantize(_TENTH, ROUND_HALF_UP)
        for number in (each.done, each.expected)
    )
    text = _(
        "{done} of {target}, {standing}",
        done=done_words(each),
        target=amount_words(each.target, each.unit),
        standing=standing_words(each),
    )
    return Bar(f"{place}  {each.indicator}  {each.period}", done, text, expected)


KIND = ReportKind(NAME, N_("targets: planned, done, expected by today"), needed_of_all, make)
