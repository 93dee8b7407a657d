"""Attachments and erasure through the whole product: files go in encrypted, come out again, and go for good."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.errors import FieldkitError
from fieldkit.session.files import check_kind, file_named
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost

CHEAP = Cost(8 * 1024, 1, 1)
FORM = """| survey |
| | type  | name  | label | appearance |
| | text  | note1 | Note  |
| | image | photo | Photo |
| | file  | paper | Paper |
| | image | sign  | Sign  | signature |
"""
SECRET = b"CANARY-PICTURE"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "w 1"
    Workspace.create(folder, passphrase="p", name="w", cost=CHEAP).close()
    (folder / "forms" / "photos.md").write_text(FORM, encoding="utf-8")
    return folder


@pytest.fixture
def form(folder):
    return str(folder / "forms" / "photos.md")


@pytest.fixture
def opened(folder, now):
    def make():
        return Session.open(folder, lambda: "p", lambda: now)

    return make


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "张三 CANARY.jpg"
    path.write_bytes(SECRET * 1000)
    return path


def everything(folder):
    return b"\n".join(bytes(file) + file.read_bytes() for file in folder.rglob("*") if file.is_file())


def ids(folder):
    return {path.stem for path in (folder / "data" / "attachments").glob("*")}


def test_a_file_is_taken_in_kept_with_the_draft_and_comes_out_of_the_record(
    opened, folder, form, photo, tmp_path
):
    with opened() as session:
        interview = session.interviews.start(form)
        interview.answer("/data/photo", f"'{photo}'")
        name = interview.entry.value("/data/photo")
        assert name.endswith(".jpg")
        assert "张三" not in name
        draft = interview.id
    assert SECRET not in everything(folder)
    with opened() as session:
        interview = session.interviews.resume(draft)
        assert interview.files[name]["bytes"] == len(SECRET) * 1000
        interview.answer("/data/photo", name)
        assert len(ids(folder)) == 1, "the name of a file that is kept is not another file"
        record = session.interviews.finish(interview).record
        [written] = session.write_files(record, tmp_path)
        assert written.read_bytes() == photo.read_bytes()


def test_what_the_record_does_not_keep_goes(opened, folder, form, photo):
    with opened() as session:
        interview = session.interviews.start(form)
        interview.answer("/data/photo", str(photo))
        interview.answer("/data/photo", None)
        interview.undo()
        interview.answer("/data/paper", str(photo))
        interview.answer("/data/photo", None)
        assert len(ids(folder)) == 2
        session.interviews.finish(interview)
        assert len(ids(folder)) == 1
        other = session.interviews.start(form)
        other.answer("/data/photo", str(photo))
        session.interviews.discard(other.id)
        assert len(ids(folder)) == 1


def test_a_file_that_nothing_names_goes_when_nobody_waits(opened, folder, form, photo):
    with opened() as session:
        interview = session.interviews.start(form)
        interview.answer("/data/photo", str(photo))
        kept = session.interviews.finish(interview).record
        draft = session.interviews.start(form)
        draft.answer("/data/photo", str(photo))
        session._workspace.attachments.put(photo)
        assert len(ids(folder)) == 3
        (folder / "data" / "attachments" / "0.part").write_bytes(b"half")
        session.tidy()
        session.write_files(kept, folder / "outbox")
    with opened():
        assert len(ids(folder)) == 2


def test_a_signature_is_the_number_of_a_paper_or_its_picture(opened, folder, form, photo):
    with opened() as session:
        interview = session.interviews.start(form)
        interview.answer("/data/sign", "2026-017")
        assert interview.entry.value("/data/sign") == "2026-017"
        assert ids(folder) == set()
        interview.answer("/data/sign", str(photo))
        assert interview.entry.value("/data/sign").endswith(".jpg")
        assert len(ids(folder)) == 1


def test_what_will_not_do_is_refused_and_nothing_changes(opened, form, tmp_path, photo):
    with opened() as session:
        interview = session.interviews.start(form)
        for typed, code in ((tmp_path / "none.jpg", "attachment.gone"), (__file__, "attachment.wrong-kind")):
            with pytest.raises(FieldkitError) as caught:
                interview.answer("/data/photo", str(typed))
            assert caught.value.code == code
        assert interview.entry.value("/data/photo") == ""


def test_an_erased_record_leaves_no_byte(opened, folder, form, photo):
    with opened() as session:
        interview = session.interviews.start(form)
        interview.answer("/data/note1", "CANARY-NOTE")
        interview.answer("/data/photo", str(photo))
        record = session.interviews.finish(interview).record
        kept = session.interviews.start(form, answers={"note1": "stays"})
        other = session.interviews.finish(kept).record
        (folder / "outbox" / "old.fkb").write_bytes(b"CANARY-NOTE")
        session.erase(record, "asked")
        assert session.exchange.record(record) is None or not session.exchange.record(record).answers
        assert [each.id for each in session.exchange.records()] == [other]
        assert [str(each.envelope.operation) for each in session.exchange.revisions(record)] == [
            "put",
            "erase",
        ]
        assert ids(folder) == set()
    assert b"CANARY" not in everything(folder)
    with opened() as session:
        assert [each.id for each in session.exchange.records()] == [other]
        assert session.status().records == 2


def test_an_erasure_reaches_the_archive_in_any_order(demo, capsys, tmp_path):
    with Session.open(demo.workspace) as session:
        record = next(
            r.id for r in session.exchange.records() if r.form == "visit" and session.exchange.revisions(r.id)
        )
    assert run(["records", "erase", record, "--reason", "asked", "--workspace", str(demo.workspace)]) == 0
    assert run(["sync", "export", str(tmp_path), "--workspace", str(demo.workspace)]) == 0
    [bundle] = tmp_path.glob("*.fkb")
    assert run(["office", "merge", str(bundle), "--office", str(demo.office)]) == 0
    capsys.readouterr()
    assert run(["office", "verify", "--json", "--office", str(demo.office)]) == 0
    assert json.loads(capsys.readouterr().out)["damaged"] == []
    from fieldkit.office import Office

    office = Office.open(demo.office, now=lambda: None)
    assert record not in {each.id for each in office.records("visit")}
    office.close()


def test_files_beside_an_answers_file_are_taken_in(
    folder, form, photo, opened, tmp_path, monkeypatch, capsys
):
    passphrase = tmp_path / "pass"
    passphrase.write_text("p")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(passphrase))
    answers = tmp_path / "a.json"
    answers.write_text(json.dumps({"photo": photo.name}), encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    where = ["--workspace", str(folder)]
    assert run(["fill", form, "--answers", str(answers), "--finalize", *where]) == 0
    record = capsys.readouterr().out.strip()
    assert run(["records", "files", record, str(out), *where]) == 0
    assert [path.read_bytes() for path in out.iterdir()] == [photo.read_bytes()]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("/a/b c.jpg", "/a/b c.jpg"), ("'/a/b c.jpg'", "/a/b c.jpg"), ("file:///a/%E7%85%A7.jpg", "/a/照.jpg")],
)
def test_names_as_terminals_drop_them(typed, name):
    assert str(file_named(typed)) == name


@pytest.mark.parametrize(
    ("name", "wanted", "fits"),
    [
        ("a.jpg", "image/*", True), ("a.JPG", "image/*", True), ("a.mp3", "image/*", False), ("a.jpg", "", True),
        ("a.unknown", "image/*", True), ("a.png", "application/*", True), ("a.png", "image/jpeg", False), ("a", "*/*", True),
    ],
)  # fmt: skip
def test_the_kind_of_a_file(tmp_path, name, wanted, fits):
    if fits:
        check_kind(tmp_path / name, wanted)
    else:
        with pytest.raises(FieldkitError):
            check_kind(tmp_path / name, wanted)
