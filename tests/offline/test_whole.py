"""The real folder, installed on a computer that reaches nothing: `make dist-test`."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "build" / "dist"

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        os.name == "nt" or sys.version_info[:2] != (3, 11),
        reason="the folder for Linux is made for Python 3.11",
    ),
]


@pytest.fixture
def folders():
    found = {re.search("linux|windows", each.name)[0]: each for each in DIST.glob("fieldkit-*")}
    if set(found) != {"linux", "windows"}:
        pytest.skip("there are no offline folders: make dist")
    return found


def test_the_folder_for_linux_installs_and_makes_a_report(folders, run, tmp_path):
    place = tmp_path / "优盘 1"
    folder = place / folders["linux"].name
    shutil.copytree(folders["linux"], folder)
    said = run(folder / "install.sh").stdout
    assert "is installed" in said
    assert "! " not in said

    def fieldkit(*words):
        return run(folder / "fieldkit", "--lang", "zh", *words).stdout

    told = json.loads(fieldkit("doctor", "--program", "--json"))
    marks = {each["code"]: each["mark"] for each in told["findings"]}
    assert marks["program.parts"] == marks["program.form"] == "well"
    assert not {"program.without-office", "program.without-browser", "program.no-words"} & set(marks)
    data = place / "fieldkit-data"
    fieldkit("init", str(data / "laptop"), "--name", "清溪镇 1", "--open")
    assert json.loads(fieldkit("sync", "status", "--json"))["records"] == 0
    demo = json.loads(fieldkit("demo", "--workspace", str(data / "示例"), "--build-only", "--json"))
    page = data / "月报.xlsx"
    fieldkit("report", "RM", "--office", demo["office"], "--period", demo["period"], "--out", str(page))
    assert page.read_bytes().startswith(b"PK")
    assert not (tmp_path / "家" / ".cache" / "pip").exists()

    before = {path: path.read_bytes() for path in (data / "laptop").rglob("*") if path.is_file()}
    run(folder / "install.sh")
    assert {path: path.read_bytes() for path in (data / "laptop").rglob("*") if path.is_file()} == before


def test_the_folder_for_windows_holds_what_windows_needs(folders):
    names = {path.name for path in (folders["windows"] / "wheels").iterdir()}
    assert {name.partition("-")[0].lower() for name in names} >= {
        "fieldkit",
        "colorama",
        "tzdata",
        "textual_serve",
        "polars",
    }
    assert not [name for name in names if not name.endswith(("-none-any.whl", "win_amd64.whl"))]
