"""What leads to the first-run wizard and what does not; commands and wizard make the same."""

from __future__ import annotations

import re
import tomllib

import pytest

from fieldkit import cli
from fieldkit.cli import app as app_command
from fieldkit.cli import init, office, office_app, setup
from fieldkit.config import (
    data_folder,
    office_folder,
    read_config,
    remember_office,
    remember_workspace,
    workspace_folder,
)
from fieldkit.errors import FieldkitError
from fieldkit.session.setup.founding import division_code, free_place
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.steps import first_run
from fieldkit.store import Workspace
from tests.quick_keys import quick_keys


@pytest.fixture
def led(monkeypatch):
    """Somebody at a terminal: where each command leads, instead of going there."""
    where = []
    for module in (app_command, init, office, office_app):
        monkeypatch.setattr(module, "has_window", lambda: True)
    monkeypatch.setattr(setup, "set_up", lambda **wished: where.append(("wizard", wished)) or 0)
    monkeypatch.setattr(app_command, "run_app", lambda folder, *_: where.append(("laptop", folder)) or 0)
    monkeypatch.setattr(office_app, "run_office", lambda folder, *_: where.append(("office", folder)) or 0)

    def run(*words):
        where.clear()
        assert cli.run([str(each) for each in words]) == 0
        return where[0]

    return run


@pytest.fixture
def laptop(tmp_path):
    Workspace.create(tmp_path / "w", passphrase=None, name="w").close()
    return tmp_path / "w"


def test_where_nothing_is_known_the_wizard_opens(led, laptop, monkeypatch, tmp_path):
    assert led() == ("wizard", {"missing": None})
    assert led("office") == ("wizard", {"office": True})
    assert led("init") == ("wizard", {})
    assert led("office", "init") == ("wizard", {"office": True})
    monkeypatch.setenv("FIELDKIT_WORKSPACE", str(tmp_path / "new"))
    assert led() == ("wizard", {"missing": tmp_path / "new"})
    monkeypatch.delenv("FIELDKIT_WORKSPACE")
    remember_workspace(laptop)
    assert led() == ("laptop", laptop)
    assert led("--workspace", tmp_path / "new") == ("laptop", tmp_path / "new"), (
        "it says that nothing is there"
    )
    (laptop / "workspace.toml").unlink()
    assert led() == ("wizard", {"missing": laptop})


def test_an_office_that_was_opened_is_remembered_and_opens_where_no_laptop_is_known(led, laptop, tmp_path):
    folder = tmp_path / "office"
    assert cli.run(["office", "init", str(folder), "--open"]) == 0
    assert office_folder(None) == folder
    assert led("office") == ("office", folder)
    assert led() == ("office", folder)
    remember_workspace(laptop)
    assert led() == ("laptop", laptop)
    remember_office(tmp_path)
    assert office_folder(str(folder)) == folder


def test_without_a_terminal_the_old_words_stay(capsys):
    for words, said in (
        ((), "Which workspace?"),
        (("office",), "Which office?"),
        (("init",), "Name a folder: fieldkit init DIR"),
        (("office", "init"), "Name a folder: fieldkit office init DIR"),
    ):
        assert cli.run([*words]) == 1
        assert said in capsys.readouterr().err


def test_the_workspace_beside_the_program_goes_before_the_one_used_last(tmp_path, laptop, monkeypatch):
    remember_workspace(laptop)
    monkeypatch.setenv("FIELDKIT_DATA", str(tmp_path / "fieldkit-data"))
    assert data_folder() == tmp_path / "fieldkit-data"
    assert workspace_folder(None) == laptop
    beside = tmp_path / "fieldkit-data" / "laptop"
    Workspace.create(beside, passphrase=None, name="w").close()
    assert workspace_folder(None) == beside
    assert free_place(beside) == beside.with_name("laptop-2")
    monkeypatch.setenv("FIELDKIT_WORKSPACE", str(laptop))
    assert workspace_folder(None) == laptop


def settings(folder, name="workspace.toml"):
    """What a folder says of itself, but for what is new each time."""
    said = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    return {key: value for key, value in said.items() if key not in {"id", "created", "recipients"}}


def files(folder):
    return sorted(re.sub(r"\d+", "0", str(each.relative_to(folder))) for each in folder.rglob("*"))


def by_the_wizard(now, **answers):
    """Make what the wizard makes of these answers, as its screen does."""
    walk = first_run(Looking(), lambda: now, lambda: None)
    walk.answers |= answers
    while not walk.step.is_final:
        assert walk.check(), walk.fault
        if walk.step.deed is not None:
            walk.do()
            assert walk.fault is None, walk.fault
        walk.forward()


def test_a_laptop_is_the_same_by_command_and_by_wizard(tmp_path, now, monkeypatch):
    quick_keys(monkeypatch)
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(tmp_path / "secret"))
    assert cli.run(["init", str(tmp_path / "a"), "--name", "王庄"]) == 0
    remembered = read_config("last-workspace")
    by_the_wizard(
        now, language="en", start="laptop", name="王庄", folder=str(tmp_path / "b"), protect="passphrase",
        passphrase="s", again="s",
    )  # fmt: skip
    assert settings(tmp_path / "a") == settings(tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert read_config("last-workspace") == remembered.replace("/a", "/b")


def test_an_office_is_the_same_by_command_and_by_wizard(tmp_path, now):
    code = "421121105000"
    assert cli.run(["office", "init", str(tmp_path / "a"), "--name", "团风", "--code", code, "--open"]) == 0
    by_the_wizard(
        now, language="en", start="office", code=code, **{"office-name": "团风", "office-folder": str(tmp_path / "b"), "office-protect": "open"},
    )  # fmt: skip
    assert settings(tmp_path / "a", "office.toml") == settings(tmp_path / "b", "office.toml")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert office_folder(None) == tmp_path / "b"


@pytest.mark.parametrize(
    "typed",
    ["", "421121105000", "４２１１２１１０５０００", "421121 105 201", "421121000000", "421100000000", "420000000000", "441900001000", "990101100000"],
)  # fmt: skip
def test_a_division_code_of_any_level_will_do(typed):
    code = division_code(typed)
    assert not typed or (code.isascii() and len(code) == 12)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("421121105", "office.code"), ("42112110500x", "office.code"), ("001121105000", "division.province"),
        ("000000000000", "division.province"), ("420021105000", "division.county"), ("421121605000", "division.town"),
        ("421121105900", "division.village"),
    ],
)  # fmt: skip
def test_a_division_code_that_is_none_is_refused_before_anything_is_made(typed, code, tmp_path):
    with pytest.raises(FieldkitError) as refused:
        division_code(typed)
    assert refused.value.code == code
    assert cli.run(["office", "init", str(tmp_path / "o"), "--code", typed, "--open"]) == 1
    assert not (tmp_path / "o").exists()
