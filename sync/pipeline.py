"""Opening the segments of a bundle ahead of the archive."""

from __future__ import annotations

from collections.abc import Generator

from sync.reading import Bundle, Segment, opened_segments


def opened_in_parallel(bundle: Bundle, identity: str) -> Generator[Segment]:
    """The segments of a bundle, opened."""
    yield from opened_segments(bundle, identity)
