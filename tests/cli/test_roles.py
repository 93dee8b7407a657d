"""No command crosses roles: each says whose it is before it does anything, and none prints or writes what may not be seen."""

from __future__ import annotations

import argparse
import contextlib
import io
from pathlib import Path

import pytest

from fieldkit.cli import _everywhere, parser
from fieldkit.errors import FieldkitError
from fieldkit.office import desks
from fieldkit.office.roles import MAY, Act, Role, hidden_tiers
from fieldkit.session.desk.desk import Desk
from sync import SyncError
from tests.five_desks import CONTACT, NAMES, RESTRICTED, five_desks

WITHOUT = {
    "office": "the app, whose parts ask for themselves",
    "office init": "there is no office yet",
    "office passphrase": "the office's own passphrase, or a stand-in's identity, is the proof",
    "office restore": "a backup opens with its own keys",
    "office rebuild": "a folder of keys is the proof",
    "office citus": "it prints a script and opens nothing",
}
"""Commands that are nobody's in particular, and why. Any other one must ask."""
STATED = {
    "office merge": {Act.MERGE}, "office return": {Act.MERGE}, "office serve": {Act.MERGE}, "office enroll": {Act.TRUST},
    "office revoke": {Act.TRUST}, "office recover": {Act.TRUST}, "office devices": {Act.REPORT},
    "office quarantine": {Act.MERGE, Act.RELEASE}, "office release": {Act.RELEASE}, "office conflicts": {Act.DECIDE},
    "office duplicates": {Act.DECIDE}, "office verify": {Act.REPORT}, "office history": {Act.REPORT},
    "office tables": {Act.REPORT}, "office backup": {Act.KEEP}, "office move": {Act.KEEP}, "office bundles": {Act.KEEP},
    "office desk add": {Act.KEEP}, "office desk renew": {Act.KEEP}, "office desk role": {Act.KEEP},
    "office desk list": {Act.KEEP, Act.REPORT}, "office looks": {Act.KEEP, Act.REVIEW}, "office letters": {Act.LIAISE},
    "office letters write": {Act.LIAISE}, "office letters read": {Act.LIAISE}, "office letters reply": {Act.LIAISE},
    "office phone add": {Act.KEEP}, "office phone revoke": {Act.KEEP}, "office phone key": {Act.KEEP},
    "office phone list": {Act.KEEP, Act.REPORT}, "office phone files": {Act.RESTRICTED},
    "office letters take": {Act.LIAISE}, "office letters stop": {Act.LIAISE}, "office letters unit add": {Act.LIAISE},
    "office letters unit list": {Act.LIAISE}, "report": {Act.REPORT}, "office behind": {Act.REPORT}, "export": {Act.REPORT},
    "interop pull": {Act.KEEP, Act.ASSIGN}, "interop push": {Act.LIAISE, Act.REVIEW, Act.KEEP},
}  # fmt: skip
"""What these are for; one that is not here must ask for something all the same."""
GIVEN = {
    "ROLE": "reader", "CODE": "990101100200", "FILE": "x.html", "NAME": "visits", "CARD": "card.fkkey", "N": "1", "6DIGITS": "990305", "12DIGITS": "990101100000",
    "DATE": "2026-03-31", "RESULT": "answered", "ITEM=TEXT": "called=x", "MEASURE": "I-02.done", "PERIOD": "2026-03",
}  # fmt: skip
"""What is given for an argument, by what the help calls it; "1" for a number, else a path that is not there."""
BELOW_REVIEWER = [role for role in Role if role is not Role.REVIEWER]


class AllowedError(BaseException):
    """Somebody was let in: nothing more is done."""


def commands(of=None, path=""):
    for action in (of or parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from commands(sub, f"{path} {name}".strip())
    if of is not None and of.get_default("run"):
        yield path, of


ANYWHERE = {"report", "export", "interop"}
"""Commands over the office's archive or over a laptop, whichever is named."""
EVERY = dict(commands())
COMMANDS = {path: each for path, each in EVERY.items() if path.split()[0] in {"office", *ANYWHERE}}


def argument(action):
    if action.choices:
        return str(next(iter(action.choices)))
    if action.type is int:
        return "1"
    return GIVEN.get(str(action.metavar), "x")


def arguments(command):
    """The least that a command takes."""
    given = []
    for action in EVERY[command]._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        if not action.option_strings and action.nargs not in {"*", "?"}:
            given.append(argument(action))
        elif action.required:
            given += [action.option_strings[0], argument(action)]
    for group in EVERY[command]._mutually_exclusive_groups:
        if group.required:
            flags = [each for each in group._group_actions if each.nargs == 0]
            [chosen] = flags[:1] or group._group_actions[:1]
            given += [chosen.option_strings[0], *([] if flags else [argument(chosen)])]
    if command == "report":
        given += ["--period", "2026-03"]
    if command == "export":
        given += ["migrant", "--out", "exported"]
    return given


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from tests.conftest import NOW

    return five_desks(tmp_path_factory.mktemp("five") / "办公 室", NOW)


@pytest.fixture
def office(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return made.copied(tmp_path / "office")


@pytest.fixture
def called(office, tmp_path, monkeypatch):
    """Run a command as somebody: `called(role, command, *more)` gives what was printed."""

    def call(role, command, *more):
        words = tmp_path / "words"
        words.write_text(office.passphrase(role), encoding="utf-8")
        monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(words))
        given = [
            *command.split(),
            *arguments(command),
            *more,
            "--office",
            str(office.folder),
            "--as",
            NAMES[role],
        ]
        options = parser().parse_args(given, _everywhere())
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                options.run(options)
            finally:
                call.said = said.getvalue()
        return call.said

    call.said = ""
    return call


@pytest.fixture
def gate(monkeypatch):
    """What is asked for is noted, and whoever is let in goes no further."""
    asked = set()
    need, need_any, open_as = Desk.need, Desk.need_any, desks.open_as

    def opened(folder, acts, name, **how):
        asked.update(acts)
        open_as(folder, acts, name, **how).close()
        raise AllowedError

    def needed(desk, *acts):
        asked.update(acts)
        (need if len(acts) == 1 else need_any)(desk, *acts)
        desk.close()
        raise AllowedError

    monkeypatch.setattr(desks, "open_as", opened)
    monkeypatch.setattr(Desk, "need", needed)
    monkeypatch.setattr(Desk, "need_any", needed)
    return asked


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - WITHOUT))
def test_a_command_asks_who_may_before_it_does_anything(command, called, gate):
    for role in Role:
        gate.clear()
        try:
            called(role, command)
            refused = None
        except AllowedError:
            refused = False
        except FieldkitError as error:
            refused = error.code == "role.may-not" or f"{error.code} before anybody was asked"
        assert gate, (
            f"{command} states no act: let it ask `open_office(options, Act…)` or `desk.need(Act…)` first"
        )
        assert gate == STATED.get(command, gate)
        assert refused == (not gate & MAY[role]), (command, role)
        assert refused is False or called.said == ""


def test_every_command_that_is_nobodys_is_there():
    assert WITHOUT.keys() <= COMMANDS.keys()
    assert STATED.keys() <= COMMANDS.keys()


def is_listing(command):
    """Whether it can be run as it is: it needs nothing given, and ends."""
    return not arguments(command) and command not in {*WITHOUT, "office serve", "office move"}


@pytest.mark.parametrize("role", BELOW_REVIEWER)
def test_nothing_that_is_printed_or_written_shows_what_may_not_be_seen(role, office, called, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    told = ""
    extra = {
        "report": ["--out", "r.html"],
        "export": [],
        "office return": [],
        "office backup": [],
        "office merge": [],
    }
    for command in sorted(COMMANDS):
        if not (is_listing(command) or command in extra):
            continue
        for more in ([], ["--json"]):
            with contextlib.suppress(FieldkitError, SyncError):
                called(role, command, *extra.get(command, []), *more)
            told += called.said
    new = [path for path in tmp_path.rglob("*") if path.is_file() and path not in before]
    written = b"".join(path.read_bytes() for path in new)
    assert RESTRICTED not in told
    assert RESTRICTED.encode() not in written
    if "C" in hidden_tiers([role]):
        assert CONTACT not in told
    assert CONTACT.encode() not in written
    assert told, "it printed something"


def test_what_lies_in_the_office_in_the_clear_holds_nothing_of_contact_or_health(office, called):
    called(Role.CLERK, "office tables")
    called(Role.CLERK, "office letters")
    called(Role.CLERK, "office conflicts")
    everything = b"".join(path.read_bytes() for path in office.folder.rglob("*") if path.is_file())
    for canary in (CONTACT, RESTRICTED):
        for form in (canary.encode(), canary.encode("utf-16-le"), ascii(canary)[1:-1].encode()):
            assert form not in everything


def test_the_canaries_are_there_for_who_may_see_them(office, now):
    with Desk.open(
        office.folder,
        NAMES[Role.REVIEWER],
        now=lambda: now,
        passphrase=lambda: office.passphrase(Role.REVIEWER),
    ) as desk:
        seen = str(desk.look(office.record, "test").view)
        assert RESTRICTED in seen
        assert CONTACT in seen


# -- a desk is no workspace of a laptop --------------------------------------------------------------------

WITHOUT_A_WORKSPACE = {
    "init": "it makes one", "demo": "it makes one", "forms check": "it reads a form", "forms list": "it lists forms", "keys": "it lists keys",
    "scanner-test": "it reads a scanner",
}  # fmt: skip
"""Commands of a laptop that open no workspace."""
AT_A_LAPTOP = sorted(
    {""}
    | (
        EVERY.keys()
        - {path for path in COMMANDS if path.split()[0] not in ANYWHERE}
        - WITHOUT_A_WORKSPACE.keys()
    )
)


@pytest.mark.parametrize("command", AT_A_LAPTOP)
def test_what_is_a_laptops_refuses_a_desk(command, office, tmp_path, monkeypatch):
    words = tmp_path / "words"
    words.write_text(office.passphrase(Role.READER), encoding="utf-8")
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(words))
    monkeypatch.delenv("FIELDKIT_OFFICE", raising=False)
    given = [*command.split(), *(arguments(command) if command else ())]
    desk = office.folder / "desks" / NAMES[Role.READER]
    options = parser().parse_args([*given, "--workspace", str(desk)], _everywhere())
    with pytest.raises(FieldkitError, match=r"workspace\.desk"):
        options.run(options)


# -- who is nobody here -----------------------------------------------------------------------------------


def test_without_a_name_the_office_asks_for_its_own_passphrase(office, called, monkeypatch, tmp_path):
    words = tmp_path / "words"
    for said in ("words of 王芳", "guessed"):
        words.write_text(said, encoding="utf-8")
        monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(words))
        options = parser().parse_args(["office", "verify", "--office", str(office.folder)], _everywhere())
        with pytest.raises(FieldkitError, match=r"office\.wrong-passphrase"):
            options.run(options)


@pytest.mark.parametrize("name", list(NAMES.values()))
def test_a_desk_opens_for_nobody_elses_passphrase(office, now, name):
    others = [office.passphrase(role) for role in Role if NAMES[role] != name]
    for words in [*others, "office words", ""]:
        with pytest.raises(FieldkitError, match=r"workspace\.wrong-passphrase"):
            Desk.open(office.folder, name, now=lambda: now, passphrase=lambda words=words: words)


def test_a_name_that_has_no_desk_opens_nothing(office, now):
    with pytest.raises(FieldkitError, match=r"desk\.lost"):
        Desk.open(office.folder, "没有", now=lambda: now, passphrase=lambda: "office words")


def test_files_of_the_office_stay_where_they_are(office):
    assert Path(office.folder / "desks" / NAMES[Role.CLERK] / "office.key").stat().st_mode & 0o077 == 0
