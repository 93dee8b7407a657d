"""The office's side: its archive, the laptops it knows, what it takes in and gives back."""

from fieldkit.office.office import MergeSummary, Office
from fieldkit.office.returns import WrittenPack

__all__ = ["MergeSummary", "Office", "WrittenPack"]
