"""The office's side: its archive, the laptops it knows, what it takes in and gives back."""

from fieldkit.office.merging import MergeSummary
from fieldkit.office.office import Office
from fieldkit.office.returns import WrittenPack

__all__ = ["MergeSummary", "Office", "WrittenPack"]
