"""Bad input: a clear sentence with place, reason and way out, exit code 1, nothing half-written, no traceback."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

import pytest

from fieldkit.cli import parser, run
from fieldkit.demo.town import household_number

NUMBER = household_number("990101100001", 1)


def refused(capsys, *arguments, code=1):
    assert run([str(argument) for argument in arguments]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.strip()
    return said


def records_of(demo):
    from fieldkit.session.session import Session

    with Session.open(demo.workspace) as session:
        return session.status().records, len(session.interviews.unfinished())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"hh_id": NUMBER, "outcome": "nobody", "date": "tomorrow"}, ["date", "'tomorrow'", "record 1"]),
        ({"hh_id": NUMBER, "outcome": "nobody", "nope": 1}, ["nope", "no question"]),
        ({"hh_id": NUMBER, "outcome": "sleeping"}, ["outcome", "sleeping", "nobody"]),
        ({"hh_id": NUMBER, "outcome": {"missing": "perhaps"}}, ["outcome", "dk, declined, pns or na"]),
        ({"hh_id": NUMBER, "outcome": ["nobody", {"x": 1}]}, ["outcome"]),
        ({"hh_id": NUMBER, "appt": "2026-03-01"}, ["appt", "list"]),
        ({"hh_id": NUMBER, "consent": "yes"}, ["consent", "group"]),
        ([{"hh_id": NUMBER, "outcome": "moved"}, {"hh_id": NUMBER, "outcome": 5.5}], ["record 2", "5.5"]),
        ("just text", ["list of records"]),
        ({"hh_id": NUMBER}, ["cannot be finished", "outcome"]),
        ({"hh_id": "123", "outcome": "moved"}, ["cannot be finished", "hh_id"]),
        ({"hh_id": NUMBER, "outcome": "nobody", "revisit_on": None, "date": True}, ["date"]),
    ],
)
def test_answers_that_do_not_fit_are_refused_whole(capsys, tmp_path, demo, data, words):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    before = records_of(demo)
    said = refused(capsys, "fill", "visit", "--answers", path, "--finalize", "--workspace", demo.workspace)
    for word in words:
        assert word in said, said
    assert records_of(demo) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", '{"a": 1', "cannot be read as json"),
        ("a.json", '{"hh_id": NaN}', "cannot be read as json"),
        ("a.txt", "hello", "neither .json, .csv nor .xml"),
        ("gone.json", None, "is not there"),
        ("a.csv", "\x00", "holds no answers"),
    ],
)
def test_answer_files_that_cannot_be_read(capsys, tmp_path, demo, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    said = refused(capsys, "fill", "visit", "--answers", path, "--finalize", "--workspace", demo.workspace)
    assert words in said


def test_unknown_things_are_named_with_what_there_is(capsys, tmp_path, demo):
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    assert "household, issue" in refused(
        capsys, "fill", "nope", "--answers", path, "--workspace", demo.workspace
    )
    assert "visits" in refused(capsys, "report", "nope", "--period", "2026-03", "--office", demo.office)
    assert "2026-Q1" in refused(capsys, "report", "visits", "--period", "March", "--office", demo.office)
    assert ".xlsx" in refused(
        capsys,
        "report",
        "visits",
        "--period",
        "2026-03",
        "--out",
        tmp_path / "r.pdf",
        "--office",
        demo.office,
    )
    assert "no record" in refused(capsys, "records", "show", "x", "--workspace", demo.workspace)


def test_a_workspace_in_use_names_who_holds_it(capsys, demo):
    from fieldkit.session.session import Session

    with Session.open(demo.workspace):
        code = (
            "import sys; from fieldkit.cli import run; "
            f"sys.exit(run(['--lang', 'en', 'records', 'list', '--workspace', {str(demo.workspace)!r}]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr
    assert "Close it there first" in done.stderr


def test_a_workspace_locked_with_a_passphrase(capsys, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("清溪 passphrase\n", encoding="utf-8")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(secret))
    assert run(["init", str(tmp_path / "w")]) == 0
    assert run(["records", "list", "--workspace", str(tmp_path / "w")]) == 0
    secret.write_text("wrong", encoding="utf-8")
    assert "does not open" in refused(capsys, "records", "list", "--workspace", tmp_path / "w")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(tmp_path / "gone"))
    assert "cannot be read" in refused(capsys, "records", "list", "--workspace", tmp_path / "w")
    monkeypatch.delenv("FIELDKIT_PASSPHRASE_FILE")
    assert "locked with a passphrase" in refused(capsys, "records", "list", "--workspace", tmp_path / "w")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(secret))
    secret.write_text("", encoding="utf-8")
    assert "empty passphrase" in refused(capsys, "init", tmp_path / "v")
    assert not (tmp_path / "v").exists()


def test_no_workspace_no_office(capsys, tmp_path):
    assert "fieldkit init" in refused(capsys, "records", "list", "--workspace", tmp_path)
    assert "Which workspace" in refused(capsys, "records", "list")
    assert "Which office" in refused(capsys, "office", "verify")
    assert "office init" in refused(capsys, "office", "verify", "--office", tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    assert "not empty" in refused(capsys, "init", tmp_path / "full", "--open")
    assert "not empty" in refused(capsys, "office", "init", tmp_path / "full")
    assert "12 digits" in refused(capsys, "office", "init", tmp_path / "new", "--code", "123")


def test_a_workspace_settings_file_that_is_damaged(capsys, demo):
    (demo.workspace / "workspace.toml").write_text("name = ", encoding="utf-8")
    assert "workspace.toml cannot be read" in refused(
        capsys, "records", "list", "--workspace", demo.workspace
    )


@pytest.mark.parametrize(
    ("number", "words"), [(30, "read-only"), (28, "no room left"), (2, "is not there"), (5, "another stick")]
)
def test_a_stick_that_cannot_be_written(capsys, demo, tmp_path, monkeypatch, number, words):
    """EROFS, ENOSPC, ENOENT and EIO at the moment of renaming: told in words, nothing left behind."""
    stick = tmp_path / "stick"
    stick.mkdir()

    def fail(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("pathlib.Path.replace", fail)
    said = refused(capsys, "sync", "export", stick, "--workspace", demo.workspace)
    assert words in said
    assert list(stick.iterdir()) == []
    monkeypatch.undo()
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    assert run(["sync", "export", str(stick), "--workspace", str(demo.workspace)]) == 0


def test_a_report_that_cannot_be_written_leaves_the_old_one(capsys, demo, tmp_path):
    out = tmp_path / "missing" / "r.xlsx"
    said = refused(capsys, "report", "visits", "--period", "2026-03", "--out", out, "--office", demo.office)
    assert "is not there" in said
    assert not out.exists()


def test_a_full_disk_while_filling(demo, tmp_path):
    """RLIMIT_FSIZE stands in for a full disk: refused in words, the workspace opens again as it was."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"hh_id": NUMBER, "outcome": "moved"}), encoding="utf-8")
    size = (demo.workspace / "data" / "journal.fkj").stat().st_size
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size} + 100, {size} + 100)); "
        "from fieldkit.cli import run; "
        f"sys.exit(run(['--lang', 'en', 'fill', 'visit', '--answers', {str(path)!r}, '--finalize', '--workspace', {str(demo.workspace)!r}]))"
    )
    before = records_of(demo)
    size = (demo.workspace / "data" / "journal.fkj").stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "no room left" in done.stderr
    assert "Traceback" not in done.stderr
    assert records_of(demo) == before


def bundle_of(demo, folder):
    from fieldkit.session.session import Session

    with Session.open(demo.workspace) as session:
        return session.export(folder).bundle.path


def test_bundles_that_are_torn_tampered_foreign_or_no_bundles(capsys, demo, tmp_path):
    path = bundle_of(demo, tmp_path)
    whole = path.read_bytes()
    office = ("--office", demo.office)
    path.write_bytes(whole[: len(whole) - 50])
    assert run(["office", "merge", str(path), *map(str, office)]) == 0
    said = capsys.readouterr()
    assert "missing" in said.out
    path.write_bytes(whole[:20])
    assert "breaks off" in refused(capsys, "office", "merge", path, *office)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1
    path.write_bytes(bytes(damaged))
    assert "was changed after it was written" in refused(capsys, "office", "merge", path, *office)
    path.write_bytes(b"PK\x03\x04 something else")
    assert "not a fieldkit bundle" in refused(capsys, "office", "merge", path, *office)
    assert "is not there" in refused(capsys, "office", "merge", tmp_path / "gone.fkb", *office)
    assert "no bundle" in refused(capsys, "office", "merge", demo.workspace / "inbox", *office)
    path.write_bytes(whole)
    assert run(["office", "init", str(tmp_path / "neighbour"), "--name", "n"]) == 0
    assert "another office" in refused(capsys, "office", "merge", path, "--office", tmp_path / "neighbour")


def test_a_bundle_of_a_laptop_nobody_enrolled_is_set_aside(capsys, demo, tmp_path):
    from datetime import datetime

    from fieldkit.session.session import Session
    from sync import DeviceKey, write_bundle

    with Session.open(demo.workspace) as session:
        revisions = session.exchange.revisions()[:3]
        enrolment = session.exchange.device.enrolment
    path = write_bundle(
        tmp_path,
        revisions,
        key=DeviceKey.generate(),
        office=enrolment.office,
        recipients=enrolment.recipients,
        now=datetime.now().astimezone(),
    ).path
    assert run(["office", "merge", str(path), "--office", str(demo.office), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["offered"], counts["quarantined"], counts["new"]) == (3, 3, 0)


def test_an_archive_that_lost_its_database_is_never_made_anew(capsys, demo):
    (demo.office / "archive.db").unlink()
    for file in demo.office.glob("archive.db-*"):
        file.unlink()
    assert "missing or empty" in refused(capsys, "office", "verify", "--office", demo.office)
    assert not (demo.office / "archive.db").exists()


def test_usage_errors_exit_with_two():
    for arguments in (["nonsense"], ["fill"], ["report", "visits"], ["--lang", "fr"]):
        with pytest.raises(SystemExit) as stopped:
            run(arguments)
        assert stopped.value.code == 2


def test_usage_is_told_in_the_language_of_the_person(capsys):
    with pytest.raises(SystemExit):
        run(["--lang", "zh", "forms", "check"])
    said = capsys.readouterr().err
    assert said.startswith("用法：fieldkit forms check")
    assert "还缺：FILE" in said
    with pytest.raises(SystemExit):
        run(["--lang", "zh", "office", "merge", "--help"])
    assert "显示这份说明" in capsys.readouterr().out


def test_every_argument_says_what_it_is_for():
    def without(parser, path):
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, below in action.choices.items():
                    yield from without(below, f"{path} {name}")
            elif not action.help:
                yield f"{path} {action.metavar or action.dest}"

    assert [each for each in without(parser(), "fieldkit") if " phone " not in each] == []


def test_a_fault_of_ours_shows_no_traceback(capsys, monkeypatch, demo):
    monkeypatch.setattr("fieldkit.session.session.Session.status", lambda _self: 1 / 0)
    said = refused(capsys, "sync", "status", "--workspace", demo.workspace)
    assert "ZeroDivisionError" in said
    assert "fieldkit made a mistake" in said


def test_the_place_of_a_fault_is_in_the_language_of_the_person(capsys, tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text("survey:\n  - {type: calculate, name: a, calculation: foo()}\n", encoding="utf-8")
    assert run(["--lang", "zh", "forms", "check", str(path)]) == 1
    assert "工作表 survey，第 2 行，calculation 列" in capsys.readouterr().err
    assert run(["--lang", "en", "forms", "check", str(path)]) == 1
    assert "sheet survey, row 2, column calculation" in capsys.readouterr().err
