"""`fieldkit sync carry`: the same at the command line, three laptops and an office."""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from fieldkit.cli import run
from fieldkit.session.session import Session

REGISTER = {
    "date": "2026-03-31", "village": "990101100200", "seq": "1",
}  # fmt: skip


def command(*arguments, code=0):
    said, refused = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(refused):
        done = run(["--lang", "en", *map(str, arguments)])
    assert done == code, (arguments, said.getvalue(), refused.getvalue())
    return said.getvalue() + refused.getvalue()


@pytest.fixture
def laptops(tmp_path):
    """Three enrolled workspaces, by name."""
    command("office", "init", tmp_path / "office", "--open", "--name", "清溪", "--code", "990101100000")
    made = {}
    for name in "ABC":
        folder = made[name] = tmp_path / name
        command("init", folder, "--name", name, "--open")
        command("sync", "key", "--out", tmp_path / f"{name}.fkkey", "--workspace", folder)
        told = command(
            "office", "enroll", tmp_path / f"{name}.fkkey", "--office", tmp_path / "office", "--json"
        )
        answer = json.loads(next(line for line in told.splitlines() if line.startswith("{")))["file"]
        command("sync", "import", answer, "--workspace", folder)
    (tmp_path / "stick").mkdir()
    return made


def carry(laptops, name, *options, code=0):
    stick = laptops[name].parent / "stick"
    told = command("sync", "carry", stick, "--workspace", laptops[name], "--json", *options, code=code)
    return json.loads(next(line for line in told.splitlines() if line.startswith("{")))


def opened_event(folder):
    """The event of the day, sealed with the shipped form; gives its number."""
    with Session.open(folder) as session:
        form = session.library.get("scr_event")
        number = "2603312001"
        session.exchange.put(form, session.exchange.new_record_id(), {"event_id": number, **REGISTER})
    return number


def test_three_laptops_and_a_stick(laptops):
    number = opened_event(laptops["A"])
    stick = laptops["A"].parent / "stick"
    said = command("sync", "carry", stick, "--workspace", laptops["A"])
    assert "wrote its introduction alone" in said
    assert said.strip().endswith("You may remove the stick.")
    carry(laptops, "B")
    carry(laptops, "C")
    again = carry(laptops, "A", "--event", number)
    assert sorted(again["readers"]) == ["B", "C"]
    assert [each["records"] for each in again["written"]] == [1]
    for name in "BC":
        told = carry(laptops, name)
        assert sum(each["records"] for each in told["came"]) == 1
        assert all(each["knows_us"] for each in told["came"] if each["from"] == "A")
    states = set()
    for folder in laptops.values():
        with Session.open(folder) as session:
            states.add(session.state())
    assert len(states) == 1
    history = command("sync", "history", "--workspace", laptops["B"])
    assert "taken from another laptop" in history
    assert "written for other laptops" in history


def test_a_file_that_was_cut_is_named_and_the_rest_is_taken(laptops):
    carry(laptops, "A")
    carry(laptops, "B")
    stick = laptops["A"].parent / "stick"
    torn = stick / "carry-torn.fkc"
    torn.write_bytes(next(stick.glob("*.fkc")).read_bytes()[:-3])
    told = carry(laptops, "C", code=1)
    assert [each["code"] for each in told["refused"]] == ["carry.damaged"]
    assert sorted(told["readers"]) == ["A", "B"]


def test_a_laptop_that_is_not_enrolled_says_what_to_do(tmp_path):
    command("init", tmp_path / "w", "--open")
    assert "Enrol it at the office" in command(
        "sync", "carry", tmp_path, "--workspace", tmp_path / "w", code=1
    )
