"""`fieldkit office review` and what a laptop makes of it, as a program would call them: the whole way by stick."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from fieldkit.cli import run


@pytest.fixture
def record(pair, tmp_path):
    """A record that the office holds."""
    [record] = pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")["records"]
    pair("sync", "export", tmp_path / "stick")
    pair("office", "merge", tmp_path / "stick")
    return record


def test_asked_answered_and_approved_by_stick(pair, record, tmp_path):
    said = pair("office", "review", record)
    assert (said["state"], said["laptops"], said["questions"]) == ("received", ["laptop 1"], [])
    assert ("a", "1") in [(each["path"], each["answer"]) for each in said["answers"]]
    said = pair("office", "review", record, "--query", "a=Is it 1?", "--query", "=Look again")
    assert said["state"] == "queried"
    week = (datetime.now().astimezone() + timedelta(days=7)).date().isoformat()
    assert {(each["path"], each["text"], each["deadline"]) for each in said["questions"]} == {
        ("a", "Is it 1?", week), ("", "Look again", week),
    }  # fmt: skip
    [row] = pair("office", "review", "--list")
    assert (row["record"], row["state"], row["day"], row["open"]) == (record, "queried", week, 2)
    pair("office", "return", tmp_path / "stick")
    pair("sync", "import", tmp_path / "stick")
    assert pair("sync", "status")["questions"] == 2
    [waiting] = pair("records", "list", "--queried")
    assert {each["text"] for each in waiting["questions"]} == {"Is it 1?", "Look again"}
    assert "questions: 2" in pair("records", "list", "--queried", text=True)
    (tmp_path / "b.json").write_text(json.dumps({"a": "2"}), encoding="utf-8")
    pair("records", "amend", record, "--answers", tmp_path / "b.json", "--reason", "asked")
    assert pair("sync", "status")["questions"] == 1
    pair("sync", "export", tmp_path / "stick")
    pair("office", "merge", tmp_path / "stick")
    said = pair("office", "review", record)
    assert said["state"] == "queried", "nobody has said anything about the record as a whole"
    assert {each["path"]: len(each["replies"]) for each in said["questions"]} == {"a": 1, "": 0}
    assert pair("office", "review", record, "--approve")["state"] == "approved"
    assert pair("office", "review", "--list") == []
    assert [each["record"] for each in pair("office", "review", "--list", "--state", "approved")] == [record]
    assert pair("office", "review", record, "--undo")["state"] == "queried"
    assert pair("office", "review", record, "--close")["state"] == "closed"
    assert pair("office", "review", record, "--reopen")["state"] == "received"
    listed = pair("office", "review", "--list", "--state", "received", "--form", "talk")
    assert [each["record"] for each in listed] == [record]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_can_be_read_aloud(pair, record, lang):
    pair("office", "review", record, "--query", "a=Is it 1?", "--deadline", "2099-01-01")
    words = {
        "en": ("queried", "by 2099-01-01", "no answer yet"),
        "zh": ("待答复", "2099-01-01 前", "还没有答复"),
    }[lang]
    said = pair("office", "review", record, text=True, lang=lang)
    assert all(word in said for word in words)
    assert record in pair("office", "review", "--list", text=True, lang=lang)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--query", "b=x"), "no answer at b"), (("--query", "a="), "Nothing is asked"), (("--query", "a"), "PATH=TEXT"),
        (("--query", "a=x", "--deadline", "2020-01-01"), "2020-01-01 is past"),
        (("--query", "a=x", "--deadline", "soon"), "no date"), (("--undo",), "nothing to take back"),
        (("--list", "--state", "lost"), "no state of a record"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(pair, record, arguments, words):
    assert words in pair("office", "review", record, *arguments, code=1)


def test_no_record_and_no_list_is_refused(pair, record):
    assert "Name a record" in pair("office", "review", code=1)
    assert "0000" in pair("office", "review", "0000", code=1)


@pytest.mark.parametrize("role", ["keeper", "clerk", "verifier", "reader"])
def test_no_other_role_reviews_by_command(pair, record, role, capsys):
    pair("office", "desk", "add", "王芳", "--role", role, "--open")
    for arguments in (
        [record],
        [record, "--approve"],
        [record, "--query", "a=x"],
        ["--list"],
        [record, "--undo"],
    ):
        capsys.readouterr()
        assert run(["--lang", "en", "office", "review", *arguments, "--as", "王芳", "--json"]) == 1
        assert "may not do this here" in capsys.readouterr().err
