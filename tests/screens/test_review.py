"""Looking records over by keys: the office asks, the laptop answers with the cursor on the question, the office approves."""

from __future__ import annotations

import pytest

from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.reviews import KIND, State, review_of
from fieldkit.office.roles import Role
from fieldkit.session.session import Session
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.numbered import Numbered
from fieldkit.xforms import Missing


def marked(c):
    """The line with the mark."""
    [lines] = [*c.app.screen.query(LineList), *c.app.screen.query(Numbered)]
    here = lines.highlighted
    if here is None:
        return ""
    return str(lines.get_option_at_index(here).prompt) if isinstance(lines, Numbered) else lines._lines[here]


async def go_to(c, words):
    """Move the mark down to a line with these words."""
    for _ in range(80):
        if words in marked(c):
            return
        await c.press("down")
    raise AssertionError(f"never at {words}: {c.text}")


async def into_review(c):
    await c.until(lambda: c.screen_name == "OfficeHome")
    await go_to(c, {"zh": "审看", "en": "Review"}[c.language])
    await c.press("enter")
    await c.until(lambda: c.screen_name == "ReviewScreen")


async def open_first(c, form):
    """The latest received record of a form."""
    await go_to(c, form)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "ReceivedScreen")
    record = c.app.screen.page.records[0]
    await c.press("enter")
    await c.until(lambda: c.screen_name == "ReviewRecordScreen")
    return record


async def ask(c, label, text):
    await go_to(c, label)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "AskText")
    await c.type(text)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "ReviewRecordScreen")


def state(demo, now, record):
    with Office.open(demo.office, now=lambda: now) as office:
        return review_of(office.archive.revisions(record)).state


LABELS = {"en": ("Household visit", "Most needed", "Obstacles"), "zh": ("入户走访", "最需要", "不便")}


@pytest.fixture
def asked(demo, now, clerk, tmp_path):
    """What the office asks by keys about the latest visit that took place, on its way on a stick; gives record and stick."""

    async def typed(language="en", size=(80, 24)):
        async with clerk(language, size) as c:
            c.language = language
            await into_review(c)
            visit, need, barrier = labels(c)
            record = await open_first(c, visit)
            await ask(c, need, "Is it this one?")
            await ask(c, barrier, "Really?")
            assert all(len(line) <= size[0] for line in c.lines)
            await c.press("1")
            await c.until(lambda: c.screen_name == "AskText")
            assert "2026-04-07" in c.text
            await c.press("enter")
            await c.until(lambda: c.screen_name == "ReceivedScreen")
            await c.press("escape")
            await c.until(lambda: c.screen_name == "ReviewScreen")
            assert "2026-04-07" in c.text
            stick = tmp_path / "stick"
            stick.mkdir(exist_ok=True)
            c.desk.office.write_returns(stick)
        return record, stick

    return typed


def labels(c):
    """What form and questions are called here."""
    words = c.desk.words
    visit = next(
        view for view in (c.desk.office.view(each) for each in c.desk.reviews.received("visit").records)
        if view.fields.get("outcome") == "done"
    )  # fmt: skip
    names = {path.rsplit("/", 1)[-1]: path for path in visit.fields}
    return (
        words.form("visit"),
        words.question(visit, names["need_top"]),
        words.question(visit, names["barrier"]),
    )


@pytest.mark.parametrize(("language", "size"), [("zh", (80, 24)), ("en", (120, 40))])
async def test_from_the_office_to_the_question_and_back(demo, now, clerk, person, asked, language, size):
    record, stick = await asked(language, size)
    assert state(demo, now, record) is State.QUERIED
    async with person(language, size) as p:
        session = p.app.session
        session.sticks.take(stick)
        p.app.home.refresh_words()
        await p.pilot.pause()
        heading = {"zh": "镇办的问题，回车", "en": "Questions from the office"}[language]
        due = {"zh": "-- 今天要走访", "en": "-- Visits due today"}[language]
        lines = p.lines
        at = next(number for number, line in enumerate(lines) if heading in line)
        assert at < next(number for number, line in enumerate(lines) if due in line)
        assert "2026-04-07" in lines[at + 1]
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        screen = p.app.screen
        first = screen.page.current().path
        assert first.rsplit("/", 1)[-1] == "need_top"
        assert (
            screen.page.current().answer.has_focus
            or screen.focused in screen.page.current().answer.walk_children()
        )
        assert "Is it this one?" in p.text
        before = screen.interview.entry.value(first)
        choices = screen.interview.entry.choices(first)
        other = next(n for n, each in enumerate(choices) if each.value != before and not each.missing)
        await p.press(*(str(other + 1) if len(choices) < 10 else f"{other + 1:02d}"))
        await p.until(lambda: screen.page.current() and screen.page.current().path.endswith("/barrier"))
        assert "Really?" in p.text
        await p.press("ctrl+a")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert session.questions.waiting() == []
        assert heading not in p.text
        last = session.exchange.revisions(record)[-1]
        assert set(last.body.note) >= {"answers", "replies", "reason"}
        session.export(stick)
    with Office.open(demo.office, now=lambda: now) as office:
        office.merge([stick])
    async with clerk(language, size) as c:
        c.language = language
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert {"zh": "已答复 1", "en": "1 answered"}[language] in c.text
        await into_review(c)
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ReviewRecordScreen")
        assert " -> " in c.text
        await c.press("2")
        await c.until(lambda: c.screen_name == "ReviewScreen")
        assert c.desk.office.lists.counts(KIND) == {"approved": 1}
        await go_to(c, {"zh": "已通过", "en": "approved"}[language])
        await c.press("enter", "down", "enter")
        await c.until(lambda: c.screen_name == "ReviewRecordScreen")
        await c.press("ctrl+z")
        await c.until(lambda: c.desk.office.lists.counts(KIND) == {"answered": 1})


async def test_whoever_goes_past_a_question_is_asked_before_it_is_finished(demo, now, person, asked):
    record, stick = await asked()
    async with person("en") as p:
        session = p.app.session
        session.sticks.take(stick)
        p.app.home.refresh_words()
        await p.pilot.pause()
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("tab", "tab")
        await p.until(lambda: p.screen_name == "Pick")
        await p.until(lambda: "Is it this one?" in p.text)
        await p.press("4")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert [each.count for each in session.questions.waiting()] == [2], (
            "a question is not answered by going past it"
        )
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f6")
        await p.until(lambda: p.app.screen.page.current().path.endswith("/barrier"))
        await p.press("f10")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert session.questions.waiting() == []
        record = session.exchange.record(record)
        assert {"missing": Missing.DECLINED.value} in record.answers.values()


async def test_a_question_about_the_whole_record_is_read_first_and_answered_in_words(
    demo, now, person, tmp_path
):
    from tests.session.desk.there_and_back import going

    with going(demo, now, tmp_path / "stick") as way:
        record = way.visit()
        way.query(record, _="Please look again")
        way.back()
    async with person("en") as p:
        session = p.app.session
        p.app.home.refresh_words()
        await p.pilot.pause()
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Notice")
        assert "Please look again" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f10")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("2")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("I did")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert session.questions.waiting() == []
        assert "I did" in session.exchange.revisions(record)[-1].body.note["replies"].values()


async def test_the_agenda_leads_to_the_question_too(demo, now, person, asked):
    _record, stick = await asked()
    async with person("en") as p:
        p.app.session.sticks.take(stick)
        await p.press("ctrl+f7")
        await p.until(lambda: p.screen_name == "AgendaScreen")
        await go_to(p, "questions: 2")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "Is it this one?" in p.text


async def test_comments_that_were_not_sent_are_asked_about(clerk):
    async with clerk("en") as c:
        c.language = "en"
        await into_review(c)
        await open_first(c, labels(c)[0])
        await ask(c, "record as a whole", "Look")
        await c.press("escape")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("1")
        await c.until(lambda: c.screen_name == "ReviewRecordScreen")
        assert "? Look" in c.text
        await c.press("escape")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("2")
        await c.until(lambda: c.screen_name == "ReceivedScreen")
        assert c.desk.office.lists.counts(KIND) == {}


async def test_a_day_that_is_none_is_said_and_nothing_goes(clerk):
    async with clerk("en") as c:
        c.language = "en"
        await into_review(c)
        await open_first(c, labels(c)[0])
        await c.press("1")
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter")
        await ask(c, "record as a whole", "Look")
        await c.press("1")
        await c.until(lambda: c.screen_name == "AskText")
        await c.press("x", "enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert c.desk.office.lists.counts(KIND) == {}


async def test_all_shown_are_approved_after_the_number_was_read_and_one_key_takes_it_back(clerk):
    async with clerk("en") as c:
        c.language = "en"
        await into_review(c)
        await go_to(c, c.desk.words.form("issue"))
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ReceivedScreen")
        count = len(c.app.screen.page.records)
        assert count
        await c.press("1")
        await c.until(lambda: c.screen_name == "Pick")
        assert f"Approve {count} of the {count} records" in c.text
        await c.press("1")
        await c.until(lambda: c.screen_name == "ReceivedScreen")
        assert c.desk.office.lists.counts(KIND) == {}, "the first line leaves it"
        await c.press("1")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("2")
        await c.until(lambda: c.desk.office.lists.counts(KIND) == {"approved": count})
        await c.press("ctrl+z")
        await c.until(lambda: c.desk.office.lists.counts(KIND) == {})


@pytest.mark.parametrize("role", [Role.CLERK, Role.VERIFIER, Role.READER, Role.KEEPER])
async def test_no_other_role_comes_there(clerk, demo, now, role):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [role], None, by="office")
    async with clerk("en", name="王芳") as c:
        assert "Review" not in "\n".join(c.lines[2:])
        c.app.home.post_message(c.app.home.Wanted("review"))
        await c.until(lambda: c.screen_name == "Notice" and "may not do this here" in c.text)


async def test_a_return_pack_taken_while_home_is_shown_is_on_top_when_somebody_comes_back(
    demo, person, asked
):
    _record, stick = await asked()
    with Session.open(demo.workspace) as session:
        session.sticks.take(stick)
    async with person("en") as p:
        assert "Questions from the office" in p.text


async def test_a_record_can_be_corrected_where_it_is_looked_over(clerk):
    async with clerk("en") as c:
        c.language = "en"
        await into_review(c)
        record = await open_first(c, c.desk.words.form("issue"))
        before = c.desk.office.view(record).revisions
        await c.press("4")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        screen = c.app.screen
        path = next(path for path in screen.interview.form.items if path.endswith("/text"))
        screen.interview.answer(path, "Looked at again")
        await c.press("f10")
        await c.until(lambda: c.screen_name == "AskText")
        await c.type("rang them")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ReviewRecordScreen")
        assert len(c.desk.office.view(record).revisions) == len(before) + 1
        assert "Looked at again" in c.desk.office.view(record).fields.values()
        assert c.desk.session.exchange.revisions() == []
        await c.press("escape")
        await c.until(lambda: c.screen_name == "ReceivedScreen")


async def test_a_record_somebody_else_changed_meanwhile_is_told_and_nothing_is_written(clerk):
    async with clerk("en") as c:
        c.language = "en"
        await into_review(c)
        record = await open_first(c, c.desk.words.form("issue"))
        seen = c.desk.office.view(record)
        c.desk.decide(seen, Operation.RESOLVE, {"village": "990101100001"}, changed=["village"], note={})
        await c.press("2")
        await c.until(lambda: c.screen_name == "Notice" and "changed this record" in c.text)
        assert c.desk.office.lists.counts(KIND) == {}
