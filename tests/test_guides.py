"""The pages for newcomers are true: their commands are run or parse, their keys exist, both languages say the same."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from fieldkit import cli
from fieldkit.commands import all_commands

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CHINESE = sorted(path.name for path in (DOCS / "zh").glob("*.md"))
PAIRS = [
    (ROOT / "README.md", ROOT / "README.zh.md"),
    *((DOCS / name, DOCS / "zh" / name) for name in CHINESE),
]
PAGES = [page for pair in PAIRS for page in pair]
ALL = sorted({*PAGES, *DOCS.rglob("*.md")})
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SYNOPSIS = re.compile(r"^\| (`fieldkit(?:[^|\\]|\\\|)*) \|", re.MULTILINE)
"""The first column of a table of commands: what may be written, not commands as they are typed."""
_OTHERS = {"Ctrl+C", "Ctrl+J", "Ctrl+Enter"}
"""Keys that a page may name though no command has them: the terminal's, the editor's, and what no terminal sends."""
_KEY = re.compile(r"(?:Ctrl\+(?:F\d+|[A-Z][a-z]\w*|[A-Z])|\bF\d+)(?![\w+])", re.ASCII)


def name_of(page: Path) -> str:
    """A page as the tests call it."""
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of a page of which the first line says `kind` (`sh` of `sh run` too)."""
    return [body for said, body in _BLOCK.findall(text_of(page)) if f"{said} ".startswith(f"{kind} ")]


def lines(page: Path, kind: str = "sh") -> list[str]:
    """The lines of blocks of a kind ("" for blocks that say none), the program without its folder."""
    found = [line for block in blocks(page, kind) for line in block.splitlines() if line]
    return [line.removeprefix(".venv/bin/") for line in found]


def inline(page: Path) -> list[str]:
    """The commands within sentences."""
    return re.findall(r"`(?:\.venv/bin/)?(fieldkit [^`]+)`", _SYNOPSIS.sub("", _BLOCK.sub("", text_of(page))))


def synopses(page: Path) -> list[list[str]]:
    """What its tables of commands say may be written, row by row, without the words between."""
    return [re.findall(r"`([^`]+)`", row) for row in _SYNOPSIS.findall(text_of(page))]


def commands_of(page: Path) -> list[str]:
    """The commands of its blocks, without what is said beside them."""
    return [shlex.join(shlex.split(line, comments=True)) for line in lines(page)]


def headings(page: Path) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", _BLOCK.sub("", text_of(page)), re.MULTILINE)]


def links(page: Path) -> list[tuple[Path, str]]:
    """Where the links of a page lead: file and heading ("" for none)."""
    found = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text_of(page))
    return [((page.parent / file).resolve() if file else page, heading) for file, heading in found]


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    found = re.findall(r"^#+ (.+)$", _BLOCK.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in found}


def run(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a line of a document in a folder, its stars written out as a shell would."""
    monkeypatch.chdir(folder)
    words = []
    for word in shlex.split(line)[1:]:
        found = sorted(str(path) for path in Path().glob(word)) if "*" in word else []
        words += found or [word]
    return cli.run(words)


@pytest.fixture(scope="module")
def command_line():
    return cli.parser()


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_command_parses(page, command_line, capsys):
    told = [*lines(page), *inline(page)] if page in PAGES else lines(page, "")
    for line in told:
        if page not in PAGES and not line.startswith("fieldkit "):
            continue
        program, *words = shlex.split(line, comments=True)
        if program == "make":
            assert re.search(rf"^{words[0]}:", text_of(ROOT / "Makefile"), re.MULTILINE), line
            continue
        assert program == "fieldkit"
        try:
            command_line.parse_args(words)
        except SystemExit as stop:
            if stop.code:
                pytest.fail(f"{line}: {capsys.readouterr().err}")


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_link_leads_to_its_heading(page):
    for file, heading in links(page):
        assert file.exists(), file
        assert not heading or heading in anchors(file), (file.name, heading)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_key_exists(page):
    known = {name for each in all_commands() for name in each.key_names.split(" / ")}
    said = set(_KEY.findall(_BLOCK.sub("", text_of(page))))
    assert said <= known | _OTHERS


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda page: page.name)
def test_both_languages_say_the_same(english, chinese):
    assert headings(english) == headings(chinese)
    assert commands_of(english) == commands_of(chinese)
    assert sorted(inline(english)) == sorted(inline(chinese))
    assert synopses(english) == synopses(chinese)
    for kind in ("yaml", "json", "csv"):
        assert blocks(english, kind) == blocks(chinese, kind)
    for sign in (_KEY, re.compile(r"^\d+\. ", re.MULTILINE), re.compile(r"^\| ", re.MULTILINE)):
        said = [sorted(sign.findall(_BLOCK.sub("", text_of(page)))) for page in (english, chinese)]
        assert said[0] == said[1]
    led = [{file.name.replace(".zh", "") for file, _ in links(page)} for page in (english, chinese)]
    assert led[0] == led[1]


def test_the_readme_stays_short():
    for page in PAIRS[0]:
        assert len(text_of(page).splitlines()) <= 200


@pytest.fixture(scope="module")
def form_page(tmp_path_factory):
    """The form and the answers of the page for authors, and a list, in a folder."""
    folder = tmp_path_factory.mktemp("form")
    for said, body in _BLOCK.findall(text_of(DOCS / "forms.md")):
        if said.startswith(("yaml ", "json ")):
            (folder / said.split()[1]).write_text(body, encoding="utf-8")
    shutil.copy(ROOT / "forms" / "divisions.csv", folder)
    return folder


def test_the_form_of_the_page_is_added_and_filled_and_leaves_as_it_says(form_page, monkeypatch, capsys):
    for line in lines(DOCS / "forms.md", "sh run"):
        assert run(f"{line} --lang en", form_page, monkeypatch) == 0, capsys.readouterr().err
    told = capsys.readouterr()
    assert "form elder_help, version 2026120101: no faults" in told.out
    assert "look at this" not in told.err
    rows = (form_page / "elder_help_rows" / "elder_help.csv").read_text(encoding="utf-8-sig").splitlines()
    said = blocks(DOCS / "forms.md", "csv")[0].splitlines()
    assert rows[0] == said[0]
    assert sorted(row.partition(",")[2] for row in rows[1:]) == sorted(
        row.partition(",")[2] for row in said[1:]
    )


_CHANGES = [
    ("    relevant: ${health} = 'yes' and ${private_now} = 'yes'\n", ""),
    ("calculation: if(${basic} = 'yes', 'done', if(${basic} = 'no', 'declined', ''))", "calculation: if(${walking} = 'helped', 1, 2)"),
    ("    fk:consent: basic\n", '    fk:consent: basic\n    default: "yes"\n'),
    ("name: birth_year\n", "name: birth_order\n"),
    ("fk:check: mobile\n", "fk:check: resident-id\n"),
    ("C 1y after date;", "C soon;"),
    ("${basic} = 'yes'\n    fk:tier: N\n    fk:consent: stats", "${basis} = 'yes'\n    fk:tier: N\n    fk:consent: stats"),
    ('  - {list_name: walking, name: pns, missing: pns, "label::中文 (zh)": 不想回答, "label::English (en)": Prefer not to say}\n', ""),
    ("    fk:check: mobile\n    fk:tier: C\n", "    fk:check: mobile\n"),
]  # fmt: skip
"""The changes of the two tables of the page, in their order."""


def _said_of_changes(page: Path) -> list[str]:
    rows = re.findall(
        r"^\| (?!change|改动)([^|\n]+) \| ([^|\n]+) \| [^|\n]+ \|$", text_of(page), re.MULTILINE
    )
    return [said for _, said in rows]


@pytest.mark.parametrize("number", range(len(_CHANGES)))
def test_the_check_says_of_each_change_what_the_page_says(number, form_page, tmp_path, capsys):
    old, new = _CHANGES[number]
    form = (form_page / "elder_help.yaml").read_text(encoding="utf-8")
    assert form.count(old) == 1
    (tmp_path / "changed.yaml").write_text(form.replace(old, new), encoding="utf-8")
    shutil.copy(ROOT / "forms" / "divisions.csv", tmp_path)
    refused = number < len(_CHANGES) - 2
    assert cli.run(["forms", "check", str(tmp_path / "changed.yaml"), "--lang", "en", "--walks", "3"]) == int(
        refused
    )
    for page in (DOCS / "forms.md", DOCS / "zh" / "forms.md"):
        assert len(_said_of_changes(page)) == len(_CHANGES)
    assert _said_of_changes(DOCS / "forms.md")[number] in capsys.readouterr().err


def test_the_way_of_the_operations_page_is_gone_as_it_stands(tmp_path, monkeypatch, capsys):
    (tmp_path / "stick").mkdir()
    (tmp_path / "disk").mkdir()
    (tmp_path / "need.json").write_text(blocks(DOCS / "operations.md", "json")[0], encoding="utf-8")
    for line in lines(DOCS / "operations.md", "sh run"):
        assert run(line, tmp_path, monkeypatch) == 0, f"{line}: {capsys.readouterr().err}"
    state = json.loads(next((tmp_path / "disk").glob("*/backup.json")).read_text(encoding="utf-8"))
    assert state["name"] == "清溪镇"
    assert list((tmp_path / "my-office" / "reports").iterdir())
