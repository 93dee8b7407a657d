"""The program looked over without a workspace: what is missing is named, with what it means for the work."""

from __future__ import annotations

import json
import sys

import pytest

from fieldkit.session.installation import examine_program
from tests.program import fieldkit


def codes(**how):
    return {each.code: each for each in examine_program(**how).findings}


def test_the_program_is_well_here_and_says_so_without_a_workspace():
    told = json.loads(fieldkit("doctor", "--program", "--json").stdout)
    assert told["well"]
    assert {"program.version", "program.parts", "program.form"} <= {each["code"] for each in told["findings"]}
    assert told["interviews"] == []


@pytest.mark.parametrize(
    ("part", "code", "mark"),
    [
        ("pyrage", "program.part", "bad"),
        ("polars", "program.without-office", "look"),
        ("textual_serve", "program.without-browser", "look"),
    ],
)
def test_a_part_that_cannot_be_loaded_is_named(monkeypatch, part, code, mark):
    monkeypatch.setitem(sys.modules, part, None)
    monkeypatch.delitem(sys.modules, f"{part}.server", raising=False)
    found = codes()[code]
    assert (found.mark, found.params["part"].partition(".")[0]) == (mark, part)
    assert examine_program().is_well is (mark != "bad")


def test_a_form_or_words_that_did_not_come_along_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr("fieldkit.session.installation.shipped_folder", lambda: tmp_path)
    monkeypatch.setattr("fieldkit.__file__", str(tmp_path / "__init__.py"))
    assert {"program.no-form", "program.no-words"} <= set(codes())


def test_the_old_console_of_windows_gets_a_hint():
    assert "program.console" in codes(platform="win32", environment={})
    assert "program.console" not in codes(platform="win32", environment={"WT_SESSION": "x"})
    assert "program.console" not in codes(platform="linux", environment={})


def test_settings_that_cannot_be_kept_deserve_a_look(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(
        "fieldkit.session.installation.config_file", lambda name: tmp_path / "file" / "below" / name
    )
    assert codes()["program.settings"].mark == "look"
