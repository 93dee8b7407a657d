"""`fieldkit office letters`, `looks` and `desk renew`: the same by command, for programs and for people."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from tests.letters_between import COUNTY, THEIRS, ready, two_offices


@pytest.fixture
def fieldkit(capsys, monkeypatch):
    """Run a command: `fieldkit("office letters", …)` gives exit code, what it printed and what it complained of."""

    def called(command, *arguments):
        code = run([*command.split(), *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


@pytest.fixture
def offices(demo, tmp_path, now):
    there = tmp_path / "他 县"
    with two_offices(demo, there, now) as (ours, _theirs):
        record, _row = ready(ours)
    return demo.office, there, record


def test_a_letter_goes_and_its_reply_comes_back(fieldkit, offices, tmp_path):
    ours, theirs, record = offices
    stick = tmp_path / "U 盘"
    stick.mkdir()
    code, told, _ = fieldkit("office letters", "--office", ours, "--json")
    [line] = [each for each in json.loads(told) if each["record"] == record]
    assert (code, line["stands"]) == (0, "ready")
    code, told, _ = fieldkit(
        "office letters write", record, "--unit", THEIRS, "--out", stick, "--office", ours, "--json"
    )
    letter = json.loads(told)
    assert code == 0
    code, told, _ = fieldkit("office letters read", letter["file"], "--office", theirs, "--json")
    opened = json.loads(told)
    assert (code, opened["id"]) == (0, letter["id"])
    assert opened["items"]
    code, told, _ = fieldkit("office letters read", letter["file"], "--office", theirs)
    assert "never for law enforcement" in told
    code, _, said = fieldkit("office letters read", letter["file"], "--office", ours)
    assert code == 1
    assert "not sealed for this office" in said
    assert "Traceback" not in said
    code, told, _ = fieldkit(
        "office letters reply", letter["file"], "--result", "asked_stop", "--text", "谢谢", "--out", stick,
        "--office", theirs, "--json",
    )  # fmt: skip
    code, told, _ = fieldkit("office letters take", json.loads(told)["file"], "--office", ours)
    assert code == 0
    assert "asked to stop" in told
    assert "closed for this person" in told
    assert "谢谢" in told
    code, _, said = fieldkit("office letters stop", record, "--office", ours)
    assert code == 1
    assert "asked not to be contacted" in said
    code, told, _ = fieldkit("office looks", "--record", record, "--office", ours, "--json")
    [look] = json.loads(told)
    assert (look["by"], look["why"]) == ("office", "a letter")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--unit", "Nobody"], "No office is called Nobody"),
        (["--unit", THEIRS, "--say", "called"], "--say takes ITEM=TEXT"),
        (["--unit", THEIRS, "--say", "exam_record=x"], "was not agreed to"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(fieldkit, offices, tmp_path, arguments, said):
    ours, _theirs, record = offices
    code, _, told = fieldkit("office letters write", record, "--out", tmp_path, "--office", ours, *arguments)
    assert code == 1
    assert said in told
    assert list(tmp_path.glob("*.fkletter")) == []


def test_an_office_is_added_with_the_digits_of_its_card_alone(fieldkit, offices, tmp_path):
    ours, theirs, _record = offices
    card = theirs / "office.fkoffice"
    add = ["Linhai", "--county", COUNTY, "--card", card, "--office", ours]
    code, told, _ = fieldkit("office letters unit add", *add, "--json")
    digits = json.loads(told)["digits"]
    assert (code, json.loads(told)["added"]) == (1, False)
    code, _, said = fieldkit("office letters unit add", *add, "--digits", digits[::-1])
    assert code == 1
    assert "not the digits of this card" in said
    code, told, _ = fieldkit("office letters unit add", *add, "--digits", digits)
    assert code == 0
    code, told, _ = fieldkit("office letters unit list", "--office", theirs)
    assert digits in told
    code, told, _ = fieldkit("office letters unit list", "--office", ours)
    assert "Linhai" in told


def test_a_lost_desk_is_made_anew_by_command(fieldkit, offices, tmp_path):
    import shutil

    ours, _theirs, _record = offices
    assert fieldkit("office desk add", "Li", "--role", "clerk", "--open", "--office", ours)[0] == 0
    shutil.rmtree(ours / "desks" / "Li")
    code, _, said = fieldkit("office verify", "--office", ours, "--as", "Li")
    assert code == 1
    assert "office desk renew Li" in said
    assert fieldkit("office desk renew", "Li", "--open", "--office", ours, "--as", "office")[0] == 0
    assert fieldkit("office verify", "--office", ours, "--as", "Li")[0] == 0
    code, _, said = fieldkit("office desk role", "office", "--office", ours, "--as", "office")
    assert code == 1
    assert "last who keeps" in said
