"""`fieldkit export` at a laptop and at the office: what it writes, says and refuses, and who may."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess

import pytest

from fieldkit.cli import _everywhere, parser, run
from fieldkit.errors import FieldkitError
from fieldkit.office import Office
from fieldkit.office.looks import looks
from fieldkit.office.roles import MAY, Act, Role
from fieldkit.report.exports.manifest import verify
from sync.sealing import new_identity, recipient_of, unseal
from tests.conftest import NOW
from tests.five_desks import CONTACT, NAMES, RESTRICTED, five_desks


@pytest.fixture
def told(capsys):
    """Run a command; gives exit code, what it printed, and what it said beside."""

    def call(*words):
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return five_desks(tmp_path_factory.mktemp("five") / "办公 室", NOW)


def test_the_office_and_a_laptop_write_the_same_kind_of_files(built_demo, tmp_path, told):
    for name, where in (("office", built_demo.office), ("workspace", built_demo.workspace)):
        out = tmp_path / f"{name} 导出"
        code, said, beside = told(
            "export", "visit", f"--{name}", where, "--out", out, "--format", "csv", "--json"
        )
        facts = json.loads(said)
        assert (code, beside) == (0, "")
        assert facts["profile"] == "deidentified"
        assert facts["rows"]["visit"] == verify(out).rows["visit"] > 5
        assert set(facts["files"]) == {"visit.csv", "share.csv", "appt.csv", "codebook.csv", "codebook.html"}


def test_the_same_workspace_has_the_same_pseudonyms_and_another_has_others(demo, tmp_path, told):
    for name in ("a", "b"):
        assert told("export", "visit", "--workspace", demo.workspace, "--out", tmp_path / name)[0] == 0
    assert told("export", "visit", "--office", demo.office, "--out", tmp_path / "c")[0] == 0
    first, second, other = ((tmp_path / name / "visit.csv").read_text("utf-8") for name in "abc")
    assert first == second
    keys = [{line.split(",")[0] for line in text.splitlines()[1:]} for text in (first, other)]
    assert keys[0].isdisjoint(keys[1])


def test_an_export_is_looked_over_by_command(built_demo, tmp_path, told):
    out = tmp_path / "out"
    assert (
        told("export", "visit", "--office", built_demo.office, "--out", out, "--profile", "aggregate")[0] == 0
    )
    assert told("export", "--verify", out)[0] == 0
    with (out / "counts.csv").open("a", encoding="utf-8") as file:
        file.write("x")
    code, _said, beside = told("export", "--verify", out)
    assert code == 1
    assert "counts.csv" in beside


def test_how_far_it_is_stands_on_a_terminal_alone(built_demo, tmp_path, monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    assert (
        run(["export", "visit", "--office", str(built_demo.office), "--out", str(tmp_path / "out"), "--json"])
        == 0
    )
    assert "records read" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        (["export"], "FORM, --out"),
        (["export", "visit"], "--out"),
        (["export", "visit", "--out", "x", "--profile", "case"], "--record, --recipient, --to"),
    ],
)
def test_what_is_lacking_is_named(words, lacking, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(words)
    assert stopped.value.code == 2
    assert lacking in capsys.readouterr().err


def test_a_form_that_is_not_there_is_told(built_demo, tmp_path, told):
    code, _said, beside = told("export", "no_such", "--office", built_demo.office, "--out", tmp_path / "out")
    assert code == 1
    assert "no_such" in beside
    assert not (tmp_path / "out").exists()


def test_a_laptop_that_stops_in_the_middle_leaves_nothing(built_demo, tmp_path, monkeypatch, told):
    from fieldkit.report.exports import writing

    def stopped(*_how):
        raise KeyboardInterrupt

    monkeypatch.setitem(writing.FORMATS, "csv", stopped)
    code, _said, beside = told("export", "visit", "--office", built_demo.office, "--out", tmp_path / "out")
    assert code == 1
    assert "Stopped" in beside
    assert list(tmp_path.iterdir()) == []


# -- one case ---------------------------------------------------------------------------------------------


@pytest.fixture
def as_role(made, tmp_path, monkeypatch):
    """Hand a case on as somebody; gives the folder."""
    office = made.copied(tmp_path / "office")
    identity = new_identity()
    key = tmp_path / "recipient.txt"
    key.write_text(f"# county\n{recipient_of(identity)}\n", encoding="utf-8")

    def call(role, *items, recipient="dest_county"):
        words = tmp_path / "words"
        words.write_text(office.passphrase(role), encoding="utf-8")
        monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(words))
        given = [
            "export", "migrant", "--office", str(office.folder), "--as", NAMES[role], "--profile", "case", "--record", office.record,
            "--recipient", recipient, "--to", str(key), "--out", str(tmp_path / "case"),
            *(word for item in items for word in ("--item", item)),
        ]  # fmt: skip
        options = parser().parse_args(given, _everywhere())
        with contextlib.redirect_stdout(io.StringIO()):
            options.run(options)
        return tmp_path / "case"

    call.identity = identity
    call.office = office
    return call


def test_a_case_is_sealed_for_its_recipient_and_the_look_is_written_down(as_role):
    folder = as_role(Role.CLERK, "direction", "log_result")
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"away" not in everything
    assert as_role.office.record.encode() not in everything
    opened = unseal(as_role.identity, (folder / "case.csv.age").read_bytes()).decode("utf-8-sig")
    assert "direction" in opened
    assert f"{as_role.office.record}#s0" in opened
    assert CONTACT not in opened
    verify(folder)
    passphrase = as_role.office.passphrase(Role.CLERK)
    from fieldkit.office.desks import open_as

    with open_as(
        as_role.office.folder, [Act.LIAISE], NAMES[Role.CLERK], now=lambda: NOW, passphrase=lambda: passphrase
    ) as office:
        assert isinstance(office, Office)
        assert [event.facts["why"] for event in looks(office)] == ["export"]


@pytest.mark.parametrize("role", list(Role))
def test_a_case_is_handed_on_by_who_writes_letters(as_role, role):
    if Act.LIAISE in MAY[role]:
        assert as_role(role, "direction").is_dir()
        return
    with pytest.raises(FieldkitError, match=r"role\.may-not"):
        as_role(role, "direction")


def test_nobody_hands_on_what_they_may_not_see(as_role):
    with pytest.raises(FieldkitError, match=r"exports\.case-hidden"):
        as_role(Role.CLERK, "counsel_resp")
    with pytest.raises(FieldkitError, match=r"transfer\.no-consent"):
        as_role(Role.CLERK, "direction", recipient="county_mch")


def test_a_case_of_a_laptop_is_opened_by_age(demo, tmp_path, told):
    from fieldkit.session.session import Session

    with Session.open(demo.workspace, now=lambda: NOW) as session:
        agreed = [
            record.id for record in session.records("migrant")
            if "yes" in [answer for key, answer in record.answers.items() if key.endswith("share_agreed")]
        ]  # fmt: skip
    if not agreed:
        pytest.skip("nobody of the demo's laptop agreed to share")
    identity = new_identity()
    key, secret = tmp_path / "to.txt", tmp_path / "secret.txt"
    key.write_text(recipient_of(identity), encoding="ascii")
    secret.write_text(identity, encoding="ascii")
    code, said, beside = told(
        "export", "migrant", "--workspace", demo.workspace, "--profile", "case", "--record", agreed[0], "--recipient",
        "dest_county", "--to", key, "--item", "direction", "--out", tmp_path / "case", "--json",
    )  # fmt: skip
    assert (code, beside) == (0, "")
    assert json.loads(said)["consent"].startswith(f"{agreed[0]}#")
    try:
        opened = subprocess.run(
            ["age", "-d", "-i", secret, tmp_path / "case" / "case.csv.age"], capture_output=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("age is not installed")
    assert "direction" in opened.stdout.decode("utf-8-sig")
    assert RESTRICTED not in opened.stdout.decode("utf-8-sig")


@pytest.mark.parametrize("content", [b"", b"AGE-SECRET-KEY-1", b"\xff\xfe"])
def test_a_file_without_a_key_is_refused(demo, tmp_path, told, content):
    key = tmp_path / "key"
    key.write_bytes(content)
    from fieldkit.session.session import Session

    with Session.open(demo.workspace, now=lambda: NOW) as session:
        record = next(iter(session.records("visit"))).id
    code, _said, beside = told(
        "export", "visit", "--workspace", demo.workspace, "--profile", "case", "--record", record, "--recipient", "county_mch",
        "--to", key, "--item", "date", "--out", tmp_path / "case",
    )  # fmt: skip
    assert code == 1
    assert "age1" in beside
    assert not (tmp_path / "case").exists()
