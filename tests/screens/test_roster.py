"""The members as a table: row by row or column by column, insert, remove, sort, next and previous member."""

from __future__ import annotations

import pytest

from fieldkit.screens.interview import InterviewScreen

FORM = """| survey |
| | type            | name    | label     | required | constraint | relevant   |
| | text            | head    | Head      |          |            |            |
| | begin_repeat    | members | Members   |          |            |            |
| | text            | name    | Name      | yes      |            |            |
| | integer         | age     | Age       |          | . < 120    |            |
| | begin_group     | more    | More      |          |            |            |
| | select_one sex  | sex     | Sex       |          |            |            |
| | select_one sex  | school  | At school |          |            | ${age} < 18 |
| | end_group       |         |           |          |            |            |
| | note            | said    | Said      |          |            |            |
| | end_repeat      |         |           |          |            |            |
| choices |
| | list_name | name | label |
| | sex       | m    | male  |
| | sex       | f    | female |
"""


@pytest.fixture
def roster(person, tmp_path):
    """Three members in an interview, shown as a table."""
    path = tmp_path / "roster.md"
    path.write_text(FORM, encoding="utf-8")
    answers = {
        "head": "A",
        "members": [{"name": "Wu", "age": "40"}, {"name": "An", "age": "9"}, {"name": "Li"}],
    }

    class Opened:
        def __init__(self, size=(80, 24)):
            self.context = person("en", size)

        async def __aenter__(self):
            p = await self.context.__aenter__()
            interview = p.app.session.interviews.start(str(path), answers=answers)
            interview.jump("/data/members[1]/name")
            p.app.push_screen(InterviewScreen(p.app.session, interview))
            await p.until(lambda: p.screen_name == "InterviewScreen")
            await p.press("ctrl+d")
            await p.until(lambda: p.screen_name == "Roster")
            await p.press()
            return p, interview.entry

        async def __aexit__(self, *error):
            return await self.context.__aexit__(*error)

    return Opened


async def test_every_member_is_a_row_and_every_question_a_column(roster):
    async with roster() as (p, _entry):
        assert "Members   3 rows   row by row" in p.lines[0]
        assert p.lines[1].split() == ["Name", "Age", "Sex", "At", "school"]
        assert [line.split() for line in p.lines[2:5]] == [
            ["1", "Wu", "40", "-"], ["2", "An", "9"], ["3", "Li", "-"],
        ]  # fmt: skip
        assert any("Name *" in line for line in p.lines)


async def test_answered_row_by_row_over_what_is_not_asked(roster):
    async with roster() as (p, entry):
        await p.press("enter", "enter", "1", "enter")
        assert entry.value("/data/members[1]/more/sex") == "m"
        assert p.app.screen.table.here == "/data/members[2]/name", "a grown-up is not asked about school"
        await p.press("tab", "tab", "2", "enter", "1", "enter")
        assert entry.value("/data/members[2]/more/school") == "m"
        assert p.app.screen.table.here == "/data/members[3]/name"
        await p.press("shift+tab")
        assert p.app.screen.table.here == "/data/members[2]/more/school"


async def test_answered_column_by_column(roster):
    async with roster() as (p, entry):
        await p.press("enter", "ctrl+t")
        assert "column by column" in p.lines[0]
        await p.press("enter", "enter", "7", "enter")
        assert entry.value("/data/members[3]/age") == "7"
        assert p.app.screen.table.here == "/data/members[1]/more/sex"
        await p.press("1", "enter", "2", "enter", "2", "enter")
        assert [entry.value(f"/data/members[{n}]/more/sex") for n in (1, 2, 3)] == ["m", "f", "f"]


async def test_the_same_question_of_the_next_member(roster):
    async with roster() as (p, entry):
        await p.press("enter", "ctrl+down", "ctrl+down")
        assert p.app.screen.table.here == "/data/members[3]/age"
        await p.press("5", "ctrl+up")
        assert entry.value("/data/members[3]/age") == "5"
        assert p.app.screen.table.here == "/data/members[2]/age"
        await p.press("escape")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        assert p.app.screen.interview.index.path == "/data/members[2]/age"
        await p.press("ctrl+down")
        assert p.app.screen.interview.index.path == "/data/members[3]/age"
        await p.press("ctrl+down")
        assert p.app.screen.interview.index.path == "/data/members[3]/age"


async def test_insert_remove_and_undo(roster):
    async with roster() as (p, entry):
        await p.press("insert")
        await p.type("Xu")
        await p.press("tab")
        assert [entry.value(f"/data/members[{n}]/name") for n in (1, 2, 3, 4)] == ["Wu", "Xu", "An", "Li"]
        await p.press("ctrl+x")
        assert entry.count("/data/members") == 3
        assert "Ctrl+Z" in p.told
        await p.press("ctrl+z")
        assert entry.value("/data/members[2]/name") == "Xu"
        stored = p.app.session._workspace.drafts.all()[0]["answers"]
        assert sorted(v for k, v in stored.items() if k.endswith("/name")) == ["An", "Li", "Wu", "Xu"]


async def test_sorting_changes_what_is_seen_and_not_what_is_kept(roster):
    async with roster() as (p, entry):
        await p.press("enter", "ctrl+s")
        assert [line.split()[1] for line in p.lines[2:5]] == ["An", "Wu", "Li"]
        assert p.app.screen.table.here == "/data/members[1]/age", "the mark stays with its member"
        assert [entry.value(f"/data/members[{n}]/name") for n in (1, 2, 3)] == ["Wu", "An", "Li"]
        await p.press("ctrl+s")
        assert [line.split()[1] for line in p.lines[2:5]] == ["Wu", "An", "Li"]


async def test_what_is_wrong_is_told_in_place_and_marked(roster):
    async with roster() as (p, entry):
        await p.press("enter")
        p.app.screen.focused.value = "400"
        await p.press("enter")
        assert p.app.screen.table.here == "/data/members[1]/age"
        assert "!400" in p.text
        p.app.screen.focused.value = "x"
        await p.press("enter")
        assert "not a whole number" in p.text or "“x”" in p.text
        p.app.screen.focused.value = ""
        await p.press("f5")
        assert "[Don't know]" in p.text
        assert entry.missing("/data/members[1]/age")


async def test_the_last_cell_says_what_can_be_done(roster):
    async with roster() as (p, _entry):
        await p.press("ctrl+down", "ctrl+down", "tab", "tab", "tab")
        await p.until(lambda: "Insert adds a member" in p.told)


async def test_without_members_there_is_no_table(person):
    async with person("en") as p:
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("ctrl+d")
        await p.until(lambda: "no members" in p.told)


async def test_the_last_member_taken_out_leaves_the_question_whether_to_add_one(roster):
    async with roster() as (p, entry):
        await p.press("ctrl+x", "ctrl+x", "ctrl+x")
        assert entry.count("/data/members") == 0
        [draft] = [each for each in p.app.session._workspace.drafts.all() if each["form"] == "roster"]
        assert p.app.session.interviews.resume(draft["id"]).index == entry.index
        await p.press("escape")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "Add one more?" in p.text
        await p.press("ctrl+d", "escape", "1")
        assert entry.count("/data/members") == 1
        assert entry.index.path == "/data/members[1]/name"


async def test_a_missing_answer_in_the_last_cell_takes_the_place_of_what_stood_there(roster):
    async with roster() as (p, entry):
        await p.press("ctrl+down", "ctrl+down", "tab", "tab", "1", "f6")
        assert entry.missing("/data/members[3]/more/sex")
        assert p.text.count("[Declined]") == 2, "in the table and below the question"


async def test_a_question_that_is_not_asked_of_a_member_gets_no_answer(roster):
    async with roster() as (p, entry):
        await p.press("ctrl+down", "tab", "tab", "tab", "ctrl+up")
        assert "This is not asked here." in p.text
        before = entry.answers()
        await p.press("f6")
        assert entry.answers() == before
