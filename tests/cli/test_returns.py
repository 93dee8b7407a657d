"""The way back on the command line: what the office writes, what the laptop says of it, and the history of both."""

from __future__ import annotations

import pytest

from fieldkit.office import returns


def test_there_and_back_with_codes_that_both_sides_say(pair, tmp_path):
    stick = tmp_path / "stick"
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    made = pair("sync", "export", stick)
    [bundle] = pair("office", "merge", stick)["bundles"]
    assert bundle["code"] == made["code"]
    office = tmp_path / "office"
    (office / "worklist" / "laptop 1.csv").write_text("household,due\n1,2026-04-01\n", encoding="utf-8")
    (office / "lists" / "places.csv").write_text("name,label\np,村\n", encoding="utf-8")
    (office / "forms" / "talk.yaml").write_text(
        'settings:\n  - {form_id: talk, version: "2"}\nsurvey:\n  - {type: text, name: a, label: Says}\n',
        encoding="utf-8",
    )
    (office / "forms" / "bad.yaml").write_text("survey: 1\n", encoding="utf-8")
    [pack] = pair("office", "return", stick, "--copies", "2")["packs"]
    assert {name: pack[name] for name in ("sealed", "worklist", "comments", "revisions")} == {
        "sealed": True, "worklist": 1, "comments": 0, "revisions": 1,
    }  # fmt: skip
    taken = pair("sync", "import", stick)
    assert taken["code"] == pack["code"]
    assert (taken["acknowledged"], taken["only_here"], taken["worklist"]) == (1, 0, 1)
    assert (taken["receipt"], taken["set_back"], taken["still_lost"]) == ("taken", False, 0)
    outcomes = {each["file"]: (each["outcome"], each["old"], each["new"]) for each in taken["updates"]}
    assert outcomes == {
        "places.csv": ("taken", "", ""), "talk.yaml": ("taken", "1", "2"), "bad.yaml": ("refused", "", ""),
    }  # fmt: skip
    history = pair("sync", "history")
    assert [(each["what"], each["count"], each["code"]) for each in history] == [
        ("return", 1, pack["code"]), ("export", 1, made["code"]), ("enrolment", 1, ""),
    ]  # fmt: skip
    assert pair("sync", "status")["only_here"] == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("check code", "1 more record; 0 still only here", "From 清溪", "bad.yaml was not taken")),
        ("zh", ("核对码", "确认", "来自 清溪", "bad.yaml 没有采用")),
    ],
)
def test_each_line_can_be_read_aloud(pair, tmp_path, lang, words):
    stick = tmp_path / "stick"
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    assert words[0].lower() in pair("sync", "export", stick, text=True, lang=lang).lower()
    assert words[0] in pair("office", "merge", stick, text=True, lang=lang)
    (tmp_path / "office" / "forms" / "bad.yaml").write_text("survey: 1\n", encoding="utf-8")
    assert words[0] in pair("office", "return", stick, text=True, lang=lang)
    said = pair("sync", "import", stick, text=True, lang=lang)
    assert all(word in said for word in words)
    assert words[0] in pair("sync", "history", text=True, lang=lang).splitlines()[0]


def test_a_laptop_without_a_key_is_told_of_at_the_office(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(returns, "recipient_of", lambda _device: "")
    said = pair("office", "return", tmp_path / "stick", text=True)
    assert "Not sealed" in said
    assert "enrolled again" in said


def test_what_cannot_be_written_says_where_and_why(pair, tmp_path):
    stick = tmp_path / "stick"
    worklist = tmp_path / "office" / "worklist" / "laptop 1.csv"
    worklist.write_text("household,due\n1,soon\n", encoding="utf-8")
    said = pair("office", "return", stick, code=1, text=True)
    assert "row 2, column due: “soon”" in said
    worklist.unlink()
    assert "“nobody” names no laptop" in pair(
        "office", "return", stick, "--device", "nobody", code=1, text=True
    )
    assert "--copies" in pair("office", "return", stick, "--copies", "0", code=1, text=True)
    assert list(stick.iterdir()) == []
    assert "neither a return pack" in pair("sync", "import", stick, code=1, text=True)
    (stick / "x.fkr").write_bytes(b"FKR2 torn")
    assert "is not a return pack" in pair("sync", "import", stick, code=1, text=True)
