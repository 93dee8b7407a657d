"""`office conflicts`, `resolve`, `decisions`, `undo`: what a program and a person at a command line can decide."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from tests.office.quarrels import PLACE, PRESENCE, households, quarrel


@pytest.fixture
def command(demo, now, tmp_path, monkeypatch, capsys):
    """Two records in conflict, the second at a contact answer too; `command(…)` is run at the office, and gives its answer."""
    with Office.open(demo.office, now=lambda: now) as office:
        first, second = households(office, 2)
    quarrel(demo, now, tmp_path, [first], {"presence": "all_out"}, {"presence": "part_out"})
    both = {"presence": "all_out", "addr_note": "祠堂后"}, {"presence": "part_out", "addr_note": "村口"}
    quarrel(demo, now, tmp_path, [second], *both)
    monkeypatch.setenv("FIELDKIT_OFFICE", str(demo.office))

    def does(*arguments, code=0, text=False):
        capsys.readouterr()
        assert run(["--lang", "en", "office", *map(str, arguments), *([] if text else ["--json"])]) == code
        said = capsys.readouterr()
        return said.err if code else said.out if text else json.loads(said.out)

    does.records = first, second
    return does


def value(demo, now, record, path):
    with Office.open(demo.office, now=lambda: now) as office:
        view = office.view(record)
        return view.fields.get(path, len(view.conflicts.get(path, ())))


def test_listed_decided_taken_back_and_done_again(command, demo, now):
    first, second = command.records
    rows = command("conflicts")
    assert {(row["record"], row["path"]) for row in rows} == {
        (first, PRESENCE),
        (second, PRESENCE),
        (second, PLACE),
    }
    row = next(row for row in rows if row["record"] == first)
    assert (row["state"], row["note"]) == ("open", "")
    assert [each["answer"] for each in row["values"]] == ["all_out", "part_out"]
    done = command("resolve", first[:13], PRESENCE, "--choose", 2)
    assert (done["record"], done["how"], len(done["revisions"])) == (first, "take", 1)
    assert value(demo, now, first, PRESENCE) == row["values"][1]["answer"]
    [decided] = command("decisions")
    assert (decided["revision"], decided["paths"], decided["holds"]) == (
        done["revisions"][0],
        [PRESENCE],
        True,
    )
    undone = command("undo", decided["revision"][:10], "--reason", "asked again")
    assert undone["undone"] == decided["revision"]
    assert value(demo, now, first, PRESENCE) == 2
    assert [each["holds"] for each in command("decisions")] == [True, False]
    assert "taken back already" in command("undo", decided["revision"], code=1)
    command("undo", undone["revision"])
    assert value(demo, now, first, PRESENCE) == "part_out"


def test_another_value_both_with_a_note_and_a_question_back(command, demo, now):
    first, second = command.records
    assert "cannot be the answer" in command("resolve", first, PRESENCE, "--value", "on the moon", code=1)
    command("resolve", first, PRESENCE, "--value", "home")
    assert value(demo, now, first, PRESENCE) == "home"
    assert "needs a few words" in command("resolve", second, PRESENCE, "--both", code=1)
    command("resolve", second, PRESENCE, "--both", "--note", "of two weeks")
    kept = {row["path"]: (row["state"], row["note"]) for row in command("conflicts")}
    assert kept == {PRESENCE: ("both", "of two weeks"), PLACE: ("open", "")}, (
        "contact answers stand in no list"
    )
    assert "of two weeks" in command("conflicts", text=True)
    assert "is no day" in command(
        "resolve", second, PLACE, "--send-back", "Which?", "--deadline", "soon", code=1
    )
    command("resolve", second, PLACE, "--send-back", "Where do they live?", "--deadline", "2026-04-10")
    assert command("decisions")[0]["parts"] == ["comments"]


def test_what_cannot_be_is_said_in_words_and_nothing_is_written(command, demo, now):
    first, _second = command.records
    with Office.open(demo.office, now=lambda: now) as office:
        state = office.state()
        add_desk(office, "查阅", [Role.READER], None, by="office")
        add_desk(office, "经办", [Role.CLERK], None, by="office")
    clerk = ("--as", "经办")
    for arguments, words in (
        (("resolve", "ffff", PRESENCE, "--choose", 1), "No record in conflict begins with ffff"),
        (("resolve", "019", PRESENCE, "--choose", 1), "2 records in conflict begin with 019"),
        (("resolve", first, "home/lang", "--choose", 1), f"In conflict are: {PRESENCE}"),
        (("resolve", first, PRESENCE, "--choose", 3), "there are 2"),
        (("undo", "0" * 12), "Nothing that was decided here"),
    ):
        assert words in command(*arguments, *clerk, code=1)
    for arguments in (
        ("resolve", first, PRESENCE, "--choose", 1),
        ("decisions",),
        ("undo", "0"),
        ("conflicts",),
    ):
        assert "may not do this" in command(*arguments, "--as", "查阅", code=1)
    assert "Nothing was decided here yet." in command("decisions", *clerk, text=True)
    with Office.open(demo.office, now=lambda: now) as office:
        assert office.state() == state


def test_in_words_with_numbers_to_choose_by(command):
    first, _second = command.records
    said = command("conflicts", text=True)
    assert "    1 " in said
    assert "    2 " in said
    assert "祠堂后" not in said
    told = command("resolve", first, PRESENCE, "--choose", 1, text=True)
    assert "Written down: Household registration" in told
    assert "fieldkit office undo" in told
    listed = command("decisions", text=True)
    assert "decided: " in listed
    assert "All are away" not in listed
    assert "Taken back:" in command("undo", listed.split()[0], text=True)
