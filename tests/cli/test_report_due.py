"""`fieldkit report due`: what fell due is made once, by whoever's scheduler asks, and the same again."""

from __future__ import annotations

import hashlib
import json

import pytest

from fieldkit.cli import run
from fieldkit.report import REPORTS
from fieldkit.store.workspace import Workspace

ON = ["--on", "2026-03-31"]


def due(capsys, *more, on=ON):
    assert run(["report", "due", "--json", *on, *more]) == 0
    return json.loads(capsys.readouterr().out)


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def states(found):
    return {(each["report"], each["last"]): each["state"] for each in found["due"]}


def test_what_is_due_is_made_once_and_what_has_changed_or_gone_again(demo, capsys):
    at = ["--office", str(demo.office)]
    found = due(capsys, *at)
    made = states(found)
    assert made["monthly", "2026-03-31"] == made["summary", "2026-03-31"] == "made"
    assert made["three-days", "2026-03-31"] == "made"
    assert made["weekly", "2026-03-29"] == made["monthly", "2026-02-28"] == "sent"
    monthly = {each["last"]: each for each in found["due"] if each["report"] == "monthly"}
    assert (monthly["2026-02-28"]["sent_on"], monthly["2026-03-31"]["sent_on"]) == ("2026-03-02", "")
    folder = demo.office / "reports"
    assert [path.removeprefix(str(folder)) for path in monthly["2026-03-31"]["files"]] == [
        f"/monthly-2026-03{ending}" for ending in (".xlsx", ".html", ".txt")
    ]
    before = hashes(folder)
    (folder / "summary-2026-03.txt").write_text("old", encoding="utf-8")
    (folder / "three-days-2026-03-28..2026-03-31.html").unlink()
    again = states(due(capsys, *at))
    assert again["monthly", "2026-03-31"] == "unchanged"
    assert again["summary", "2026-03-31"] == "renewed"
    assert again["three-days", "2026-03-31"] == "made"
    assert again["weekly", "2026-03-22"] == "sent"
    assert hashes(folder) == before


def test_what_was_missed_is_made_on_a_later_day_and_then_left(demo, capsys):
    later = {"on": ["--on", "2026-04-04"]}
    made = states(due(capsys, "--office", str(demo.office), **later))
    assert made["monthly", "2026-03-31"] == made["three-days", "2026-03-31"] == "made"
    again = states(due(capsys, "--office", str(demo.office), **later))
    assert again["monthly", "2026-03-31"] == again["three-days", "2026-03-31"] == "there"


def test_what_is_due_can_be_said_alone_without_opening_anything(demo, capsys, monkeypatch):
    monkeypatch.setattr("fieldkit.cli.report.open_office", None)
    at = ["--office", str(demo.office), "--list"]
    found = due(capsys, *at)
    assert {each["state"] for each in found["due"]} == {"missing"}
    assert [(each["kind"], each["due"]) for each in found["next"]] == [
        ("three_days", "2026-04-03"), ("week", "2026-04-05"), ("month", "2026-04-30"),
    ]  # fmt: skip
    assert list((demo.office / "reports").iterdir()) == []
    assert run(["report", "due", *ON, *at]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "2026-03-31  monthly table, 2026-03-01 to 2026-03-31 (monthly): not made yet" in lines
    assert lines[-1] == "next: 2026-04-30  monthly table, 2026-04-01 to 2026-04-30"


def test_a_laptop_makes_its_three_day_report(demo, capsys):
    found = due(capsys, "--workspace", str(demo.workspace))
    assert {each["report"] for each in found["due"]} == {"three-days"}
    folder = demo.workspace / "reports"
    text = (folder / "three-days-2026-03-28..2026-03-31.txt").read_text(encoding="utf-8")
    assert "Visits in this window:" in text
    before = hashes(folder)
    assert states(due(capsys, "--workspace", str(demo.workspace)))["three-days", "2026-03-31"] == "unchanged"
    assert hashes(folder) == before


@pytest.mark.parametrize("place", ["workspace", "office"])
def test_months_end_where_the_settings_say(demo, capsys, place):
    folder = getattr(demo, place)
    toml = folder / f"{place}.toml"
    text = toml.read_text(encoding="utf-8").replace("month_ends = 0\n", "")
    toml.write_text(text + "month_ends = 25\n", encoding="utf-8")
    found = due(capsys, f"--{place}", str(folder), "--list")
    assert found["next"][-1] == {
        "kind": "month",
        "first": "2026-03-26",
        "last": "2026-04-25",
        "due": "2026-04-25",
    }
    if place == "office":
        assert ("monthly", "2026-03-25") in states(found)
    assert run(["report", "RM", "--period", "2026-03", f"--{place}", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["period"] == "2026-02-26..2026-03-25"


def test_a_line_that_is_no_day_leaves_the_calendar_month(demo, capsys):
    toml = demo.office / "office.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "month_ends = 31\n", encoding="utf-8")
    assert due(capsys, "--office", str(demo.office), "--list")["next"][-1]["last"] == "2026-04-30"


def test_a_scheduler_opens_a_workspace_with_the_passphrase_of_a_file(tmp_path, capsys, monkeypatch):
    Workspace.create(tmp_path / "w", passphrase="four words of it", name="w").close()
    at = ["--workspace", str(tmp_path / "w")]
    assert run(["report", "due", *ON, *at]) == 1
    assert "passphrase" in capsys.readouterr().err
    (tmp_path / "pass").write_text("four words of it\n", encoding="utf-8")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(tmp_path / "pass"))
    assert states(due(capsys, *at)) == {("three-days", "2026-03-31"): "made"}


def test_a_report_without_its_period_says_what_to_write(demo, capsys):
    with pytest.raises(SystemExit) as ended:
        run(["report", "visits", "--workspace", str(demo.workspace)])
    assert ended.value.code == 2
    assert "--period 2026-03" in capsys.readouterr().err


def test_a_folder_takes_workbook_and_page_under_the_name_of_the_report(demo, capsys, tmp_path):
    at = ["--office", str(demo.office), "--period", "2026-03", "--out", str(tmp_path)]
    assert run(["report", "rm", *at, "--json"]) == 0
    named = [str(tmp_path / "monthly-2026-03.xlsx"), str(tmp_path / "monthly-2026-03.html")]
    assert json.loads(capsys.readouterr().out)["files"] == named
    assert run(["report", "villages", *at, "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert len(files) == len(set(files)) == 24
    assert run(["report", "villages", *at[:-1], str(tmp_path / "one.xlsx")]) == 1
    assert "--out DIR" in capsys.readouterr().err
    assert not (tmp_path / "one.xlsx").exists()


def test_help_lists_every_report_and_a_name_nobody_knows_is_told_them(capsys, demo):
    with pytest.raises(SystemExit):
        run(["report", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ", ".join((*REPORTS, "R3", "RW", "RM", "due")) in said
    assert run(["report", "R9", "--period", "2026-03", "--office", str(demo.office)]) == 1
    assert "three-days, weekly, monthly" in capsys.readouterr().err


def test_one_village_is_for_reports_that_are_made_for_each(demo, capsys):
    at = ["--office", str(demo.office), "--period", "2026-03", "--village", "990101100200"]
    assert run(["report", "villages", *at, "--json"]) == 0
    assert "Shiqiao" in json.loads(capsys.readouterr().out)["title"]
    with pytest.raises(SystemExit):
        run(["report", "visits", *at])
    assert "is not made for one village" in capsys.readouterr().err
