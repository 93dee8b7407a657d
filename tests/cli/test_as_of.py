"""What the office knew at the end of a day, again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from fieldkit.cli import run
from fieldkit.office import Office
from fieldkit.session.session import Session


def _total(demo, capsys, *more):
    at = ["--office", str(demo.office), "--json", *more]
    assert run(["report", "visits", "--period", demo.period, *at]) == 0
    return json.loads(capsys.readouterr().out)["total"]


def test_a_report_of_the_past_is_what_it_was(demo, now, tmp_path, capsys):
    before = _total(demo, capsys)
    with Office.open(demo.office, now=lambda: now) as office:
        state = office.state()
    with Session.open(demo.workspace, now=lambda: now) as session:
        session.export(str(tmp_path))
    later = now + timedelta(days=2)
    with Office.open(demo.office, now=lambda: later) as office:
        assert office.merge([tmp_path]).counts()["new"] > 0
        assert office.state() != state == office.state(now + timedelta(hours=1))
    assert _total(demo, capsys) > before
    day = (now + timedelta(hours=1)).astimezone(UTC).isoformat()
    assert _total(demo, capsys, "--as-of", day) == before
    assert run(["office", "verify", "--as-of", day, "--office", str(demo.office), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == state


def test_a_date_that_is_none_and_a_laptop_are_refused(demo, capsys):
    past = ["--as-of", "yesterday", "--office", str(demo.office), "--lang", "en"]
    assert run(["report", "visits", "--period", demo.period, *past]) != 0
    assert "is no date" in capsys.readouterr().err
    at = ["--as-of", "2026-03-31", "--workspace", str(demo.workspace), "--lang", "en"]
    assert run(["report", "visits", "--period", demo.period, *at]) == 1
    assert "--office" in capsys.readouterr().err


def test_before_the_first_bundle_there_was_nothing(demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        assert list(office.as_of(datetime(2020, 1, 1, tzinfo=UTC)).records("visit")) == []
