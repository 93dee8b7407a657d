"""README.md's tour, gone as it stands: in tmux and in Chromium, to the report on paper; docs/tour.md shows what was seen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.browser.conftest import browser  # noqa: F401 - a fixture
from tests.report.printing import printed, said, sizes, tool, words
from tests.tour import pages
from tests.tour.in_browser import BrowserHand
from tests.tour.in_tmux import tmux
from tests.tour.pictures import picture
from tests.tour.steps import served, steps
from tests.tour.town import environment, stage
from tests.tour.walking import Walk, bare

WRITE = os.environ.get("FIELDKIT_TOUR") == "write"
SMALL, LARGE = (80, 24), (120, 40)
PAPER = {
    "en": ("monthly table of family health services", "Reporting unit (seal)", "Head of the unit (signature) ________", "Telephone ________"),
    "zh": ("家庭健康服务月报表（2026年3月）", "填报单位（盖章）", "单位负责人（签字） ________", "联系电话 ________"),
}  # fmt: skip
DUE = {"en": r"Due visits: (\d+)", "zh": r"今天要走访：(\d+)"}
LIST = {"en": "-- Visits due today --", "zh": "-- 今天要走访 --"}


def in_a_terminal(folder, demo, now, language, size):
    """Go the tour in tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    stage(folder, demo)
    with tmux(folder, *size, **environment(language, now)) as hand:
        return gone(Walk(hand), language)


def gone(walk, language):
    """Go every step, and see what cannot be said in words that are on a screen."""
    first, *others = steps(language)
    walk.go(first)
    lines = walk.seen[-1].text.splitlines()
    below = lines[lines.index(f" {LIST[language]}") + 1]
    assert bare(walk.hand.marked())[:20] == bare(below)[:20], "the first of those due is marked"
    for step in others:
        walk.go(step)
    due = [int(found[1]) for each in walk.seen if (found := re.search(DUE[language], each.text))]
    assert (len(due), due[0] - due[-1]) == (2, 1), "one visit fewer is due"
    assert [each.step for each in walk.seen] == sorted(each.step for each in walk.seen)
    assert {each.step for each in walk.seen} == set(range(1, 11))
    assert walk.opened == ["build/demo-office/reports/monthly-2026-03.html"]
    return walk


def is_on_paper(page, folder, language):
    """The report prints: its title, A4, the blanks for seal and signatures. Gives what was printed."""
    assert page.is_file()
    pdf = printed(page, folder)
    assert sizes(pdf) == {(297, 210)}
    for each in PAPER[language]:
        assert bare(each) in words(pdf), each
    assert int(re.search(r"Pages: +(\d+)", said("pdfinfo", pdf))[1]) > 1
    return pdf


# -- in a terminal ------------------------------------------------------------------------------------------


def test_the_tour_is_gone_in_a_terminal(tmp_path, built_demo, now):
    walk = in_a_terminal(tmp_path, built_demo, now, "en", SMALL)
    shows(walk, "en")


@pytest.mark.soak
def test_the_tour_is_gone_in_chinese(tmp_path, built_demo, now):
    walk = in_a_terminal(tmp_path, built_demo, now, "zh", SMALL)
    shows(walk, "zh")
    is_on_paper(tmp_path / walk.opened[0], tmp_path, "zh")


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tour_is_gone_in_a_large_terminal_to_the_report_on_paper(tmp_path, built_demo, now, language):
    walk = in_a_terminal(tmp_path, built_demo, now, language, LARGE)
    is_on_paper(tmp_path / walk.opened[0], tmp_path, language)


def shows(walk, language):
    """docs/tour.md shows the screens of a walk; it is written where that is wanted."""
    page = pages.PAGES[language]
    made = pages.page(language, walk.seen, pages.NAMES)
    if WRITE:
        page.write_text(made, encoding="utf-8")
    assert pages.alike(page.read_text(encoding="utf-8")) == pages.alike(made), "make tour writes it anew"


# -- in a browser -------------------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tour_is_gone_in_a_browser(browser, tmp_path, built_demo, now, language):  # noqa: F811
    pictures = pages.FOLDERS[language] if WRITE else tmp_path / "pictures"
    pictures.mkdir(exist_ok=True)
    stage(tmp_path, built_demo)
    hand = BrowserHand(browser, tmp_path, served(language), environment(language, now))

    def keep(seen):
        if name := pages.PICTURED.get((seen.step, seen.number)):
            (pictures / f"{name}.png").write_bytes(picture(hand.seat))

    try:
        walk = gone(Walk(hand, kept=keep), language)
    finally:
        hand.close()
    pdf = is_on_paper(tmp_path / walk.opened[0], tmp_path, language)
    options = ("-png", "-singlefile", "-gray", "-r", "75")
    subprocess.run([tool("pdftoppm"), *options, pdf, pictures / pages.NAMES[-1]], check=True)
