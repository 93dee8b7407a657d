"""The front pages' tour and the pages that show it say the same; run after the walks, which may write them."""

from __future__ import annotations

import pytest

from tests.tour import pages
from tests.tour.steps import PAGES, served, steps
from tests.tour.walking import holds

MOST = 100_000
"""Bytes of a picture."""


def test_there_are_ten_steps_and_the_same_keys_in_both_languages():
    told = {
        language: [
            [(d.kind, "" if d.kind in {"see", "mark"} else d.what) for d in step.deeds]
            for step in steps(language)
        ]
        for language in ("en", "zh")
    }
    assert told["en"] == told["zh"]
    assert [step.number for step in steps("en")] == list(range(1, 11))
    assert served("en") == served("zh")
    assert len(served("en")) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_the_tour_has_every_step_and_what_is_to_be_seen(language):
    parts = dict(pages.by_step(pages.PAGES[language].read_text(encoding="utf-8")))
    for step in steps(language):
        assert pages.sentence(step) in parts[step.number]
        shown = pages.screens(parts[step.number])
        for deed in step.deeds:
            assert deed.kind != "see" or any(holds(each, deed.what) for each in shown), deed.what


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_screens_of_the_front_page_are_those_of_the_tour(language):
    toured = [pages.alike(each) for each in pages.screens(pages.PAGES[language].read_text(encoding="utf-8"))]
    front = pages.screens(PAGES[language].read_text(encoding="utf-8"))[:4]
    for each in front:
        lines = [line for line in pages.alike(each).splitlines() if line != "…"]
        assert any(set(lines) <= set(screen.splitlines()) for screen in toured), each


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_of_the_browser_are_few_and_small(language):
    kept = {path.name: path.stat().st_size for path in pages.FOLDERS[language].iterdir()}
    assert set(kept) == {f"{name}.png" for name in pages.NAMES}
    assert max(kept.values()) <= MOST
