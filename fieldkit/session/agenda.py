"""What now, in words: what is due today and this week, and why; coming events, reports due, open issues, last meetings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fieldkit.fieldwork.happenings import EDUCATION_EVENT, ISSUE, LOG, SCREENING_EVENT, Event, Issue
from fieldkit.fieldwork.homecoming import homecoming
from fieldkit.fieldwork.households import VISIT
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.worklist import Assignment, Task, Why, due_visits, ended, tasks_until
from fieldkit.i18n import N_, _
from fieldkit.report.obligations import Kind, Obligation, obligations
from fieldkit.store import Workspace

DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_WHY = {
    Why.ASSIGNED: N_("assigned"),
    Why.REVISIT: N_("agreed to come again"),
    Why.APPOINTMENT: N_("appointment"),
    Why.FOLLOW_UP: N_("to be followed up"),
}
_KIND_OF_EVENT = {SCREENING_EVENT: "place_kind", EDUCATION_EVENT: "kind"}
_MEETINGS = 5
_SHORT = 24
_AHEAD = timedelta(days=60)
"""How long before people come home for the Spring Festival it is said."""


@dataclass(frozen=True, slots=True)
class Opens:
    """What a line leads to: a household by its number, a record or what the office asks about one by its id, a new record of
    a form by its name, or the three-day report.
    """

    what: Literal["household", "record", "questions", "form", "report"]
    id: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind under a heading, each with what it leads to, if anything."""

    heading: str
    lines: list[tuple[Opens | None, str]]


class Agenda:
    """The agenda of one workspace. choice_label: the words of a form's, question's and choice's name; place_name: of a
    village's code; title_of: of a form's id and own title. questions: the records that the office asks about, by their ids,
    each with its line.
    """

    def __init__(
        self,
        workspace: Workspace,
        registry: Callable[[], Registry],
        today: Callable[[], date],
        choice_label: Callable[[str, str, str], str],
        place_name: Callable[[str], str],
        title_of: Callable[[str, str], str],
        questions: Callable[[], list[tuple[str, str]]],
    ) -> None:
        self._workspace = workspace
        self._registry = registry
        self._today = today
        self._choice_label = choice_label
        self._place_name = place_name
        self._title_of = title_of
        self._questions = questions

    # -- tasks --------------------------------------------------------------------------------------------

    def due(self) -> list[Task]:
        """The tasks due today, in the order of the route."""
        return due_visits(self._registry(), self._rows(), self._today())

    def week(self) -> dict[date, list[Task]]:
        """The tasks of each day from today to Sunday; what is due since earlier is today's."""
        today = self._today()
        sunday = today + timedelta(days=6 - today.weekday())
        days: dict[date, list[Task]] = {
            today + timedelta(days=n): [] for n in range((sunday - today).days + 1)
        }
        for task in tasks_until(self._registry(), self._rows(), today, sunday):
            days[date.fromisoformat(task.on(today))].append(task)
        return days

    def of(self, number: str) -> list[Task]:
        """The tasks that a household has until Sunday."""
        return [task for tasks in self.week().values() for task in tasks if task.household.id == number]

    def reason(self, task: Task) -> str:
        """In a sentence why a task is there."""
        return task.reason(self._topic)

    def in_short(self, task: Task) -> str:
        """In a few words why a task is there, and since when where that is before today: other days stand above it."""
        what = _(_WHY[task.why])
        if task.topic and task.why is Why.APPOINTMENT:
            what = _("{what}: {topic}", what=what, topic=self._topic(task.topic))
        if task.due < self._today().isoformat():
            return _("{what}, due since {day}", what=what, day=task.due)
        return what

    # -- Home's facts -------------------------------------------------------------------------------------

    def event_line(self) -> str:
        """The next event: its day, what it is, and where."""
        event = next(iter(self._registry().happenings.coming(self._today().isoformat())), None)
        return _("Next event: {event}", event=self._event(event) if event else _("none noted"))

    def report_line(self) -> str:
        """The report that is due next."""
        return _("Next report due: {report}", report=self._report(self.obligations()[0]))

    def week_line(self) -> str:
        """How many tasks each day of this week has; days that are over have none."""
        today, week = self._today(), self.week()
        monday = today - timedelta(days=today.weekday())
        counts = [
            f"{_(name)} {len(week[day]) if (day := monday + timedelta(days=n)) in week else '-'}"
            for n, name in enumerate(DAYS)
        ]
        return _("This week: {days}", days="  ".join(counts))

    def obligations(self) -> list[Obligation]:
        """The reports due next, one of each kind."""
        return obligations(self._today(), self._workspace.settings.month_ends)

    # -- all of it ----------------------------------------------------------------------------------------

    def sections(self) -> list[Section]:
        """What the office asks, this week's tasks by day, events, reports, open issues, the last lines of the log."""
        happenings = self._registry().happenings
        events = happenings.coming(self._today().isoformat())
        issues, meetings = happenings.open_issues(), happenings.latest_meetings(_MEETINGS)
        return [
            *self._asked(),
            *self._days(),
            Section(
                _("Coming events"), [(Opens("record", each.record), self._event(each)) for each in events]
            ),
            Section(_("Reports due"), [(_leads(each), self._report(each)) for each in self.obligations()]),
            Section(
                _("Open village issues"),
                [(Opens("record", each.record), self._issue(each)) for each in issues],
            ),
            Section(
                _("Last meetings and trainings"),
                [
                    (
                        Opens("record", each.record),
                        "  ".join([each.on, self._choice_label(LOG, "kind", each.kind), each.topic]).rstrip(),
                    )
                    for each in meetings
                ],
            ),
        ]

    def notes(self) -> list[str]:
        """What to know beside the lists: assignments that ended, and when people are home for the Spring Festival."""
        return [*self._ended(), *self._homecoming()]

    def _asked(self) -> Iterator[Section]:
        lines: list[tuple[Opens | None, str]] = [
            (Opens("questions", record), line) for record, line in self._questions()
        ]
        if lines:
            yield Section(_("Questions from the office"), lines)

    def _days(self) -> Iterator[Section]:
        for day, tasks in self.week().items():
            heading = f"{day.isoformat()} {_(DAYS[day.weekday()])}"
            lines: list[tuple[Opens | None, str]] = [
                (Opens("household", task.household.id), self._task(task)) for task in tasks
            ]
            if lines or day == self._today():
                yield Section(heading, lines)

    def _task(self, task: Task) -> str:
        household = task.household
        where = self._place_name(household.village)
        group = _("group {number}", number=household.group) if household.group else ""
        parts = (household.head or household.id, where, group, self.in_short(task), task.place)
        return "  ".join(part for part in parts if part)

    def _event(self, event: Event) -> str:
        kind = self._choice_label(event.form, _KIND_OF_EVENT[event.form], event.kind) if event.kind else ""
        where = self._place_name(event.village)
        return "  ".join(
            part for part in (event.on, self._title_of(event.form, ""), kind, where, event.place) if part
        )

    def _report(self, report: Obligation) -> str:
        return f"{report.due.isoformat()}  {report}"

    def _issue(self, issue: Issue) -> str:
        text = issue.text if len(issue.text) <= _SHORT else issue.text[:_SHORT] + "..."
        owner = self._choice_label(ISSUE, "owner", issue.owner) if issue.owner else ""
        return "  ".join(part for part in (issue.due, self._place_name(issue.village), owner, text) if part)

    def _ended(self) -> Iterator[str]:
        over = ended(self._rows(), self._today())
        if over:
            yield _(
                "lease ended: {count} {count:household is|households are} no longer this laptop's",
                count=len(over),
            )

    def _homecoming(self) -> Iterator[str]:
        weeks = homecoming(self._today())
        if weeks and weeks[0] - _AHEAD <= self._today() <= weeks[1]:
            yield _(
                "Many who work elsewhere are at home from {first} to {last}.", first=weeks[0], last=weeks[1]
            )

    def _topic(self, code: str) -> str:
        return self._choice_label(VISIT, "appt_topic", code) if code else ""

    def _rows(self) -> list[Assignment]:
        names = ("household", "due", "until", "by", "rest", "since")
        return [Assignment(*(row.get(name, "") for name in names)) for row in self._workspace.worklist]


def _leads(report: Obligation) -> Opens | None:
    """To where a report is made on a laptop: weeks and months are summed up at the office."""
    return Opens("report", "") if report.kind is Kind.THREE_DAYS else None
