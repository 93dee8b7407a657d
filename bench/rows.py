"""The one shape of a result."""

from __future__ import annotations

import statistics


def row(name, unit, ours, peer=None, peer_name=""):
    """A result: `ratio` is ours over peer's where there is a peer."""
    return {
        "name": name,
        "unit": unit,
        "ours": ours,
        "peer": peer,
        "peer_name": peer_name,
        "ratio": ours / peer if peer else None,
    }


def quantile(values, share):
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values):
    return statistics.median(values)
