"""Every screen of a laptop and every box that opens over one, as somebody comes upon it: what looks at all of them begins here."""

from __future__ import annotations

from dataclasses import replace

from fieldkit.fieldwork.quizzes import BEFORE
from fieldkit.i18n import _, is_plain, language
from fieldkit.screens.agenda import AgendaScreen
from fieldkit.screens.carry import CarryScreen
from fieldkit.screens.closing import ClosingScreen
from fieldkit.screens.doubles import DoublesScreen
from fieldkit.screens.enrolment import EnrolmentScreen
from fieldkit.screens.exchanges import ExchangesScreen
from fieldkit.screens.export import ExportScreen
from fieldkit.screens.facts import FactsScreen
from fieldkit.screens.find_person import FindPersonScreen
from fieldkit.screens.form_change import FormChangeScreen
from fieldkit.screens.forms import FormsScreen
from fieldkit.screens.from_office import FromOfficeScreen
from fieldkit.screens.household import HouseholdScreen
from fieldkit.screens.interview import InterviewScreen
from fieldkit.screens.keys import KeysScreen
from fieldkit.screens.lab import LabScreen
from fieldkit.screens.network import NetworkScreen
from fieldkit.screens.outreach import OutreachScreen
from fieldkit.screens.quiz import QuizScreen
from fieldkit.screens.quiz_bars import QuizBarsScreen
from fieldkit.screens.quiz_batch import QuizBatchScreen
from fieldkit.screens.quiz_check import QuizCheckScreen
from fieldkit.screens.record import RecordScreen
from fieldkit.screens.report import ReportScreen
from fieldkit.screens.retention import RetentionScreen
from fieldkit.screens.rights import RightsScreen
from fieldkit.screens.scanner_test import ScannerTestScreen
from fieldkit.screens.settings import SettingsScreen
from fieldkit.screens.slip import SlipScreen
from fieldkit.screens.three_days import ThreeDaysScreen
from fieldkit.screens.triage import TriageScreen
from fieldkit.session.outreach import Station
from fieldkit.session.quizzes import quiz_events
from fieldkit.session.sitting import Sitting
from fieldkit.session.versions import FormChange
from fieldkit.widgets.appearance import ChooseAppearance
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.ask_key import AskKey
from fieldkit.widgets.full_stop import FullStop
from fieldkit.widgets.guide import Guide
from fieldkit.widgets.lock import Hidden, Locked
from fieldkit.widgets.message import Notice
from fieldkit.widgets.outline import Outline
from fieldkit.widgets.palette import Palette
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.review import Review
from fieldkit.widgets.roster import Roster
from fieldkit.widgets.scans import Offer

CLOSED_DAY = "2603122051"
"""A screening day of the demo that is over."""
DAY = {
    "date": "2026-03-31", "village": "990101100200", "seq": 1, "place_kind": "tent", "programme": "national",
    "tests": ["hpv", "via", "cbe", "bus"], "hpv_mode": "geno14", "privacy_ok": ["screen"], "free_notice_posted": "yes",
    "closing": "no",
}  # fmt: skip


class Scenes:
    """The scenes of one demo laptop: `all()` gives the name of each and what makes its screen."""

    def __init__(self, session):
        self.session = session
        due = (task.household.id for task in session.due())
        self.number = next(number for number in due if session.timeline(number))
        self.record = next(each.record for each in session.timeline(self.number))
        self.event = quiz_events(session)[0]
        self.visit = session.interviews.start("visit", self.number, language())
        registration = session.household(self.number).record
        session.interviews.begin_correction(registration, language())
        self.members = session.interviews.resume(registration)
        day = session.interviews.finish(session.interviews.start("scr_event", answers=DAY)).record
        self.day = session.exchange.record(day).text("event_id")

    def all(self):
        """Every scene by its name."""
        session = self.session
        return {
            "agenda": lambda: AgendaScreen(session),
            "carry": lambda: CarryScreen(session, self.day),
            "closing": lambda: ClosingScreen(session, self.day),
            "closed": lambda: ClosingScreen(session, CLOSED_DAY),
            "doubles": lambda: DoublesScreen(session),
            "enrolment": lambda: EnrolmentScreen(session),
            "exchanges": lambda: ExchangesScreen(session),
            "export": lambda: ExportScreen(session),
            "facts": lambda: FactsScreen(lambda: _("Settings"), lambda: [_("Settings")]),
            "find person": lambda: FindPersonScreen(session),
            "form change": self._form_change,
            "forms": lambda: FormsScreen(session),
            "from office": lambda: FromOfficeScreen(session),
            "household": lambda: HouseholdScreen(session, self.number),
            "interview": lambda: InterviewScreen(session, self.visit),
            "keys": lambda: KeysScreen(lambda _keymap: None),
            "lab": lambda: LabScreen(session),
            "network": lambda: NetworkScreen(session),
            "outreach": lambda: self._outreach(Station.REGISTRATION),
            "outreach cervix": lambda: self._outreach(Station.CERVIX),
            "quiz": lambda: QuizScreen(session),
            "quiz bars": lambda: QuizBarsScreen(session, self.event),
            "quiz batch": lambda: QuizBatchScreen(session, self.event, BEFORE),
            "quiz check": lambda: QuizCheckScreen(session, self.event),
            "record": lambda: RecordScreen(session, self.record),
            "report": lambda: ReportScreen(session, "2026-03"),
            "retention": lambda: RetentionScreen(session),
            "rights": lambda: RightsScreen(
                session, Sitting(session, session.rights.of_household(self.number)[0])
            ),
            "scanner": ScannerTestScreen,
            "settings": lambda: SettingsScreen(self._look(), lambda _look: None, list),
            "slip": lambda: SlipScreen(session.slips.of(self._with_slip()), plain=is_plain()),
            "three days": lambda: ThreeDaysScreen(session),
            "triage": lambda: TriageScreen(session),
            "appearance": lambda: ChooseAppearance(self._look(), lambda _look: None),
            "ask": lambda: AskText(_("Why is the record corrected?")),
            "ask key": lambda: AskKey(_("Which keys?")),
            "stop": lambda: FullStop(_("This answer is not allowed here. Check it."), "26033110011"),
            "guide": lambda: Guide(self.visit, self.visit.index.path),
            "hidden": Hidden,
            "locked": lambda: Locked(session.lock),
            "notice": lambda: Notice(_("It is removed when you close this and when the screen locks.")),
            "outline": lambda: Outline(self.visit),
            "palette": lambda: Palette(InterviewScreen.KEYS),
            "pick": lambda: Pick(_("Outreach"), [_("Screening day"), _("Laboratory results")]),
            "pick several": lambda: Pick(_("Outreach"), [_("Screening day"), _("Laboratory results")], several=True),
            "review": lambda: Review(session, self.visit),
            "roster": self._roster,
            "offer": lambda: Offer(_("Screening day")),
        }  # fmt: skip

    def _outreach(self, station):
        self.session.outreach.stand_at(self.day, station)
        return OutreachScreen(self.session)

    def _with_slip(self):
        return next(
            each.id for each in self.session.exchange.records("visit") if self.session.slips.of(each.id)
        )

    def _look(self):
        from fieldkit.appearance import Appearance

        return replace(Appearance(), plain=is_plain())

    def _form_change(self):
        new = self.visit.form
        planned = self.session.interviews._versions.plan(None, new, {})
        return FormChangeScreen(FormChange(self.visit.id, "x", "1", None, new, planned))

    def _roster(self):
        return Roster(self.session, self.members, self.members.repeat_here())
