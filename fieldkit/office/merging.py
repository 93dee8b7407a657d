"""Several bundles at once: which there are, and what became of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sync import BUNDLE_SUFFIX, MergeReport, SyncError
from sync.files import PART_SUFFIX

_COUNTS = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")


@dataclass(slots=True)
class MergeSummary:
    """What became of several bundles: a report for each file, and the refusal of those not taken in at all."""

    reports: list[tuple[Path, MergeReport]] = field(default_factory=list)
    refusals: list[tuple[Path, SyncError]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The sums of all reports; what a bundle says it holds that was not taken in at all counts as refused.

        A record in conflict counts once, however many bundles touched it.
        """
        counts = {name: sum(getattr(report, name) for _, report in self.reports) for name in _COUNTS}
        refused = sum(int(str(error.params.get("revisions", 0))) for _, error in self.refusals)
        return {
            **counts,
            "offered": counts["offered"] + refused,
            "refused": counts["refused"] + refused,
            "conflicts": len({record for _, report in self.reports for record in report.in_conflict}),
        }


def bundles_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and every bundle in folders; what a stick that was pulled out kept of one as well."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob(f"*{BUNDLE_SUFFIX}"))
            yield from sorted(path.rglob(f".*{BUNDLE_SUFFIX}{PART_SUFFIX}"))
        else:
            yield path
