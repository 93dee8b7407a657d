"""The documents are true: every command and option is described, every link leads somewhere."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from fieldkit.cli import parser
from fieldkit.config import workspace_folder
from fieldkit.errors import FieldkitError

ROOT = Path(__file__).parents[1]
COMMANDS = [ROOT / "docs" / "commands.md", ROOT / "docs" / "zh" / "commands.md"]


def commands(of, path="fieldkit"):
    yield path, of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from commands(sub, f"{path} {name}")


@pytest.mark.parametrize("page", COMMANDS, ids=["en", "zh"])
def test_every_command_and_option_is_documented(page):
    text = page.read_text(encoding="utf-8")
    for path, command in commands(parser()):
        assert path.split()[-1] in text, path
        for action in command._actions:
            for option in action.option_strings:
                assert option in text or option in {"-h", "--help"}, (path, option)


@pytest.mark.parametrize(
    "document", sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_every_test_named_in_the_privacy_table_exists():
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in tests, name


def test_every_dependency_is_justified():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        assert f"| {re.split('[<>=~]', requirement)[0]} |" in text


def test_the_workspace_used_last_is_remembered(tmp_path):
    from fieldkit.config import remember_workspace

    with pytest.raises(FieldkitError):
        workspace_folder(None)
    remember_workspace(tmp_path)
    assert workspace_folder(None) == tmp_path.resolve()
