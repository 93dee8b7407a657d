"""Back-checks at the office by keys alone: the sample of the demo with its exact numbers (P5), asking again blind, and drawing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.appearance import Appearance
from fieldkit.fieldwork.samples import Stands
from fieldkit.fieldwork.sampling import questions
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.looks import looks
from fieldkit.office.roles import Role

NUMBER = "DEMO-2603"


@pytest.fixture
def verifier(demo, now):
    """A verifier's desk at the demo office."""
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "陈敏", [Role.VERIFIER], None, by="office")
    return "陈敏"


async def begin(c):
    """From Home to the sample of the demo."""
    await c.part("samples")
    await c.until(lambda: c.screen_name == "SamplesScreen")
    await c.press("2")
    await c.until(lambda: c.screen_name == "SampleScreen")


def waiting(desk, number=NUMBER):
    return [each for each in desk.samples.standing(number).places if each.stands is Stands.WAITING]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh",
            ["抽了 24 份", "共 240 份", "已核 22 份", "谢绝复核的：2", "比了 110 处", "第1类 1/44", "第2类 3/44", "第3类 6/22",
             "4/88 = 4.5%", "1.8%", "11.1%", "先看这一题：怎样告知的", "差 1，数出来 131：0.8%"],
        ),
        (
            "en",
            ["24 of 240 records drawn", "22 checked", "nobody knows by whom: 2", "110 comparisons", "type 1 1/44", "type 2 3/44",
             "type 3 6/22", "4/88 = 4.5%", "between 1.8% and 11.1%", "Look at this question first: How the notice was given",
             "differs by 1, counted 131: 0.8%"],
        ),
    ],
)  # fmt: skip
async def test_p5_comes_out_with_its_exact_numbers(clerk, verifier, language, said):
    async with clerk(language, size=(120, 60), name=verifier) as c:
        await begin(c)
        await c.press("3")
        await c.until(lambda: c.screen_name == "LinesScreen")
        for words in said:
            assert words in c.text


@pytest.mark.parametrize(("size", "big"), [((80, 24), False), ((60, 20), True)])
async def test_a_call_of_five_questions_takes_twenty_keys_and_is_blind(
    clerk, verifier, size, big, record_property
):
    async with clerk(size=size, name=verifier) as c:
        if big:
            c.app.wear(Appearance(big=True))
        await begin(c)
        place = waiting(c.desk)[0]
        brought = c.desk.samples.call(NUMBER, place.record).brought
        chosen = questions(
            c.desk.samples.standing(NUMBER).sample.seed,
            place.record,
            c.desk.samples._fields("visit"),
            brought,
        )
        assert len(chosen) == 5
        keys = 0

        async def press(*pressed):
            nonlocal keys
            keys += len(pressed)
            await c.press(*pressed)

        await press("1")
        await c.until(lambda: c.screen_name == "CallScreen")
        call = c.desk.samples.call(NUMBER, place.record)
        assert all(words and words in c.text for words in (call.household, call.head))
        await press("1")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        interview = c.app.screen.interview
        await press("1")
        await press("1")
        for number, question in enumerate(chosen, 1):
            entry, item = interview.entry, f"/data/compare/item[{number}]"
            assert entry.value(f"{item}/field") == question
            assert entry.value(f"{item}/orig_value") == ""
            assert not entry.is_relevant(f"{item}/orig_value")
            assert c.app.screen.page.current().path == f"{item}/again_value"
            await press(*brought[question], "enter")
            assert entry.value(f"{item}/match") == "yes"
        await press("1", "1", "1")
        await press("1")
        await c.until(lambda: c.screen_name == "SampleScreen")
        record_property("tried", f"{keys} keys for a back-check of 5 questions")
        assert keys <= 20
        standing = c.desk.samples.standing(NUMBER)
        assert (standing.done, standing.waiting) == (23, 1)
        _standing, results, _declined = c.desk.samples.results(NUMBER)
        assert (results.compared, results.town.n, results.town.of) == (115, 4, 92)
        seen = looks(c.desk.office)
        assert {(each.facts["by"], each.facts["form"], each.facts["why"]) for each in seen} == {
            (verifier, "household", "backcheck")
        }


async def test_what_differs_is_shown_with_the_record_and_has_a_reason(clerk, verifier):
    async with clerk(name=verifier) as c:
        await begin(c)
        await c.press("1", "1", "1", "1")
        interview = c.app.screen.interview
        item = "/data/compare/item[1]"
        assert interview.entry.value(f"{item}/field") in {"date", "given_by"}
        other = "9"
        await c.press(other, "enter")
        assert c.app.screen.page.current().path == f"{item}/reason"
        assert f"原记录是{interview.entry.value(f'{item}/orig_value')}" in c.text.replace("\n", "")
        assert interview.entry.is_readonly(f"{item}/again_value")


async def test_who_declines_is_replaced_the_next_day_and_nothing_says_who_it_was(clerk, demo, verifier, now):
    async with clerk(name=verifier) as c:
        await begin(c)
        before = waiting(c.desk)
        await c.press("1", "1", "1", "2")
        await c.until(
            lambda: (
                (c.screen_name == "InterviewScreen" and c.app.screen.interview.index.path.endswith("again"))
                or c.screen_name != "InterviewScreen"
            )
        )
        if c.screen_name == "InterviewScreen":
            await c.press("f10")
        await c.until(lambda: c.screen_name == "SampleScreen")
        today = c.desk.samples.standing(NUMBER)
        assert (today.waiting, today.replaced) == (2, 2)
        declines = [
            view for view in c.desk.office.archive.views("backcheck") if view.fields["outcome"] == "declined"
        ]
        assert all(set(view.fields) == {"village", "date", "outcome"} for view in declines)
    async with clerk(name=verifier, at=now + timedelta(days=1)) as c:
        standing = c.desk.samples.standing(NUMBER)
        assert standing.replaced == 3 - int(before[0].replaced > 0)
        assert before[0].record not in {each.record for each in standing.places}
        assert standing.waiting == 2


async def test_nobody_draws_again_until_it_pleases(clerk, verifier):
    async with clerk("en", name=verifier) as c:
        await c.part("samples")
        await c.until(lambda: c.screen_name == "SamplesScreen")
        await c.press("1")
        await c.press("1", "enter", "enter", "enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "DEMO-2603 of the same records is not finished" in c.text.replace("\n", " ").replace(
            "│", ""
        ).replace("  ", " ")
        assert len(c.desk.samples.all()) == 1
        await c.press("enter")
        await c.press("2", "4")
        await c.type("the month is over")
        await c.press("enter")
        await c.until(lambda: "Given up" in c.text)
        await c.press("escape")
        await c.until(lambda: c.screen_name == "SamplesScreen")
        await c.press("1", "1", "enter", "enter", "enter")
        await c.until(lambda: c.screen_name == "Notice")
        first, second = reversed(c.desk.samples.all())
        assert first.sample.why == "the month is over"
        assert second.sample.number == "2603-1"
        assert second.sample.frame == 240 + 25 - 24
        assert not set(second.sample.drawn) & set(first.sample.asked)
        await c.press("enter")
        await c.until(lambda: c.screen_name == "SampleScreen")


@pytest.mark.parametrize("role", [Role.CLERK, Role.READER])
async def test_clerk_and_reader_see_no_back_checks(clerk, demo, now, role):
    from fieldkit.errors import FieldkitError

    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "W", [role], None, by="office")
    async with clerk("en", name="W") as c:
        assert "Back-checks" not in c.text
        samples = c.desk.samples
        for forbidden in (
            samples.all,
            lambda: samples.standing(NUMBER),
            lambda: samples.draw("visit", "2026-03-01", "2026-03-30", 10),
            lambda: samples.results(NUMBER),
            lambda: samples.call(NUMBER, "x"),
            lambda: samples.give_up(NUMBER, "why"),
        ):
            with pytest.raises(FieldkitError) as refused:
                forbidden()
            assert refused.value.code == "role.may-not"


async def test_a_reviewer_draws_and_reads_but_asks_nobody(clerk, demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "R", [Role.REVIEWER], None, by="office")
    async with clerk("en", name="R") as c:
        await begin(c)
        assert "to ask." in c.text
        assert "DEMO-2603-25" not in c.text
        assert "What it comes to" in c.text


async def test_todays_answer_cannot_be_changed_once_the_record_was_seen(clerk, verifier):
    async with clerk(name=verifier) as c:
        await begin(c)
        await c.press("1", "1", "1", "1")
        await c.press("9", "enter")
        entry, item = c.app.screen.interview.entry, "/data/compare/item[1]"
        assert entry.value(f"{item}/match") == "no"
        await c.press("ctrl+z")
        await c.press("ctrl+z")
        assert entry.value(f"{item}/again_value") == "9"
        assert entry.is_readonly(f"{item}/field")


async def test_what_it_comes_to_can_be_printed(clerk, verifier, monkeypatch):
    shown = []

    def show(_prints, page):
        shown.append(page.read_text(encoding="utf-8"))
        return True

    monkeypatch.setattr("fieldkit.session.prints.Prints.show", show)
    async with clerk("en", name=verifier) as c:
        await begin(c)
        await c.press("3", "1")
        await c.until(lambda: c.screen_name == "Notice")
        assert "4/88 = 4.5%" in shown[0]
        await c.press("enter")
        await c.until(lambda: c.screen_name == "LinesScreen")
