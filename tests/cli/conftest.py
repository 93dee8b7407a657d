"""A laptop and its office, as their commands make them."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run


@pytest.fixture
def pair(tmp_path, monkeypatch, capsys):
    """A laptop and its office, enrolled; gives what a command printed, as data."""
    laptop, office = tmp_path / "笔记本 1", tmp_path / "office"
    monkeypatch.setenv("FIELDKIT_WORKSPACE", str(laptop))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(office))

    def command(*arguments, code=0, text=False, lang="en"):
        capsys.readouterr()
        as_data = [] if text else ["--json"]
        assert run(["--lang", lang, *map(str, arguments), *as_data]) == code
        said = capsys.readouterr()
        return said.err if code else said.out if text else json.loads(said.out)

    command("init", laptop, "--name", "laptop 1", "--open")
    command("office", "init", office, "--code", "990101100000", "--name", "清溪", "--open")
    command("sync", "key", "--out", tmp_path / "l.fkkey")
    command("sync", "import", command("office", "enroll", tmp_path / "l.fkkey")["file"])
    (laptop / "forms" / "talk.yaml").write_text(
        'settings:\n  - {form_id: talk, version: "1"}\nsurvey:\n  - {type: text, name: a, label: Says}\n',
        encoding="utf-8",
    )
    (tmp_path / "a.json").write_text('{"a": "1"}', encoding="utf-8")
    (tmp_path / "stick").mkdir()
    return command
