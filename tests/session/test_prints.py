"""Pages that name a person: private while they wait for the printer, gone afterwards."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

from fieldkit.session.prints import Prints


def test_a_page_is_its_owners_alone_and_goes_when_it_was_printed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    prints = Prints("a")
    page = prints.write("<p>曾秀兰</p>")
    assert page.read_text(encoding="utf-8") == "<p>曾秀兰</p>"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
    assert "曾" not in page.name
    assert prints.waiting == [page]
    prints.remove()
    assert prints.waiting == []
    assert list(tmp_path.iterdir()) == []
    prints.remove()


def test_what_a_killed_process_left_goes_and_what_another_one_needs_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, other = Prints("a").write("x"), Prints("b").write("y")
    Prints("a")
    assert not left.exists()
    assert other.exists()


def test_pages_go_with_the_session(session):
    page = session.prints.write("x")
    assert Path(tempfile.gettempdir()) in page.parents
    session.close()
    assert not page.exists()
