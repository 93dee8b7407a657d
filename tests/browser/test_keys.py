"""Keys that browsers keep to themselves: the app names others, and the page takes these."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import fieldkit.browser
from fieldkit.commands import BEHIND, FORMS, all_commands, key_name
from fieldkit.terminal import BROWSER

KEPT = {"ctrl+n", "ctrl+t", "ctrl+w", "ctrl+q", "ctrl+pageup", "ctrl+pagedown", "ctrl+f4", "alt+f4"}
"""What Chromium never gives to a page, of what a terminal can send."""


@pytest.fixture
def in_browser(monkeypatch):
    monkeypatch.setenv("TEXTUAL_DRIVER", BROWSER)


def test_the_app_names_what_the_page_takes(in_browser):
    page = (Path(fieldkit.browser.__file__).parent / "page.js").read_text(encoding="utf-8")
    taken = json.loads(re.sub(r"(\w+):", r'"\1":', re.search(r"const kept = (\{.*?\});", page).group(1)))
    theirs = {f"ctrl+{key.lower()}": held for held, keys in taken.items() for key in keys}
    assert set(theirs) == {key for key in KEPT if key.startswith("ctrl+")}
    for key, held in theirs.items():
        assert key_name(key) == key_name(f"{held.lower()}+{key.removeprefix('ctrl+')}")
        assert key_name(key).startswith(f"{held}+")


def test_no_command_needs_a_key_that_a_browser_keeps(in_browser):
    names = {name for command in all_commands() for name in command.key_names.split(" / ")}
    assert not {name.lower().replace("pg", "page") for name in names} & {
        key.replace("pagedown", "pagedn") for key in KEPT
    }


def test_a_terminal_is_told_its_own(monkeypatch):
    assert (FORMS.key_name, BEHIND.key_names) == ("^W", "Ctrl+F4")
    monkeypatch.setenv("TEXTUAL_DRIVER", BROWSER)
    assert (FORMS.key_name, BEHIND.key_names) == ("Alt+W", "Shift+F4")
