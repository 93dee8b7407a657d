"""`fieldkit screening results|triage|letters`, as a program or a person would call them."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.cli import run
from fieldkit.cli.common import now
from fieldkit.session.session import Session
from tests.lab_day import DAY, EVENT, Woman, day_of, second_event

WOMEN = (Woman(), Woman(way="sms_neutral", phone="13812345678"), Woman(hpv="no"), Woman(way="none"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return day_of(tmp_path_factory.mktemp("day") / "w", WOMEN)


@pytest.fixture
def numbers(built):
    return built[1]


@pytest.fixture
def say(built, tmp_path, capsys):
    folder = Path(shutil.copytree(built[0], tmp_path / "w"))

    def said(*arguments, code=0, as_json=True):
        capsys.readouterr()
        where = ["--workspace", str(folder), "--lang", "en", *(["--json"] if as_json else [])]
        assert run(["screening", *map(str, arguments), *where]) == code
        out, err = capsys.readouterr()
        return err if code else json.loads(out) if as_json else out

    return said


@pytest.fixture
def file(numbers, tmp_path):
    path = tmp_path / "结果.csv"
    rows = [f"{numbers[0]},阳性,16", f"{numbers[1]},阴性,", f"{numbers[2]},阴性,", f"{numbers[3]},阴性,"]
    path.write_text("\n".join(["编号,HPV,分型", *rows]), encoding="gb18030")
    return path


def test_results_are_looked_at_taken_and_said_to_be_there(say, file, numbers, tmp_path):
    looked = say("results", file)
    assert [row["verdict"] for row in looked["rows"]] == ["new", "new", "no_consent", "new"]
    assert looked["new"] == 0
    faults = tmp_path / "faults.csv"
    taken = say("results", file, "--take", "--faults", faults)
    assert (taken["new"], taken["changed"], taken["unconfirmed"]) == (3, 0, 1)
    assert numbers[2] in faults.read_text(encoding="utf-8-sig")
    again = say("results", file)
    assert [row["verdict"] for row in again["rows"]] == ["same", "same", "no_consent", "same"]
    assert "is not written over" in say("results", file, "--faults", faults, code=1)


def test_changes_are_written_when_that_is_said(say, file, numbers, tmp_path):
    say("results", file, "--take")
    other = tmp_path / "other.csv"
    other.write_text(f"编号,HPV\n{numbers[1]},无效\n", encoding="utf-8")
    assert say("results", other, "--take")["changed"] == 0
    assert say("results", other, "--take", "--changes")["changed"] == 1
    assert "--take" in say("results", other, "--changes", code=1)


def test_nothing_printed_says_what_somebody_has(say, file, numbers):
    text = say("results", file, "--take", as_json=False)
    assert "will be written: 3" in text
    assert not any(word in text for word in ("阳性", "Positive", "pos ", "16型"))
    listed = say("triage", as_json=False)
    [line] = say("triage")["lines"]
    due = (now().date() + timedelta(days=60)).isoformat()
    assert line == {"number": numbers[0], "step": "colposcopy", "due": due, "confirmed": False}
    assert f"{due}  {numbers[0]}  colposcopy" in listed
    assert "HPV" not in listed


def test_letters_and_messages_are_files_of_their_owner_alone(say, file, numbers, tmp_path, built):
    say("results", file, "--take")
    out, messages = tmp_path / "letters.html", tmp_path / "messages.csv"
    assert "clinician" in say("letters", "--out", out, code=1), "the only letter waits for a clinician"
    assert not out.exists()
    with Session.open(tmp_path / "w", now=lambda: DAY) as session:
        session.results.confirm(session.results.triage().lines[0])
    told = say("letters", "--out", out, "--messages", messages)
    assert (told["letters"], told["messages"], told["not_wanted"], told["unconfirmed"]) == (
        1,
        1,
        [numbers[3]],
        [],
    )
    assert numbers[0] in out.read_text(encoding="utf-8")
    assert messages.read_text(encoding="utf-8-sig").startswith("13812345678,【清溪镇卫生院】")
    if sys.platform != "win32":
        assert stat.S_IMODE(out.stat().st_mode) == stat.S_IMODE(messages.stat().st_mode) == 0o600
    assert "is not written over" in say("letters", "--out", out, code=1)
    assert ".html" in say("letters", "--out", tmp_path / "a.txt", code=1)


def test_letters_of_one_screening_day(say, numbers, tmp_path):
    with Session.open(tmp_path / "w", now=lambda: DAY) as session:
        event, others = second_event(session, [Woman(), Woman()])
    file = tmp_path / "results.csv"
    file.write_text(
        "\n".join(["pid,hpv", f"{numbers[0]},neg", *(f"{each},neg" for each in others)]), encoding="utf-8"
    )
    say("results", file, "--take")
    out = tmp_path / "letters.html"
    assert "2603139991" in say("letters", "--out", out, "--event", "2603139991", code=1)
    assert not out.exists()
    assert say("letters", "--out", out, "--event", event)["letters"] == 2
    page = out.read_text(encoding="utf-8")
    assert all(each in page for each in others)
    assert numbers[0] not in page
    assert say("letters", "--out", tmp_path / "rest.html", "--event", EVENT)["letters"] == 1
    assert say("letters", "--out", tmp_path / "all.html")["letters"] == 3
