"""`fieldkit records amend` and `history`, as a program would call them."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.session.session import Session
from tests.people import FILES, FORM


@pytest.fixture
def folder(workspace_with):
    return workspace_with(FILES)


@pytest.fixture
def record(folder, now):
    with Session.open(folder, now=lambda: now) as session:
        answers = {"ok": "yes", "name": "Li", "age": 34, "secret": "CANARY-OLD"}
        return session.interviews.finish(session.interviews.start("people", answers=answers)).record


@pytest.fixture
def amend(folder, record, tmp_path):
    def command(answers, reason="asked again", name="answers.json"):
        path = tmp_path / name
        path.write_text(json.dumps(answers), encoding="utf-8")
        where = ["--workspace", str(folder), "--json", "--lang", "en"]
        return run(["records", "amend", record, "--answers", str(path), "--reason", reason, *where])

    return command


def revisions(folder, record):
    with Session.open(folder) as session:
        assert session.interviews.unfinished() == [], "nothing is left half done"
        return session.exchange.revisions(record)


def history(folder, record, capsys, *more):
    capsys.readouterr()
    assert run(["records", "history", record, "--workspace", str(folder), "--lang", "en", *more]) == 0
    return capsys.readouterr().out


def test_a_record_is_corrected_and_its_history_tells_how(folder, record, amend, capsys):
    assert amend({"age": 35, "secret": "CANARY-NEW"}) == 0
    assert json.loads(capsys.readouterr().out) == {"id": record, "changed": True}
    told = history(folder, record, capsys)
    assert "Age: 34 -> 35" in told
    assert "asked again" in told
    assert "Secret: changed" in told
    assert "CANARY" not in told
    first, second = json.loads(history(folder, record, capsys, "--json"))
    assert {each["path"] for each in first["changes"]} >= {"name", "age", "secret", "meta/instanceID"}
    changes = {each["path"]: each for each in second["changes"]}
    assert changes["age"] == {"path": "age", "label": "Age", "old": "34", "new": "35"}
    assert changes["secret"] == {"path": "secret", "label": "Secret", "restricted": True}
    assert (second["operation"], second["reason"]) == ("put", "asked again")
    assert "CANARY" not in json.dumps([first, second])


def test_what_was_restricted_stays_hidden_when_a_newer_form_no_longer_has_it(
    folder, record, tmp_path, capsys
):
    newer = tmp_path / "people.yaml"
    rows = [line for line in FORM.splitlines() if "secret" not in line]
    newer.write_text("\n".join(rows).replace('version: "1"', 'version: "2"'), encoding="utf-8")
    where = ["--workspace", str(folder), "--lang", "en", "--json"]
    assert run(["forms", "add", str(newer), *where]) == 0
    capsys.readouterr()
    assert run(["records", "show", record, *where]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["answers"]["name"] == "Li"
    assert "CANARY" not in json.dumps(shown) + history(folder, record, capsys, "--json")


def test_no_change_makes_no_revision_and_says_so(folder, record, amend, capsys):
    assert amend({"age": 34}) == 0
    assert json.loads(capsys.readouterr().out)["changed"] is False
    assert len(revisions(folder, record)) == 1


@pytest.mark.parametrize(
    ("answers", "reason", "said"),
    [
        ({"age": 35}, "  ", "needs its reason"),
        ({"age": 350}, "x", "not allowed here"),
        ({"age": "old"}, "x", "is not int"),
        ({"ok": "perhaps"}, "x", "not one of the choices"),
        ({"nothing": 1}, "x", "no question"),
        ({"name": None}, "x", "must be answered"),
        ({"ok": "no"}, "x", "cannot make"),
        ([{"age": 1}, {"age": 2}], "x", "holds 2 records"),
    ],
)
def test_nothing_is_stored_if_anything_is_wrong(folder, record, amend, capsys, answers, reason, said):
    assert amend(answers, reason) == 1
    assert said in capsys.readouterr().err
    assert len(revisions(folder, record)) == 1


def test_a_file_beside_the_answers_is_taken_in(folder, record, amend, tmp_path):
    (tmp_path / "p.pdf").write_bytes(b"paper")
    assert amend({"paper": "p.pdf"}) == 0
    with Session.open(folder) as session:
        [file] = session.exchange.files(record).values()
        assert file["bytes"] == 5


def test_a_correction_that_is_open_in_the_app_is_not_mixed_with_another(folder, record, amend, capsys):
    with Session.open(folder) as session:
        session.interviews.amend(record).answer("/data/age", 36)
    assert amend({"age": 37}) == 1
    assert "open already" in capsys.readouterr().err
    with Session.open(folder) as session:
        assert session.interviews.resume(record).entry.value("/data/age") == "36"


def test_an_unknown_record_and_an_erased_one_are_refused_in_words(folder, record, amend, capsys):
    with Session.open(folder) as session:
        session.erase(record, "asked")
    assert amend({"age": 35}) == 1
    assert "was erased" in capsys.readouterr().err
    assert "erased" in history(folder, record, capsys)
