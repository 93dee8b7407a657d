"""Home's facts and the agenda: what now, why, and what each line opens; a morning with an appointment and a revisit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.fieldwork.worklist import Why
from fieldkit.session.session import Session

WORDS = {
    "en": {
        "facts": ("Due visits: ", "Still only on this laptop", "Suspected doubles", "Next event: 2026-04-02  Screening day", "Next report due: 2026-03-31", "This week: Mon -  Tue "),
        "sections": ("2026-03-31 Tue", "Coming events", "Reports due", "Open village issues", "Last meetings and trainings"),
        "lines": ("Note a village issue", "lamp", "Training", "folic acid", "weekly report, 2026-03-30 to 2026-04-05"),
        "reason": "On 2026-03-30 an appointment was made for 2026-03-31: Health check, clinic.",
        "short": "appointment: Health check",
        "title": "Agenda",
    },
    "zh": {
        "facts": ("走访", "只在本机", "可能重复登记", "下次活动：2026-04-02  筛查", "下份报表：2026-03-31", "本周：一 -  二 "),
        "sections": ("2026-03-31 二", "近期活动", "该交的报表", "未办结的村级问题", "最近的会议和培训"),
        "lines": ("记一个村级问题", "lamp", "培训", "folic acid", "周汇总，2026-03-30 至 2026-04-05"),
        "reason": "2026-03-30 走访时预约了 2026-03-31：健康检查，clinic。",
        "short": "预约：健康检查",
        "title": "日程",
    },
}  # fmt: skip


def key_of(form, name):
    return form.find(name).path.split("/", 2)[2]


@pytest.fixture
def busy(demo, now):
    """The demo town with an appointment for today, an event, a closed and an open issue, a training; the household."""
    with Session.open(demo.workspace, now=lambda: now) as session:

        def put(name, **answers):
            form = session.library.get(name)
            record = session.exchange.new_record_id()
            session.exchange.put(form, record, {key_of(form, each): said for each, said in answers.items()})
            return record

        registry = session.registry()
        number = next(n for n in sorted(registry.households) if n not in registry.visits)
        village = registry.households[number].village
        form = session.library.get("visit")
        row = key_of(form, "appt") + "/i1"
        answers = {
            key_of(form, name): said
            for name, said in (
                ("hh_id", number),
                ("village", village),
                ("date", "2026-03-30"),
                ("outcome", "done"),
            )
        }
        answers |= {
            row: "1", f"{row}/appt_topic": "check", f"{row}/appt_date": "2026-03-31", f"{row}/appt_place": "clinic",
        }  # fmt: skip
        session.exchange.put(form, session.exchange.new_record_id(), answers)
        put("scr_event", date="2026-04-02", village=village, place_kind="tent")
        issue = put("issue", village=village, text="lamp", owner="cadre", date="2026-03-20", due="2026-04-14")
        put(
            "issue",
            village=village,
            text="CLOSED",
            date="2026-03-20",
            due="2026-04-14",
            closed_on="2026-03-21",
        )
        put("log", kind="training", date="2026-03-20", topic="folic acid")
        return number, issue


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_home_says_what_now_and_the_agenda_all_of_it(person, busy, language, size):
    words = WORDS[language]
    async with person(language, size) as p:
        facts = str(p.app.home.query_one("#facts").render()).splitlines()
        assert len(facts) == p.app.home.query_one("#facts").size.height == 6
        for said, line in zip(words["facts"], facts, strict=True):
            assert said in line
        assert all(len(line) <= size[0] for line in p.lines)
        await p.press("ctrl+f7")
        await p.until(lambda: p.screen_name == "AgendaScreen")
        await p.press()
        options = p.app.screen.lines.options
        shown = "\n".join(str(option.prompt) for option in options)
        for said in (*words["sections"], *words["lines"], words["short"]):
            assert said in shown, said
        assert "CLOSED" not in shown
        assert words["title"] in p.lines[0]
        assert all(len(line) <= size[0] for line in p.lines)
        await p.press("f4", "f4", "escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_each_line_opens_what_it_speaks_of(person, busy):
    number, issue = busy
    async with person("en") as p:
        await p.press("ctrl+f7")
        await p.until(lambda: p.screen_name == "AgendaScreen")
        await p.press()
        agenda = p.app.screen.lines
        agenda.highlighted = next(n for n, each in enumerate(agenda._choices) if each and each.id == issue)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "RecordScreen")
        assert "lamp" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "AgendaScreen")
        await p.press()
        agenda = p.app.screen.lines
        agenda.highlighted = next(n for n, each in enumerate(agenda._choices) if each and each.id == number)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press()
        assert WORDS["en"]["reason"] in " ".join(p.text.split())
        assert "2026-03-30  Household visit  Done" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.press("ctrl+f7")
        await p.until(lambda: p.screen_name == "AgendaScreen")
        await p.press()
        await p.press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.app.screen.interview.form.id == "issue"


async def test_a_morning_with_an_appointment_that_nobody_keeps_and_is_set_anew(person, busy, now):
    """domain.md P1: nobody at home takes at most 4 keys once the visit is begun, and leaves a day to come again."""
    number, _issue = busy
    async with person("en") as p:
        home, session = p.app.home, p.app.session
        keys = 0

        async def press(*pressed):
            nonlocal keys
            keys += len(pressed)
            await p.press(*pressed)

        [task] = [each for each in session.due() if each.household.id == number]
        assert task.why is Why.APPOINTMENT
        route = [each.household.id for each in session.due()]
        await press(*["down"] * route.index(number), "enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        assert keys == route.index(number) + 1
        await press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        keys = 0
        await press("3", "f10")
        await p.until(lambda: p.screen_name != "InterviewScreen")
        while p.screen_name != "HomeScreen":
            await press("f10" if p.screen_name == "Review" else "escape")
        assert keys <= 4
        assert home is p.app.screen
        assert number not in [each.household.id for each in session.due()]
        [visit] = [each for each in session.visits(number) if each.outcome == "nobody"]
        again = visit.revisit_on
        assert again == str((now + timedelta(days=7)).date())
        session.now = lambda: now + timedelta(days=7)
        [task] = [each for each in session.due() if each.household.id == number]
        assert session.agenda.reason(task) == (
            f"Nobody was at home on 2026-03-31; the next visit was set for {again}."
        )


async def test_a_timeline_leaves_out_screening_and_what_was_declined(demo, now, busy):
    number, _issue = busy
    with Session.open(demo.workspace, now=lambda: now) as session:

        def put(name, **answers):
            form = session.library.get(name)
            made = {key_of(form, each): said for each, said in answers.items()}
            session.exchange.put(form, session.exchange.new_record_id(), made)

        put("benefit", hh_id=number, date="2026-03-29", basic="yes", decision="eligible")
        put("consent", hh_id=number, date="2026-03-28", basic="no", outcome="declined")
        (demo.workspace / "forms" / "own.yaml").write_text(
            "settings: [{form_id: own, form_title: Own, version: '1', 'fk:family': screening}]\n"
            "survey: [{type: text, name: hh_id, label: H}, {type: date, name: date, label: D}]\n",
            encoding="utf-8",
        )
        put("own", hh_id=number, date="2026-03-27")
        session._registry = None
        assert [(each.on, each.title, each.outcome) for each in session.timeline(number)] == [
            ("2026-03-30", "Household visit", "Done"),
            ("2026-03-29", "Benefits and payments", "Eligible"),
        ]
