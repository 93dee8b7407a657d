"""`fieldkit office sample` and `office paper`: the numbers of P5 by command, roles, and drawing again refused."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role


@pytest.fixture
def office(demo, now, capsys):
    """Run a command at the demo office; gives what it printed, as data, or what it said."""
    with Office.open(demo.office, now=lambda: now) as opened:
        for name, role in (("checks", Role.VERIFIER), ("reads", Role.READER), ("clerk", Role.CLERK)):
            add_desk(opened, name, [role], None, by="office")

    def command(*arguments, by="checks", code=0, lang="en", text=False):
        capsys.readouterr()
        as_data = [] if text else ["--json"]
        options = ["--office", str(demo.office), "--as", by, *as_data]
        assert run(["--lang", lang, "office", *map(str, arguments), *options]) == code
        said = capsys.readouterr()
        return said.err if code else said.out if text else json.loads(said.out)

    return command


def test_p5_by_command(office):
    found = office("sample", "results", "DEMO-2603")
    assert (found["frame"], found["drawn"], found["done"], found["declined"], found["replaced"]) == (
        240,
        24,
        22,
        2,
        2,
    )
    assert found["compared"] == 110
    assert found["by_type"] == {
        "1": {"differ": 1, "of": 44},
        "2": {"differ": 3, "of": 44},
        "3": {"differ": 6, "of": 22},
    }
    assert found["discrepancy"] == {"differ": 4, "of": 88, "share": 0.0455, "low": 0.0178, "high": 0.1111}
    [figure] = found["figures"].values()
    assert (figure["differ"], figure["of"], figure["share"]) == (1, 131, 0.0076)
    assert sum(found["villages"].values()) == 110
    assert set(map(type, found["villages"].values())) == {int}


def test_nothing_printed_names_a_worker_or_rates_a_village(office):
    for action in ("list", "show DEMO-2603", "results DEMO-2603"):
        for said in (
            json.dumps(office("sample", *action.split())),
            office("sample", *action.split(), text=True),
        ):
            assert not any(code in said for code in ("S01", "K01", 'demo"', "checker", "staff"))
    found = office("sample", "results", "DEMO-2603")
    assert not any("village" in key and key != "villages" for key in found)


def test_a_sample_is_drawn_listed_shown_and_given_up(office, tmp_path):
    refused = office("sample", "draw", "visit", "--from", "2026-03-01", "--to", "2026-03-20", code=1)
    assert "DEMO-2603" in refused
    office("sample", "give-up", "DEMO-2603", "--why", "the month is over")
    drawn = office("sample", "draw", "visit", "--from", "2026-03-01", "--to", "2026-03-20", "--percent", "20")
    assert drawn["number"].endswith("-1")
    assert drawn["drawn"] == -(-drawn["frame"] * 20 // 100)
    assert len(drawn["seed"]) == 64
    assert [each["number"] for each in office("sample", "list")] == [drawn["number"], "DEMO-2603"]
    places = office("sample", "show", drawn["number"])["places"]
    assert {each["stands"] for each in places} == {"waiting"}
    out = tmp_path / "r.txt"
    office("sample", "results", drawn["number"], "--out", out)
    assert "Nothing has been compared yet." in out.read_text(encoding="utf-8")
    assert "no sample 9999" in office("sample", "show", "9999", code=1)


@pytest.mark.parametrize("who", ["reads", "clerk"])
def test_readers_and_clerks_are_refused(office, who):
    for action in (
        "sample draw visit",
        "sample list",
        "sample show DEMO-2603",
        "sample results DEMO-2603",
        "sample give-up DEMO-2603 --why x",
        "paper list",
        "paper results",
    ):
        assert "may not do this here" in office(*action.split(), by=who, code=1)


def test_paper_is_listed_by_command(office):
    assert office("paper", "list", "--all") == []
    assert office("paper", "results") == {}
    assert "No paper" in office("paper", "list", text=True)
