"""Pages, members and the way back as talk: where the next question is, and what undoing leads to."""

from __future__ import annotations

from tests.session.talked_form import FORM


def test_a_page_is_asked_one_by_one_and_follows_its_answers(talk):
    t = talk(FORM)
    t.type(":jump rooms")
    assert t.asked().startswith("Group: House\nQuestion 6 of 10: Rooms")
    t.type("2")
    assert t.name == "built"
    t.type(":back", "3")
    assert t.name == "roof"
    t.type("tiles", "1990-5-1")
    assert t.name == "pname"
    t.type(":back")
    assert t.name == "built"
    assert "1990-05-01  Tuesday  lunar 庚午年四月初七" in t.asked()
    t.type(":back", ":back", ":back")
    assert t.name == "order"


def test_an_interview_resumed_on_a_page_goes_on_behind_its_last_answer(talk):
    t = talk(FORM)
    t.type(":jump rooms", "3", "tiles")
    again = talk(FORM, draft=t.interview.id)
    assert again.resumed
    assert again.name == "built"


def test_a_page_on_which_nothing_is_asked_is_passed_over(talk):
    t = talk(
        "| survey | | | | | |\n| | type | name | label | appearance | relevant |\n| | text | a | A | | |\n| | text | b | B | | |\n"
        "| | begin_group | g | G | field-list | |\n| | text | c | C | | ${a} = 'c' |\n| | end_group | | | | |\n| | text | d | D | | |\n"
    )
    t.type("", "")
    assert t.name == "d"
    t.type(":back")
    assert t.name == "b"
    t.type(":jump a", "c", "")
    assert t.name == "c"


def test_members_are_added_taken_out_and_brought_back(talk):
    t = talk(FORM)
    t.type(":jump pname", "王")
    assert t.asked().startswith("Person: 1 so far. Add one more?")
    assert "neither yes nor no" in t.type("maybe")
    t.type("y")
    assert t.asked().startswith("Group: Person 2\nQuestion 8 of 11: Name")
    t.type("李", "１", "张")
    assert "3 so far" in t.asked()
    t.type(":back", ":back", ":remove")
    assert "2 so far" in t.asked()
    assert [t.value(f"person[{n}]/pname") for n in (1, 2)] == ["王", "张"]
    t.type(":undo")
    assert [t.value(f"person[{n}]/pname") for n in (1, 2, 3)] == ["王", "李", "张"]
    t.type(":jump secret")
    assert "No member" in t.type(":remove")
    t.type(":undo", ":undo", ":undo")
    assert t.interview.entry.count("/data/person") == 2


def test_undoing_the_member_one_stands_in_leads_back_to_where_it_was_added(talk):
    t = talk(FORM)
    t.type(":jump pname", "", "1")
    assert t.interview.entry.count("/data/person") == 2
    t.type(":undo")
    assert t.interview.entry.count("/data/person") == 1
    assert t.asked().startswith("Person: 1 so far")
    assert t.kept()["cursor"] == {"event": "prompt-new-repeat", "path": "/data/person"}
    t.type(":next")
    assert t.name == "secret"


def test_undo_and_redo_go_to_what_they_change(talk):
    t = talk(FORM)
    assert "nothing to take back" in t.type(":undo")
    t.type("x", "34", ":撤销")
    assert (t.name, t.value("age")) == ("age", "")
    t.type("：redo")
    assert (t.name, t.value("age")) == ("age", "34")
    assert (t.kept()["answers"]["who"], t.kept()["answers"]["age"]) == ("x", "34")
