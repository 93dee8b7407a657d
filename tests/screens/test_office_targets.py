"""The board of targets by keys: labels in words, bars with what is expected, villages in the order of their codes."""

from __future__ import annotations

import pytest

WORDS = {
    "zh": ("目标", ("已达", "正常", "需支持")),
    "en": ("Targets", ("reached", "on course", "needs support")),
}


@pytest.mark.parametrize(("language", "size"), [("zh", (80, 24)), ("en", (120, 40)), ("zh", (60, 20))])
async def test_the_board_stands_first_with_words_and_marks(clerk, language, size):
    title, standings = WORDS[language]
    async with clerk(language, size=size) as c:
        await c.part("targets")
        await c.until(lambda: c.screen_name == "MadeReportScreen" and not c.app.screen._is_busy)
        await c.pilot.pause()
        whole = str(c.app.screen.query_one("#text").content)
        assert title in whole
        bars = [line for line in whole.splitlines() if "█" in line]
        assert bars
        assert all("|" in line for line in bars)
        assert any(word in line for line in bars for word in standings)
        assert whole.index("█") < whole.index("----")
        assert "█" in c.text
