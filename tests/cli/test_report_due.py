"""`fieldkit report due`: which reports are due next, without opening anything."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run


def test_the_reports_due_are_listed_by_the_months_of_the_workspace(demo, now, capsys, monkeypatch):
    monkeypatch.setattr("fieldkit.cli.report.now", lambda: now)
    at = ["--workspace", str(demo.workspace)]
    assert run(["report", "due", *at]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-03-31  monthly report, 2026-03-01 to 2026-03-31"
    assert len(lines) == 3
    toml = demo.workspace / "workspace.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("month_ends = 0", "month_ends = 25"), encoding="utf-8"
    )
    assert run(["report", "due", "--json", *at]) == 0
    due = json.loads(capsys.readouterr().out)["due"]
    assert due[-1] == {"kind": "month", "first": "2026-03-26", "last": "2026-04-25", "due": "2026-04-25"}
    assert run(["report", "due", "--json", "--office", str(demo.office)]) == 0
    assert json.loads(capsys.readouterr().out)["due"][0]["last"] == "2026-03-31"


def test_a_report_without_its_period_says_what_to_write(demo, capsys):
    with pytest.raises(SystemExit) as ended:
        run(["report", "visits", "--workspace", str(demo.workspace)])
    assert ended.value.code == 2
    assert "--period 2026-03" in capsys.readouterr().err
