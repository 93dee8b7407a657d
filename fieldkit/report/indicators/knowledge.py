"""What people know before and after a class, from sheets that nobody's name is on (I-03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fieldkit.fieldwork.quizzes import AFTER, ANSWERS, BEFORE, PHASES, QUESTIONS, QUIZ
from fieldkit.i18n import N_
from fieldkit.report.conditions import WHY, Condition, Row, both, is_
from fieldkit.report.counts import Count, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.official import QUIZ_KEY
from fieldkit.report.periods import Period

_RIGHT, _PAIR = "_right", "pair"
_SHEET = {"date", "event", "phase", "pair_key", "aware", "partly", *QUESTIONS}


def _sheets(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """Every sheet with what is right in it, whether it is one of a "pair", and "last": "yes" for each person's last sheet.

    A pair is one sheet before and one after, of one event and with one code; a code on two sheets of a phase pairs none.
    """
    key = {row["name"]: row["key"] for row in facts.rows(QUIZ_KEY)}
    times = Counter(_code(row) for row in facts.rows(QUIZ))
    for row in facts.rows(QUIZ):
        event, code, _phase = _code(row)
        in_pair = bool(event and code) and all(times[event, code, phase] == 1 for phase in PHASES)
        yield row | {
            _PAIR: "yes" if in_pair else "",
            "last": "" if in_pair and row["phase"] == BEFORE else "yes",
            **{name + _RIGHT: _is_right(row, name, key.get(name, "")) for name in QUESTIONS},
        }


def _code(row: Row) -> tuple[str, str, str]:
    return row["event"], row["pair_key"], row["phase"]


def _is_right(row: Row, question: str, right: str) -> str:
    """Whether an answer is right, "yes" or "no"; "" where it was left empty, or nobody wished to say. Not to know is an answer."""
    said = row[question] or row.get(question + WHY, "")
    return "" if said not in ANSWERS else "yes" if said == right else "no"


def _sheet(*which: Condition) -> Count:
    return Count("sheets", both(*which), on="date")


_LAST = is_("last", "yes")
_AWARE, _SCORED = is_("aware", "1"), is_("aware", "0", "1")


def _knows(name: str, label: str, *which: Condition) -> Measure:
    return Measure(name, label, _sheet(*which, _AWARE), _sheet(*which, _SCORED), by_village=False)


def _item(name: str, label: str, question: str, which: Condition) -> Measure:
    right = question + _RIGHT
    return Measure(
        name,
        label,
        _sheet(which, is_(right, "yes")),
        _sheet(which, is_(right, "yes", "no")),
        by_village=False,
    )


_STATEMENTS: Sequence[tuple[str, str, str]] = (
    (
        N_("Statement 1: preventable, curable if early"),
        N_("Statement 1: preventable, curable if early, before"),
        N_("Statement 1: preventable, curable if early, after"),
    ),
    (
        N_("Statement 2: caused by lasting high-risk HPV"),
        N_("Statement 2: caused by lasting high-risk HPV, before"),
        N_("Statement 2: caused by lasting high-risk HPV, after"),
    ),
    (
        N_("Statement 3: HPV does not always become cancer"),
        N_("Statement 3: HPV does not always become cancer, before"),
        N_("Statement 3: HPV does not always become cancer, after"),
    ),
    (
        N_("Statement 4: vaccinated women need screening too"),
        N_("Statement 4: vaccinated women need screening too, before"),
        N_("Statement 4: vaccinated women need screening too, after"),
    ),
    (
        N_("Statement 5: the ages of free screening"),
        N_("Statement 5: the ages of free screening, before"),
        N_("Statement 5: the ages of free screening, after"),
    ),
    (
        N_("Statement 6: screening without symptoms"),
        N_("Statement 6: screening without symptoms, before"),
        N_("Statement 6: screening without symptoms, after"),
    ),
    (
        N_("Statement 7: HPV is no moral failing and not cancer"),
        N_("Statement 7: HPV is no moral failing and not cancer, before"),
        N_("Statement 7: HPV is no moral failing and not cancer, after"),
    ),
    (
        N_("Statement 8: a painless lump needs a doctor"),
        N_("Statement 8: a painless lump needs a doctor, before"),
        N_("Statement 8: a painless lump needs a doctor, after"),
    ),
    (
        N_("Statement 9: taking part is her own choice"),
        N_("Statement 9: taking part is her own choice, before"),
        N_("Statement 9: taking part is her own choice, after"),
    ),
    (
        N_("Statement 10: BI-RADS 0 or 3 is not cancer"),
        N_("Statement 10: BI-RADS 0 or 3 is not cancer, before"),
        N_("Statement 10: BI-RADS 0 or 3 is not cancer, after"),
    ),
)
_BEFORE, _AFTER = is_("phase", BEFORE), is_("phase", AFTER)
_PAIRED = is_(_PAIR, "yes")

MADE = (Made("sheets", {QUIZ: _SHEET, QUIZ_KEY: {"name", "key"}}, _sheets),)

INDICATORS = (
    Indicator(
        id="I-03",
        label=N_("Core knowledge"),
        numerator=N_("People with at least 7 of 10 right; with 4 to 6; of pairs of sheets before and after; right answers"),
        denominator=N_("People who filled in a quiz, of a pair by its later sheet; sheets of pairs; answers"),
        population=N_("People at classes, without names: of the township alone"),
        period=N_("Day of the event"),
        tier="N",
        source="domain.md §3 [S15, S25]",
        measures=(
            _knows("I-03", N_("Core knowledge"), _LAST),
            Measure(
                "I-03.partly", N_("Core knowledge in part"), _sheet(_SCORED, _LAST, is_("partly", "1")), _sheet(_SCORED, _LAST),
                by_village=False,
            ),
            _knows("I-03.before", N_("Core knowledge before, in pairs"), _BEFORE, _PAIRED),
            _knows("I-03.after", N_("Core knowledge after, in pairs"), _AFTER, _PAIRED),
            _knows("I-03.sheets.before", N_("Core knowledge before, all sheets"), _BEFORE),
            _knows("I-03.sheets.after", N_("Core knowledge after, all sheets"), _AFTER),
            *(
                _item(f"I-03.{question}{suffix}", label, question, which)
                for question, labels in zip(QUESTIONS, _STATEMENTS, strict=True)
                for label, suffix, which in zip(labels, ("", ".before", ".after"), (_LAST, _BEFORE, _AFTER), strict=True)
            ),
        ),
    ),
)  # fmt: skip
