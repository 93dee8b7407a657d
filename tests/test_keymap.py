"""Keymaps: presets and files; what cannot be is told and left out, the rest holds."""

from __future__ import annotations

import json
import tomllib

import pytest

from fieldkit.cli import run
from fieldkit.commands import NOTE, all_commands, use_keys
from fieldkit.config import config_file
from fieldkit.explain import explain
from fieldkit.keymap import _SENT, PRESETS, chosen_keymap, keymap_of, read_keymap
from fieldkit.wording import problem_text
from fieldkit.xforms import Problem


def write(text):
    config_file("keymap.toml").parent.mkdir(parents=True, exist_ok=True)
    config_file("keymap.toml").write_text(text, encoding="utf-8")


def codes(keymap):
    return [(problem.code, problem.params.get("id")) for problem in keymap.problems]


def test_every_command_has_an_id_words_and_keys_of_its_own():
    ids = [command.id for command in all_commands()]
    keys = [key for command in all_commands() for key in command.key.split(",")]
    assert len(ids) == len(set(ids)) >= 20
    assert len(keys) == len(set(keys)), "the same key means the same everywhere"
    assert all(command.text for command in all_commands())
    assert all(_SENT.fullmatch(key) for key in keys)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_commands_once_each_with_keys_that_terminals_send(preset):
    keys = {command.id: command.key for command in all_commands()} | dict(PRESETS[preset])
    assert len(keys) == len(all_commands())
    used = [key for each in keys.values() for key in each.split(",")]
    assert len(used) == len(set(used))
    assert all(_SENT.fullmatch(key) for key in used)


def test_without_a_file_the_built_in_keys_hold():
    assert chosen_keymap().keys == {}
    assert chosen_keymap().problems == ()


def test_a_file_changes_keys_however_they_are_written():
    write('preset = "cspro"\n"report.show" = "Ctrl+V"\nsync.export = "^R"\n"form.next" = ["PgDn", "Tab"]\n')
    keymap = chosen_keymap()
    assert keymap.problems == ()
    assert keymap.preset == "cspro"
    assert keymap.keys["report.show"] == "ctrl+v"
    assert keymap.keys["sync.export"] == "ctrl+r"
    assert keymap.keys["form.next"] == "pagedown,tab"
    assert keymap.keys["form.jump"] == "f6"


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("f11", True), ("ctrl+g", True), ("ctrl+home", True), ("insert", True),
        ("a", False), ("1", False), ("enter", False), ("up", False), ("ctrl+enter", False), ("ctrl+i", False),
        ("ctrl+m", False), ("ctrl+c", False), ("ctrl+s", True), ("alt+x", False), ("ctrl+space", False), ("f13", False),
        ("ctrl+shift+n", False), ("ctrl+1", False), ("", False),
    ],
)  # fmt: skip
def test_only_keys_that_reach_the_program_are_taken(key, sent):
    keymap = keymap_of({"report.show": key})
    told = [code for code, _id in codes(keymap)]
    assert ("keymap.unsendable" in told) is not sent
    assert keymap.keys == ({} if told else {"report.show": key})


def test_unknown_ids_are_told_and_the_rest_holds():
    keymap = keymap_of({"no.such": "ctrl+v", "report.show": "ctrl+v", "preset": "emacs"})
    assert codes(keymap) == [("keymap.preset", None), ("keymap.unknown-id", "no.such")]
    assert keymap.keys == {"report.show": "ctrl+v"}
    assert all("{" not in explain(problem) for problem in keymap.problems)


def test_a_key_with_two_meanings_is_told_and_left_out():
    keymap = keymap_of({"question.note": "ctrl+n"})
    assert codes(keymap) == [("keymap.clash", "question.note")]
    assert keymap.problems[0].params["other"] == "household.new"
    assert keymap.keys == {}
    both = keymap_of({"question.note": "ctrl+v", "report.show": "ctrl+v"})
    assert len(both.problems) == 1
    assert list(both.keys.values()) == ["ctrl+v"]


def test_two_commands_may_change_places():
    keymap = keymap_of({"form.review": "f10", "form.finish": "f9"})
    assert keymap.problems == ()
    assert keymap.keys == {"form.review": "f10", "form.finish": "f9"}


def test_a_file_that_cannot_be_read_leaves_the_built_in_keys(tmp_path, monkeypatch):
    write('"question.note" = f3')
    assert codes(chosen_keymap()) == [("keymap.unreadable", None)]
    monkeypatch.setenv("FIELDKIT_KEYMAP", str(tmp_path / "gone.toml"))
    assert codes(chosen_keymap()) == [("keymap.unreadable", None)]
    monkeypatch.setenv("FIELDKIT_KEYMAP", "cspro")
    assert chosen_keymap().keys == PRESETS["cspro"]


def test_names_follow_the_keys_in_force():
    assert (NOTE.key_name, NOTE.key_names) == ("F3", "F3")
    use_keys({"question.note": "ctrl+n,insert", "missing.declined": "f2"})
    assert (NOTE.key_name, NOTE.key_names) == ("^N", "Ctrl+N / Ins")
    missing = Problem("/data/a", "required", "")
    assert "F5, F2, F7, F8 say why" in problem_text(missing)


def test_the_command_prints_a_keymap_file_that_means_what_it_says(capsys, tmp_path):
    assert run(["keys", "--preset", "cspro"]) == 0
    printed = capsys.readouterr().out
    assert set(tomllib.loads(printed)) == {"preset", *(command.id for command in all_commands())}
    (tmp_path / "keymap.toml").write_text(printed, encoding="utf-8")
    keymap = read_keymap(tmp_path / "keymap.toml")
    assert keymap.problems == ()
    assert keymap.keys == PRESETS["cspro"]


def test_the_command_says_for_programs_and_people_what_was_left_out(capsys):
    write('"question.note" = "ctrl+n"\n"report.show" = "ctrl+v"\n')
    assert run(["keys", "--json"]) == 1
    said = capsys.readouterr()
    data = json.loads(said.out)
    shown = {each["id"]: each for each in data["commands"]}
    assert shown["report.show"] == {
        "id": "report.show",
        "keys": ["ctrl+v"],
        "name": "Ctrl+V",
        "text": "Report",
    }
    assert shown["question.note"]["keys"] == ["f3"]
    assert len(data["problems"]) == 1
    assert "Ctrl+N" in said.err
