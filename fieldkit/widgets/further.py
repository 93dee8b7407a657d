"""Looking at all of a page before the next thing is shown: the keys that go on show what does not fit first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.containers import VerticalScroll


def shows_further(page: VerticalScroll, by: int) -> bool:
    """Show more of a page, below (1) or above (-1); whether there was more."""
    there = page.scroll_offset.y
    is_more = there < page.max_scroll_y if by > 0 else there > 0
    if is_more:
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)
    return is_more
