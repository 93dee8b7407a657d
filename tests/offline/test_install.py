"""Installing from a folder, with a program that is made up: no network, spaces and Chinese in the path, data never touched."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys

import pytest

pytestmark = pytest.mark.skipif(
    os.name == "nt" or sys.version_info[:2] != (3, 11), reason="the folder for Linux is made for Python 3.11"
)


def test_it_installs_opens_and_is_replaced_by_a_new_version(made, run, tmp_path):
    old = made("1.0")
    assert "install.sh" in run(old / "fieldkit", code=1).stderr
    said = run(
        old / "install.sh", PIP_INDEX_URL="http://127.0.0.1:9/", PYTHONPATH="/nowhere", PIP_TARGET="/nowhere"
    ).stdout
    assert '"words": ["doctor", "--program"]' in said
    assert "fieldkit 1.0 is installed" in said
    assert "已安装 fieldkit 1.0" in said
    data = old.parent / "fieldkit-data"
    told = json.loads(run(old / "fieldkit", "fill", "表 1").stdout)
    assert told == {"version": "1.0", "words": ["fill", "表 1"], "data": str(data)}
    assert json.loads(run(old / "fieldkit", FIELDKIT_DATA="/elsewhere").stdout)["data"] == "/elsewhere"

    data.mkdir(parents=True)
    (data / "记录").write_text("kept", encoding="utf-8")
    new = made("1.1")
    run(new / "install.sh")
    shutil.rmtree(old)
    assert json.loads(run(new / "fieldkit").stdout) == {"version": "1.1", "words": [], "data": str(data)}
    assert (data / "记录").read_text(encoding="utf-8") == "kept"

    link = tmp_path / "link"
    link.symlink_to(new / "fieldkit")
    assert json.loads(run(link).stdout)["data"] == str(data)


def test_a_folder_that_is_not_whole_is_refused_before_anything_is_made(made, run):
    folder = made("1.0")
    [helper] = (folder / "wheels").glob("helper-*")
    sound = helper.read_bytes()
    helper.write_bytes(sound[:-1])
    assert "wheels/helper-1" in run(folder / "install.sh", code=1).stderr
    helper.unlink()
    assert "wheels/helper-1" in run(folder / "install.sh", code=1).stderr
    helper.write_bytes(sound)
    (folder / "wheels" / "fieldkit-9-py3-none-any.whl").write_bytes(b"slipped in")
    assert "fieldkit-9" in run(folder / "install.sh", code=1).stderr
    assert not (folder / "program").exists()


def test_another_python_or_system_is_refused_in_words(made, run, tmp_path):
    folder = made("1.0")
    about = folder / "about.json"
    fits = about.read_text(encoding="utf-8")
    for changed, said in (('"3.11"', "3.99"), ('"linux"', "this computer")):
        about.write_text(fits.replace(changed, f'"{said}"' if "9" in said else '"plan9"'), encoding="utf-8")
        assert said in run(folder / "install.sh", code=1).stderr
    none = tmp_path / "bin"
    none.mkdir()
    for name in ("dirname", "sh"):
        (none / name).symlink_to(shutil.which(name))
    assert "No Python 3.11" in run(folder / "install.sh", code=1, PATH=str(none)).stderr
    assert "3.99" not in fits


def test_a_folder_that_cannot_be_written_is_told_in_words(made, run):
    folder = made("1.0")
    (folder / "program").write_text("in the way", encoding="utf-8")
    assert "program" in run(folder / "install.sh", code=1).stderr
    assert (folder / "install.sh").stat().st_mode & stat.S_IXUSR
