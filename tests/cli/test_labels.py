"""`fieldkit labels` and `fieldkit scanner-test`."""

from __future__ import annotations

import json

import pytest

from fieldkit.cli import run
from fieldkit.datatypes.damm import check_digit
from fieldkit.session.probing import TEST_CODE
from fieldkit.session.session import Session
from tests.screens.code_reader import bare, decoded, modules_of

NUMBERS = [f"990101100200{n:04}" + check_digit(f"990101100200{n:04}") for n in (1, 2, 3)]


@pytest.fixture
def registered(demo, now):
    """The households of one village: their numbers, and the names of all who live there."""
    with Session.open(demo.workspace, now=lambda: now) as session:
        households = list(session.registry().households.values())
    village = households[0].village
    here = [each for each in households if each.village == village]
    return village, sorted(each.id for each in here), {p.name for each in here for p in each.members}


@pytest.mark.parametrize("cards", [False, True])
def test_a_village_is_printed_without_a_name(demo, registered, tmp_path, capsys, cards):
    village, numbers, names = registered
    out = tmp_path / "labels.html"
    arguments = [
        "labels",
        "--village",
        village,
        "--out",
        str(out),
        "--workspace",
        str(demo.workspace),
        "--json",
    ]
    assert run([*arguments, *(["--cards"] if cards else [])]) == 0
    assert json.loads(capsys.readouterr().out) == {"labels": len(numbers), "file": str(out)}
    page = out.read_text(encoding="utf-8")
    assert page.count("<svg") == len(numbers)
    assert names
    assert not [name for name in names if name in page]
    assert "示例" in page or "Demo" in page or "演示" in page


def test_a_file_of_numbers_needs_no_workspace(tmp_path, capsys):
    listed = tmp_path / "numbers.txt"
    listed.write_text("\ufeff" + "\n".join([NUMBERS[0], "", NUMBERS[1]]) + "\n", encoding="utf-8")
    out = tmp_path / "labels.tspl"
    assert (
        run(["labels", "--numbers", str(listed), "--out", str(out), "--size", "50x30", "--lang", "en"]) == 0
    )
    content = out.read_bytes()
    assert content.startswith(b"SIZE 50 mm,30 mm\r\n")
    assert [number for number in NUMBERS if f'"{number}"'.encode() in content] == NUMBERS[:2]
    assert "2 household codes" in capsys.readouterr().out


def test_a_printer_is_sent_the_same_bytes(tmp_path):
    listed, device, out = tmp_path / "n.txt", tmp_path / "lp0", tmp_path / "l.tspl"
    listed.write_text(NUMBERS[2], encoding="utf-8")
    assert run(["labels", "--numbers", str(listed), "--printer", str(device)]) == 0
    assert run(["labels", "--numbers", str(listed), "--out", str(out)]) == 0
    assert device.read_bytes() == out.read_bytes()


def test_a_wrong_number_is_named_with_its_line_and_nothing_is_written(tmp_path, capsys):
    listed, out = tmp_path / "numbers.txt", tmp_path / "labels.html"
    wrong = NUMBERS[1][:-1] + str((int(NUMBERS[1][-1]) + 1) % 10)
    listed.write_text(f"{NUMBERS[0]}\n{wrong}\nabc\n", encoding="utf-8")
    assert run(["labels", "--numbers", str(listed), "--out", str(out), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "line 2: The last digit does not fit" in said
    assert "line 3: A household number has digits only" in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--numbers", "{n}", "--out", "{d}/x.pdf"], "the browser also saves it as PDF"),
        (["--numbers", "{n}", "--out", "{d}/x.tspl", "--cards"], "Cards are pages of A4"),
        (["--numbers", "{d}/none.txt", "--out", "{d}/x.html"], "cannot be read"),
        (["--numbers", "{n}", "--out", "{d}/none/x.html"], "cannot be written"),
        (["--village", "Nowhere", "--out", "{d}/x.html"], "There is no village “Nowhere”"),
    ],
)
def test_refusals_say_the_way_out(tmp_path, capsys, arguments, said):
    listed = tmp_path / "n.txt"
    listed.write_text(NUMBERS[0], encoding="utf-8")
    given = [each.format(n=listed, d=tmp_path) for each in arguments]
    assert run(["labels", *given, "--lang", "en"]) == 1
    assert said in capsys.readouterr().err


def test_a_village_with_nobody_registered_is_said(tmp_path, capsys):
    new = str(tmp_path / "new")
    assert run(["init", new, "--open"]) == 0
    arguments = ["--village", NUMBERS[0][:12], "--out", str(tmp_path / "x.html"), "--workspace", new]
    assert run(["labels", *arguments, "--lang", "en"]) == 1
    assert "nothing to print" in capsys.readouterr().err


def test_without_a_terminal_the_scanner_test_says_how_and_draws_the_code(capsys):
    assert run(["scanner-test", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("Suffix: Enter (CR)" in line for line in lines)
    first = next(n for n, line in enumerate(lines) if "█" in line)
    drawn = [line.ljust(29) for line in lines[first - 2 : lines.index(TEST_CODE)]]
    assert decoded(bare(modules_of(drawn))) == TEST_CODE
    assert run(["scanner-test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["code"] == TEST_CODE
