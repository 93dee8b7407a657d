"""Enrolment on the command line: by file, by digits, by a scanner's lines, and anew. Real processes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from sync import Enrolment, Scan, read_enrolment
from sync.digits import spoken
from tests.program import fieldkit
from tests.screens.code_reader import bare, decoded, modules_of


def told(*arguments, stdin=""):
    return json.loads(fieldkit(*arguments, "--json", stdin=stdin).stdout)


@pytest.fixture
def pair(tmp_path):
    laptop, office = tmp_path / "笔记本 1", tmp_path / "office"
    fieldkit("init", laptop, "--name", "清溪 1", "--open")
    fieldkit("office", "init", office, "--code", "990101100000", "--name", "清溪镇")
    return laptop, office


def code_in(text):
    """The QR code that is printed among words."""
    lines = text.split("\n")
    begin = next(n for n, line in enumerate(lines) if line and not line.strip(" "))
    end = next(n for n in range(begin, len(lines)) if set(lines[n]) - set(" █▀▄"))
    return decoded(bare(modules_of(lines[begin:end])))


def test_the_whole_way_by_digits_no_file_involved(pair, tmp_path):
    laptop, office = pair
    shown = fieldkit("sync", "key", "--digits", "--workspace", laptop).stdout
    assert shown.strip().isdigit()
    before = {path for path in tmp_path.rglob("*") if path.is_file() and laptop not in path.parents}
    answer = told("office", "enroll", "-", "--office", office, stdin=shown)
    assert (answer["file"], answer["numbers"], answer["name"]) == ("", [1, 200], "清溪 1")
    assert answer["spoken"] == told("sync", "key", "--workspace", laptop)["spoken"]
    taken = told("sync", "import", "-", "--workspace", laptop, stdin="\n".join(answer["digits"]) + "\n")
    assert taken == {"enrolled": ["清溪镇"], "acknowledged": 0, "only_here": 0}
    after = {path for path in tmp_path.rglob("*") if path.is_file() and laptop not in path.parents}
    assert after <= before | {office / "archive.db-wal", office / "archive.db-shm"}
    again = told("office", "enroll", shown.strip(), "--office", office)
    assert again == answer, "the same card gives the same word"
    assert told("sync", "import", answer["digits"][0], "--workspace", laptop)["enrolled"] == ["清溪镇"]


def test_what_is_printed_is_a_code_and_groups_that_are_read_back(pair, tmp_path):
    laptop, office = pair
    shown = fieldkit("sync", "key", "--workspace", laptop, "--out", tmp_path / "l.fkkey").stdout
    [digits] = told("sync", "key", "--workspace", laptop)["digits"]
    assert code_in(shown) == digits
    rows = shown[shown.index("Without a scanner") :].split("\n", 1)[1]
    assert " ".join(rows.split()) == spoken(digits)
    said = fieldkit("office", "enroll", "-", "--office", office, stdin=rows).stdout
    answer = code_in(said)
    rows = said[said.index("Without a scanner") :].split("\n", 1)[1]
    fieldkit("sync", "import", "-", "--workspace", laptop, stdin=rows)
    by_file = told("office", "enroll", tmp_path / "l.fkkey", "--office", office)
    assert by_file["digits"] == [answer]
    assert by_file["file"].endswith(".fkenrol")
    fieldkit("sync", "import", by_file["file"], "--workspace", laptop)
    word = read_enrolment(Scan([answer]))
    with Path(by_file["file"]).open("rb") as file:
        assert Enrolment.from_bytes(file.read()) == word
    assert word.device_recipient.startswith("age1")


def test_refusals_say_what_is_wrong(pair):
    laptop, office = pair
    [card] = told("sync", "key", "--workspace", laptop)["digits"]
    answer = told("office", "enroll", card, "--office", office)["digits"][0]
    for source, stdin, words in (
        (answer[:-1] + str((int(answer[-1]) + 1) % 10), "", "A digit of part 1 of 1 is wrong"),
        (answer[:-9], "", "breaks off"),
        ("-", answer[:200] + "ü" + answer[200:], "“ü” at place 201 is no digit"),
        ("-", "", "No digits came in"),
        (card, "", "This is a laptop's key card"),
        (spoken(answer).replace(spoken(answer).split()[11], "000000"), "", "Group 12 (000000)"),
    ):
        assert words in fieldkit("sync", "import", source, "--workspace", laptop, code=1, stdin=stdin).stderr
    assert "an office's answer" in fieldkit("office", "enroll", answer, "--office", office, code=1).stderr
    other = laptop.with_name("other")
    fieldkit("init", other, "--open")
    said = fieldkit("sync", "import", answer, "--workspace", other, code=1, lang="zh").stderr
    assert "扫入的答复" in said
    assert "清溪 1" in said


def test_a_lost_laptop_is_replaced_by_one_with_numbers_of_its_own(pair, tmp_path):
    laptop, office = pair
    [card] = told("sync", "key", "--workspace", laptop)["digits"]
    lost = told("office", "enroll", card, "--office", office)
    new = tmp_path / "new"
    fieldkit("init", new, "--open", "--name", "清溪 2")
    [card] = told("sync", "key", "--workspace", new)["digits"]
    refused = fieldkit("office", "enroll", card, "--office", office, "--replaces", "nobody", code=1)
    assert "“nobody” names no laptop of this office" in refused.stderr
    answer = told("office", "enroll", card, "--office", office, "--replaces", lost["device"][:8])
    assert (answer["replaces"], answer["numbers"]) == (lost["device"], [201, 400])
    assert read_enrolment(Scan(answer["digits"])).replaces == lost["device"]
    itself = fieldkit("office", "enroll", card, "--office", office, "--replaces", "清溪 2", code=1)
    assert "cannot replace itself" in itself.stderr
    rows = {row["device"]: row for row in told("office", "devices", "--office", office)}
    assert rows[answer["device"]]["replaces"] == lost["device"]
    assert not rows[lost["device"]]["revoked"], "that is for a person to decide"
    fieldkit("sync", "import", answer["digits"][0], "--workspace", new)


def test_a_copied_laptop_takes_a_new_key_and_what_it_holds_still_reaches_the_office(demo, tmp_path):
    laptop, office = demo.workspace, demo.office
    [card] = told("sync", "key", "--workspace", laptop)["digits"]
    first = told("office", "enroll", card, "--office", office)
    waiting = told("sync", "status", "--workspace", laptop)["only_here"]
    renewed = told("sync", "new-key", "--workspace", laptop)
    assert renewed["before"] == first["device"] != renewed["device"]
    assert "No office knows" in fieldkit("sync", "export", tmp_path, "--workspace", laptop, code=1).stderr
    old = fieldkit("sync", "import", first["digits"][0], "--workspace", laptop, code=1).stderr
    assert "another laptop" in old
    [card] = told("sync", "key", "--workspace", laptop)["digits"]
    answer = told("office", "enroll", card, "--office", office, "--replaces", renewed["before"])
    assert answer["numbers"][0] > first["numbers"][0]
    fieldkit("sync", "import", answer["digits"][0], "--workspace", laptop)
    stick = tmp_path / "stick"
    stick.mkdir()
    fieldkit("sync", "export", stick, "--workspace", laptop)
    merged = told("office", "merge", stick, "--office", office)
    assert (merged["new"], merged["refused"], merged["quarantined"]) == (waiting, 0, 0)
    fieldkit("office", "return", tmp_path, "--device", answer["device"], "--office", office)
    taken = told("sync", "import", tmp_path, "--workspace", laptop)
    assert (taken["only_here"], taken["receipt"]) == (0, "taken"), (
        "what the former key signed is acknowledged, too"
    )


def on_a_terminal(*arguments, columns, lines, typed=()):
    """Run on a terminal of that size, typing lines; give what it shows."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "--lang", "en", *map(str, arguments)],
        stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "", "LINES": ""},
    )  # fmt: skip
    os.close(theirs)
    for line in typed:
        os.write(ours, line.encode() + b"\n")
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:
            break
        if not read:
            break
        shown += read
    assert process.wait(60) == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")


def test_on_a_small_terminal_the_answer_comes_in_several_codes_each_within_the_window(pair):
    laptop, office = pair
    [card] = told("sync", "key", "--workspace", laptop)["digits"]
    shown = on_a_terminal("office", "enroll", card, "--office", office, columns=80, lines=24)
    ink = "\x1b[0;97;40;7m"
    drawn = [
        line.removeprefix(ink).removesuffix("\x1b[0m") for line in shown.split("\n") if line.startswith(ink)
    ]
    assert "Code 1 of" in shown
    size = -(-len(drawn[0]) // 2)
    assert size <= 21
    codes = [decoded(bare(modules_of(drawn[at : at + size]))) for at in range(0, len(drawn), size)]
    assert 1 < len(codes) == int(codes[0][2])
    wrong = codes[0][:20] + str((int(codes[0][20]) + 1) % 10) + codes[0][21:]
    said = on_a_terminal(
        "sync", "import", "-", "--workspace", laptop, columns=80, lines=24,
        typed=[codes[-1], wrong, *codes[:-1]],
    )  # fmt: skip
    assert "Still missing: 1" in said
    assert f"A digit of part 1 of {len(codes)} is wrong" in said
    assert "Enrolled with 清溪镇" in said
