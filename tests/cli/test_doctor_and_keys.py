"""`doctor`, `passphrase`, and a laptop whose disk fails: told in words, and what is there goes to the office."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fieldkit.cli import run
from fieldkit.errors import StoreError
from fieldkit.session.session import Session
from fieldkit.steady import steady
from fieldkit.store.workspace import ring_of


@pytest.fixture
def passphrase(tmp_path, monkeypatch):
    """Name the passphrase in a file, as a script would."""

    def use(text):
        path = tmp_path / "pass.txt"
        path.write_text(text + "\n", encoding="utf-8")
        monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(path))
        return path

    return use


def doctor(capsys, folder, code=0):
    assert run(["doctor", "--json", "--lang", "en", "--workspace", str(folder)]) == code
    told = json.loads(capsys.readouterr().out)
    return told, {finding["code"]: finding for finding in told["findings"]}


def test_the_doctor_says_where_every_interview_is(demo, capsys, tmp_path):
    told, found = doctor(capsys, demo.workspace)
    assert told["well"]
    assert {"doctor.records", "doctor.clock", "doctor.forms", "doctor.space", "doctor.open"} <= set(found)
    places = told["interviews"]
    with Session.open(demo.workspace) as session:
        records = session.exchange.status().records
    assert len([place for place in places if place["copies"] == 2]) == records - 3
    assert len([place for place in places if place["copies"] == 1 and place["kind"] == "record"]) == 3
    run(["sync", "export", str(tmp_path), "--workspace", str(demo.workspace)])
    [bundle] = tmp_path.glob("*.fkb")
    capsys.readouterr()
    told, _ = doctor(capsys, demo.workspace)
    written = [place for place in told["interviews"] if bundle.name in place["files"]]
    assert [place["copies"] for place in written] == [1, 1, 1], (
        "a stick is a copy only when the office says so"
    )
    assert run(["doctor", "--workspace", str(demo.workspace), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "只在本机：3" in said
    assert bundle.name in said


def test_the_doctor_mends_what_is_damaged_and_says_so(demo, capsys):
    with Session.open(demo.workspace):
        pass
    journal = demo.workspace / "data" / "journal.fkj"
    damaged = bytearray(journal.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    journal.write_bytes(damaged)
    _, found = doctor(capsys, demo.workspace)
    assert "journal.mended" in found
    assert "doctor.aside" in found
    for copy in ring_of(demo.workspace).copies():
        copy.unlink()
    damaged = bytearray(journal.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    journal.write_bytes(damaged)
    _, found = doctor(capsys, demo.workspace, code=1)
    assert "journal.mended-with-loss" in found


def test_the_doctor_tells_of_forms_keys_and_what_does_not_open(demo, capsys, tmp_path, passphrase):
    (demo.workspace / "forms" / "faulty.md").write_text(
        "| survey |\n| | type | name |\n| | txt | a |\n", encoding="utf-8"
    )
    (demo.workspace / "forms" / "faulty.xml").write_text("<h:html", encoding="utf-8")
    _, found = doctor(capsys, demo.workspace, code=1)
    assert found["doctor.form"]["mark"] == "bad"
    told, found = doctor(capsys, tmp_path / "nowhere", code=1)
    assert "workspace.none" in found
    assert told["interviews"] == []
    passphrase("secret")
    locked = tmp_path / "locked"
    assert run(["init", str(locked)]) == 0
    capsys.readouterr()
    _, found = doctor(capsys, locked)
    assert found["doctor.keys-no-recovery"]["mark"] == "look"
    passphrase("wrong")
    _, found = doctor(capsys, locked, code=1)
    assert "workspace.wrong-passphrase" in found
    passphrase("secret")
    with Session.open(locked, lambda: "secret"):
        _, found = doctor(capsys, locked, code=1)
        assert "workspace.locked" in found


def test_a_forgotten_passphrase_is_recovered_with_the_offices_help(tmp_path, capsys, passphrase, monkeypatch):
    office, laptop, stick = tmp_path / "office", tmp_path / "laptop", tmp_path / "stick"
    stick.mkdir()
    assert run(["office", "init", str(office), "--code", "990101100000"]) == 0
    passphrase("forgotten")
    assert run(["init", str(laptop), "--office-file", str(office / "office.fkoffice"), "--name", "L"]) == 0
    monkeypatch.delenv("FIELDKIT_PASSPHRASE_FILE")
    at, there = ["--workspace", str(laptop)], ["--office", str(office)]
    assert run(["passphrase", "request", str(stick), *at]) == 0
    [request] = stick.glob("*.fkrequest")
    assert run(["office", "recover", str(request), *there]) == 0
    [answer] = stick.glob("*.fkanswer")
    assert "L" in (office / "recoveries.log").read_text(encoding="utf-8")
    new = tmp_path / "new.txt"
    new.write_text("remembered", encoding="utf-8")
    assert run(["passphrase", "answer", str(answer), "--new-file", str(new), *at]) == 0
    Session.open(laptop, lambda: "remembered").close()
    passphrase("remembered")
    new.write_text("third", encoding="utf-8")
    assert run(["passphrase", "change", "--new-file", str(new), *at]) == 0
    Session.open(laptop, lambda: "third").close()
    capsys.readouterr()
    stranger = tmp_path / "stranger"
    assert run(["office", "init", str(stranger)]) == 0
    assert run(["office", "recover", str(request), "--office", str(stranger), "--lang", "en"]) == 1
    assert "not sealed for the key" in capsys.readouterr().err


def test_a_stand_in_answers_when_the_offices_key_is_lost(tmp_path, passphrase, capsys):
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "county.age"
    key.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    office, laptop = tmp_path / "office", tmp_path / "laptop"
    assert run(["office", "init", str(office), "--stand-in", str(identity.to_public())]) == 0
    passphrase("forgotten")
    assert run(["init", str(laptop), "--office-file", str(office / "office.fkoffice")]) == 0
    (office / "keys" / "office.keys").unlink()
    assert run(["passphrase", "request", str(tmp_path), "--workspace", str(laptop)]) == 0
    [request] = tmp_path.glob("*.fkrequest")
    assert run(["office", "recover", str(request), "--office", str(office), "--identity", str(key)]) == 0
    assert run(["office", "init", str(tmp_path / "other"), "--stand-in", "age1nonsense", "--lang", "en"]) == 1
    assert "is not an age recipient" in capsys.readouterr().err


def failing(*_arguments):
    raise OSError(5, "Input/output error")


def test_with_a_failing_disk_the_records_still_go_to_the_stick(demo, tmp_path, monkeypatch, capsys):
    with Session.open(demo.workspace) as session:
        with monkeypatch.context() as broken:
            broken.setattr("fieldkit.store.journal._sync", failing)
            with pytest.raises(StoreError):
                session.assign(["1"], session.today())
        exported = session.export(tmp_path)
        assert exported.bundle.records == 3
        assert exported.failing.code == "journal.not-trusted"
    with Session.open(demo.workspace) as session:
        assert session.status().only_here == 3
        assert session.export(tmp_path).failing is None


def test_a_refused_record_leaves_the_chain_as_it_was(demo, monkeypatch):
    """Else the next record would follow one that was never kept, and the office would miss it for ever."""
    with Session.open(demo.workspace) as session:
        before = dict(session.exchange.device.state)
        form = session.library.get("visit")
        with monkeypatch.context() as broken:
            broken.setattr("fieldkit.store.journal.os.write", failing)
            with pytest.raises(StoreError):
                session.exchange.put(form, session.exchange.new_record_id(), {"date": "2026-03-01"})
        assert session.exchange.device.state == before
        session.exchange.put(form, session.exchange.new_record_id(), {"date": "2026-03-01"})
        chain = [each.envelope for each in session.exchange.revisions()]
        assert chain[-1].sequence == chain[-2].sequence + 1
        assert chain[-1].previous == session.exchange.revisions()[-2].id


@pytest.mark.parametrize(
    ("shift", "code"),
    [(timedelta(days=-40), "clock.behind"), (timedelta(days=900), "clock.ahead"), (timedelta(0), "")],
)
def test_a_clock_that_jumped_is_told_and_nothing_is_refused(demo, now, shift, code):
    with Session.open(demo.workspace, now=lambda: now + shift) as session:
        assert [each for each, _ in session.notice_codes()] == ([code] if code else [])
        assert session.export(demo.workspace / "outbox").bundle.records == 3


def test_the_log_of_an_interview_counts_on_when_the_clock_is_set(now):
    clock, passed = [now], [0.0]
    steadily = steady(lambda: clock[0], lambda: passed[0])
    clock[0] += timedelta(days=-3)
    passed[0] += 90
    assert steadily() == now + timedelta(seconds=90)
