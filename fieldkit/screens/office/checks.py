"""Findings of checks: a list by check and question, what one of them is about, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.checks.found import Found
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.finding_words import FindingWords

T = TypeVar("T")
Group = tuple[str, str, str]
"""What findings are shown together by: the check, the form, the question."""
UNDO = "undo"
TEXT = "text "


def group_of(finding: Found) -> Group:
    """The group of a finding; the ids of rows in a repeat do not matter."""
    return (finding.check.id, finding.form, finding.path.rpartition("/")[2])


class ListingScreen(Frame["T | str | None"], Generic[T]):
    """A few words above a list. Gives what was chosen, "undo", or None to go back."""

    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ListingScreen Static.said { height: auto; max-height: 60%; padding: 1 2 0 2; }
    ListingScreen Numbered, ListingScreen Numbered:focus {
        height: 1fr; margin-top: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[T] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """Words and list."""
        yield Static(classes="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Checks")

    def say(self, *words: str) -> None:
        """Put words above the list."""
        self.query_one(".said", Static).update("\n".join(words))

    def show_lines(self, waiting: Sequence[tuple[T, str]], settled: Sequence[tuple[T, str]]) -> None:
        """Put lines into the list: nine with a digit, the others, and those that are settled."""
        others: list[tuple[T | None, str]] = [(each, f"  {line}") for each, line in waiting[9:]]
        if settled:
            others.append((None, "-- " + _("Settled; Enter shows why, and it can be taken back") + " --"))
        others += [(each, f"  {line}") for each, line in settled]
        self.lines.show(waiting[:9], others)

    def action_undo(self) -> None:
        """Take back what was decided here last."""
        self.dismiss(UNDO)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)


class ChecksScreen(ListingScreen[Group]):
    """What was found, by check and question. Gives the group that was chosen."""

    ABOUT = N_(
        "What the checks found in the records, by check and question. Enter lists what a line is about. A finding is a question to the records, never a mark on whoever wrote them."
    )

    def __init__(self, desk: Desk, findings: Sequence[Found]) -> None:
        super().__init__(desk)
        self.findings = findings

    def show_words(self) -> None:
        """Draw what waits, then what was settled."""
        words = self.desk.checks.words
        waiting = self._shown(words, [each for each in self.findings if each.is_open])
        settled = self._shown(words, [each for each in self.findings if not each.is_open])
        said = (
            _("What checks found, for the office to look at. Nothing here says how well anybody works.")
            if waiting
            else _("Nothing waits: what was checked is as it should be, or is settled.")
        )
        how = [_("Enter on a line lists what it is about.")] if waiting or settled else []
        self.say(*(explain(error) for error in self.desk.checks.refused), said, *how)
        self.show_lines(waiting, [each for each in settled if each[0] not in dict(waiting)])

    @staticmethod
    def _shown(words: FindingWords, findings: Sequence[Found]) -> list[tuple[Group, str]]:
        groups = ((key, list(some)) for key, some in groupby(findings, key=group_of))
        return [(key, f"{words.what(some[0])}  {len(some)}") for key, some in groups]


class FindingsScreen(ListingScreen["Found"]):
    """The findings of one check about one question. Gives the one that was chosen."""

    ABOUT = N_(
        "Everything that one check found about one question; what is settled stands below. A digit or Enter opens one."
    )

    def __init__(self, desk: Desk, findings: Sequence[Found]) -> None:
        super().__init__(desk)
        self.findings = findings

    def show_words(self) -> None:
        """Draw what it is, what can be done, and every finding, those that wait first."""
        words = self.desk.checks.words
        called = words.called(self.findings)
        self.say(words.what(self.findings[0]), "", words.remedy(self.findings[0]))
        lines = [(each, words.line(each, called)) for each in self.findings]
        self.show_lines(
            [each for each in lines if each[0].is_open], [each for each in lines if not each[0].is_open]
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a finding that is opened. records: what each is called, from which laptop and when. texts: what was
    written where Other was chosen, and how often. why: of what settled it, "" while it is open. actions: id and words, in English.
    """

    finding: Found
    records: Sequence[str]
    texts: Mapping[str, int]
    why: str
    actions: Sequence[tuple[str, str]]


class FindingScreen(ListingScreen[str]):
    """One finding with what can be done about it. Gives the id of the action that was chosen, or `TEXT` and a text."""

    ABOUT = N_(
        "One finding, the records it is about, and what can be done: settle it with a reason, ask the laptop, correct the record here. Enter on a text below shows all of it."
    )

    def __init__(self, desk: Desk, shown: Callable[[], Shown]) -> None:
        super().__init__(desk)
        self.shown = shown

    def show_words(self) -> None:
        """Draw the finding, its records, the remedy and the actions."""
        words, shown = self.desk.checks.words, self.shown()
        left = len(shown.finding.records) - len(shown.records)
        more = [_("and {count} more", count=left)] if left else []
        self.say(
            words.what(shown.finding),
            *(said for said in [words.facts(shown.finding)] if said and said not in "".join(shown.records)),
            *(f"- {each}" for each in (*shown.records, *more)),
            "",
            labelled(_("Settled"), shown.why) if shown.why else words.remedy(shown.finding),
        )
        texts = [(f"{TEXT}{text}", f"  - {text}  {count}") for text, count in shown.texts.items()]
        self.lines.show([(action, _(line)) for action, line in shown.actions], texts)
