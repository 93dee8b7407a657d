"""Everything of the quarter beside households and visits: January to March 2026, family by family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from fieldkit.demo.away import consents, migrants
from fieldkit.demo.backchecks import Visited, backchecks
from fieldkit.demo.classes import events
from fieldkit.demo.making import Entered
from fieldkit.demo.needs import needs, needs_now
from fieldkit.demo.office_work import office_work
from fieldkit.demo.payments import benefits
from fieldkit.demo.points import points
from fieldkit.demo.quizzes import quizzes
from fieldkit.demo.reports_sent import reports_sent, reports_sent_lately
from fieldkit.demo.screening import screening
from fieldkit.demo.town import SEED
from fieldkit.demo.window import requests
from fieldkit.fieldwork.registry import Registry


def quarter(registry: Registry, visited: Sequence[Visited], seed: int = SEED) -> Iterator[Entered]:
    """The records of every other form. `registry`: the town as it is registered; `visited`: the visits so far."""
    yield from office_work(seed)
    yield from requests(seed)
    yield from benefits(registry, seed)
    yield from consents(registry, seed)
    yield from migrants(registry, seed)
    yield from events(seed)
    yield from quizzes(seed)
    yield from screening(registry, seed)
    yield from points(seed)
    yield from backchecks(visited, seed)
    yield from reports_sent(seed)
    yield from needs(seed)


def lately(now: datetime, seed: int = SEED) -> Iterator[Entered]:
    """What the weeks before a moment brought that is after the quarter: reports that were sent, and what is needed now."""
    yield from reports_sent_lately(now.date(), seed)
    yield from needs_now(now, seed)
