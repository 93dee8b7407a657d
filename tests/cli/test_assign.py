"""`fieldkit office assign`: giving households out, taking them back, and listing, as programs and people read it."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.i18n import set_language
from tests.assigning_town import OTHER, SECOND, THIRD, VILLAGE, Town


@pytest.fixture
def office(demo, now, tmp_path, monkeypatch):
    """The office of the town with three laptops, at the time of the town."""
    monkeypatch.setattr("fieldkit.cli.common.now", lambda: now)
    monkeypatch.setattr("fieldkit.cli.office.now", lambda: now)
    with Town.opened_in(demo, now, tmp_path):
        pass
    return demo.office


@pytest.fixture
def assign(office, capsys):
    """Run the verb; gives exit code, what was printed (as data where it is JSON), and what was complained of."""

    def ran(*words, json_too=True):
        code = run(["office", "assign", *words, "--office", str(office), *(["--json"] if json_too else [])])
        out, err = capsys.readouterr()
        return code, json.loads(out) if json_too and out else out, err

    return ran


def test_a_village_is_given_out_and_listed_and_the_return_stick_carries_it(office, assign, capsys, tmp_path):
    code, made, _err = assign(
        "--village", VILLAGE, "--to", SECOND, "--due", "2026-04-01", "--until", "2026-04-05"
    )
    assert code == 0
    assert (made["name"], made["households"], made["due"], made["until"]) == (
        SECOND,
        52,
        "2026-04-01",
        "2026-04-05",
    )
    assert made["groups"] == [str(n) for n in range(1, 10)]
    _code, listed, _err = assign("--list")
    mine = [each for each in listed["groups"] if each["village"] == VILLAGE]
    assert all(
        each["left"] == 0 and [held["until"] for held in each["held"]] == ["2026-04-05"] for each in mine
    )
    assert [each["village"] for each in listed["groups"]] == sorted(
        each["village"] for each in listed["groups"]
    )
    assert len(listed["ending"]) == 9, "it ends within a week"
    target = tmp_path / "out"
    target.mkdir()
    assert run(["office", "return", str(target), "--office", str(office), "--json"]) == 0
    packs = json.loads(capsys.readouterr().out)["packs"]
    assert {each["name"]: each["worklist"] for each in packs}[SECOND] == 52


def test_without_days_it_begins_in_a_week_and_ends_with_that_month(assign):
    _code, made, _err = assign("--village", VILLAGE, "--group", "2", "--group", "3", "--to", SECOND)
    assert (made["due"], made["until"], made["groups"]) == ("2026-04-07", "2026-04-30", ["2", "3"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_giving_it_to_another_asks_why_and_taking_back_needs_no_reason(assign, language):
    set_language(language)
    assign("--village", VILLAGE, "--group", "1", "--to", SECOND)
    code, _out, err = assign("--village", VILLAGE, "--group", "1", "--to", THIRD)
    assert code == 1
    assert SECOND in err
    code, made, _err = assign("--village", VILLAGE, "--group", "1", "--to", THIRD, "--reason", "nearer")
    assert (code, len(made["warned"])) == (0, 1)
    _code, out, _err = assign("--list", json_too=False)
    assert THIRD in out
    assert SECOND not in out
    assert assign("--take-back", "--village", VILLAGE, "--group", "1")[:2] == (0, {"taken_back": 1})
    code, _out, err = assign("--take-back", "--village", VILLAGE, "--group", "1")
    assert (code, bool(err)) == (1, True)


def test_a_proposal_is_written_nowhere(assign):
    code, shares, _err = assign("--propose", "--serves", f"{SECOND}={VILLAGE},{OTHER}")
    assert code == 0
    assert {each["laptop"] for each in shares if each["village"] in {VILLAGE, OTHER}} != set()
    assert len({each["laptop"] for each in shares if each["village"] in {VILLAGE, OTHER}}) == 1
    _code, listed, _err = assign("--list")
    assert sum(len(each["households"]) for each in shares) == sum(each["left"] for each in listed["groups"])
    assert not any(each["held"] for each in listed["groups"])
    _code, out, _err = assign("--propose", json_too=False)
    assert "group 1 to group 12" in out


def test_services_are_told_in_words_and_as_data(assign):
    _code, found, _err = assign("--services")
    assert {each["standing"] for each in found} <= {"reached", "on_course", "needs_support", None}
    assert all(each["standing"] or each["indicator"] == "I-10" for each in found), (
        "what is hidden stands nowhere"
    )
    _code, out, _err = assign("--services", json_too=False)
    assert "expected by today" in out
    assert "needs support" in out


@pytest.mark.parametrize(
    "words",
    [
        (), ("--to", SECOND), ("--village", VILLAGE), ("--village", "990101", "--to", SECOND),
        ("--village", VILLAGE, "--to", "nobody"), ("--village", VILLAGE, "--to", SECOND, "--due", "soon"),
        ("--village", VILLAGE, "--group", "77", "--to", SECOND), ("--propose", "--serves", "x"), ("--take-back",),
        ("--village", VILLAGE, "--to", SECOND, "--purpose", "nonsense"),
        ("--village", VILLAGE, "--to", SECOND, "--until", "2026-01-01"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence_and_writes_nothing(assign, words):
    code, out, err = assign(*words)
    assert code in {1, 2}
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err
    _code, listed, _err = assign("--list")
    assert not any(each["held"] for each in listed["groups"])
