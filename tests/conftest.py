"""Fixtures that many tests share: one cache of converted forms, one demo town, copied for each test."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.shared import once

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=CHINA)
_ROOM = 4 * 2**30

if "PYTEST_XDIST_WORKER" not in os.environ:  # they take over what is said here
    _common = Path(tempfile.gettempdir())
    os.environ["FIELDKIT_CACHE"] = str(_common / "fieldkit-test-cache")
    # Every workspace that is opened looks for pages that were left behind: among thousands of files of others it takes long.
    os.environ["TMPDIR"] = tempfile.tempdir = str(_common / "fieldkit-test-files")
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and "FIELDKIT_MUTANT" not in os.environ:
        # What is compiled is kept, if not beside the sources, else each process that a test starts compiles the program anew.
        # Mutants follow one another too quickly for it.
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(_common / "fieldkit-test-compiled")
        sys.dont_write_bytecode = False
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ.pop("FIELDKIT_PASSPHRASE_FILE", None)
os.environ.pop("FIELDKIT_WORKSPACE", None)
os.environ.pop("FIELDKIT_OFFICE", None)


def pytest_configure(config):
    """Put what tests write into memory where there is room: they wait for the disk tens of thousands of times, and none of
    them can take its current. Long runs write more than that.
    """
    memory = Path("/dev/shm")
    if (
        config.option.markexpr == "not soak"
        and os.access(memory, os.W_OK)
        and shutil.disk_usage(memory).free > _ROOM
    ):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(memory)


def pytest_collection_finish():
    """Look for garbage less often, and not among what is there before the first test: it took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)


def pytest_terminal_summary(terminalreporter):
    """Say how much the tests that count tried; properties come back from every worker, printed lines do not."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])]
    lines = sorted(
        f"{report.nodeid}: {words}"
        for report in reports
        for name, words in getattr(report, "user_properties", [])
        if name == "tried" and report.when == "call"
    )
    if lines:
        terminalreporter.section("tried")
        for line in lines:
            terminalreporter.write_line(line)


def _move_home(patch, folders):
    """The configuration of whoever runs the tests is out of reach."""
    home = folders.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        patch.setenv(name, str(home))
    patch.setenv("FIELDKIT_LANG", "en")
    patch.setenv("TERM", "xterm-256color")
    for name in ("FIELDKIT_THEME", "FIELDKIT_KEYMAP", "NO_COLOR"):
        patch.delenv(name, raising=False)


def _speak_english():
    """The language, the signs and the keys that a test begins with."""
    from fieldkit.commands import use_keys
    from fieldkit.i18n import set_language, set_plain

    set_language("en")
    set_plain(plain=False)
    use_keys({})


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path_factory):
    """No test reads or writes the configuration of whoever runs it; each begins in English, and so does what the next
    ones share, which is made before any of them begins.
    """
    _move_home(monkeypatch, tmp_path_factory)
    _speak_english()
    yield
    _speak_english()


@pytest.fixture(scope="session", autouse=True)
def _shared_home(tmp_path_factory):
    """Nor does what several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        _move_home(patch, tmp_path_factory)
        _speak_english()
        yield


@pytest.fixture
def costly_keys():
    """For a test that wants to know what a passphrase costs to try."""


@pytest.fixture(autouse=True)
def _quick_keys(request, monkeypatch):
    """Wherever a test does not ask for it, a new passphrase costs little to try."""
    from tests.quick_keys import quick_keys

    if "costly_keys" not in request.fixturenames:
        quick_keys(monkeypatch)


@pytest.fixture
def now():
    """The fixed time of the demo town."""
    return NOW


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory):
    """The demo town, built once."""
    from fieldkit.demo.build import build, demo_at

    folder = once(tmp_path_factory, "demo", lambda folder: build(demo_at(folder / "town"), NOW))
    return demo_at(folder / "town")


@pytest.fixture
def demo(built_demo, tmp_path):
    """A copy of the demo town that a test may change; its path has a space and Chinese characters."""
    from fieldkit.demo.build import demo_at

    copy = demo_at(tmp_path / "工作 区")
    shutil.copytree(built_demo.workspace, copy.workspace)
    shutil.copytree(built_demo.office, copy.office)
    return copy


@pytest.fixture
def workspace_with(tmp_path):
    """Make an empty workspace without a passphrase; gives its folder: `workspace_with({"people.yaml": text})`."""
    from fieldkit.store import Workspace

    def made(forms):
        folder = tmp_path / "w 1"
        Workspace.create(folder, passphrase=None, name="w").close()
        for name, text in forms.items():
            (folder / "forms" / name).write_text(text, encoding="utf-8")
        return folder

    return made


@pytest.fixture
def session(demo):
    """An open session on the demo town, at a fixed time."""
    from fieldkit.session.session import Session

    with Session.open(demo.workspace, now=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="session")
def _clusters():
    """Makes PostgreSQL servers, which are gone at the end; skips where there is none to run."""
    from tests.clusters import Cluster, NoServerError

    made = []

    def cluster(**how):
        try:
            made.append(Cluster(**how))
        except NoServerError as error:
            pytest.skip(str(error))
        return made[-1]

    yield cluster
    for each in made:
        each.remove()


@pytest.fixture(scope="session")
def postgres(_clusters):
    """A PostgreSQL server for all tests of this process; who kills it starts it again."""
    return _clusters()


@pytest.fixture(scope="session")
def two_servers(_clusters):
    """Two more, of which either may be killed, and is started again."""
    return _clusters(), _clusters()


@pytest.fixture
def base():
    """An empty folder, in memory where the system has such a place: thousands of states are written and synced."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder)
