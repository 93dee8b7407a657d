"""What goes into an offline folder: what the other computer needs, whatever the one is that it is made on."""

from __future__ import annotations

import hashlib
import re
import sys

import pytest

from offline.build import SCRIPTS, TARGETS, complete, needed
from tests.offline.conftest import LINUX, WINDOWS, wheel


@pytest.fixture
def shelf(tmp_path):
    """A place that wheels are fetched from."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name, needs in (
        ("textual", ["rich>=1"]), ("rich", ["colorama; sys_platform == 'win32'"]), ("colorama", []), ("uvloop", []),
        ("polars", ["textual[extra]"]), ("old", []), ("more", []),
    ):  # fmt: skip
        wheel(shelf, name, needs=[*needs, "more; extra == 'browser'", "old; python_version < '3.8'"])
    return shelf


@pytest.mark.parametrize(
    ("target", "there"),
    [
        (LINUX, {"fieldkit", "textual", "rich", "polars", "uvloop"}),
        (WINDOWS, {"fieldkit", "textual", "rich", "polars", "colorama"}),
    ],
)
def test_markers_are_those_of_the_other_computer(shelf, tmp_path, target, there):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(
        wheels,
        "fieldkit",
        needs=[
            "textual",
            "polars; extra == 'office'",
            "uvloop; platform_system == 'Linux'",
            "old; extra == 'dev'",
        ],
    )
    wheel(wheels, "old")  # as pip would fetch it on a computer of another kind
    asked = []

    def fetch(names):
        asked.append(names)
        for name in names:
            [path] = shelf.glob(f"{re.split('[<>=]', name)[0]}-*")
            (wheels / path.name).write_bytes(path.read_bytes())

    complete(target, wheels, fetch)
    assert {path.name.partition("-")[0] for path in wheels.iterdir()} == there
    assert needed(target, wheels)[1] == []
    assert len(asked) == (3 if target is WINDOWS else 2)


def test_a_folder_says_what_it_is_and_has_the_sum_of_each_of_its_files(made):
    folder = made("1.2", WINDOWS)
    assert folder.name == "fieldkit-1.2-windows-amd64-py311"
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(files) == {*listed, "SHA256SUMS"}
    assert {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in listed} == listed
    readme = (folder / "README.txt").read_bytes().decode("utf-8")
    assert "没有在 Windows 上试过" in readme
    assert "untested on Windows" in readme
    assert "\r\n" in readme
    assert "{" not in readme


def test_scripts_for_windows_are_what_its_shell_reads(made):
    folder = made("1", WINDOWS)
    for name in ("install.cmd", "fieldkit.cmd"):
        text = (folder / name).read_bytes()
        assert text.isascii(), "read in any code page"
        assert text.count(b"\n") == text.count(b"\r\n")
        assert b"chcp 65001" in text
        assert b"PYTHONUTF8=1" in text
        labels = set(re.findall(rb"^:(\w+)", text, re.MULTILINE))
        assert set(re.findall(rb"goto (\w+)", text)) <= labels
    assert not (folder / "fieldkit").exists()


def test_no_script_names_a_place_to_install_from():
    for path in [*SCRIPTS.iterdir(), SCRIPTS.parent / "build.py"]:
        assert not re.search(r"https?://|index-url", path.read_text(encoding="utf-8")), path


def test_this_python_has_the_markers_that_are_told_of_it():
    from packaging.markers import default_environment

    if sys.platform == "linux":
        here = default_environment()
        told = {
            name: LINUX.environment[name]
            for name in ("sys_platform", "platform_system", "os_name", "implementation_name")
        }
        assert {name: here[name] for name in told} == told
    for target in TARGETS:
        assert set(default_environment()) - {
            "platform_release",
            "platform_version",
            "implementation_version",
        } <= set(target.environment)
