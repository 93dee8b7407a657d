"""The office's side: its archive, the laptops it knows, what it takes in and gives back."""

from fieldkit.office.office import MergeSummary, Office

__all__ = ["MergeSummary", "Office"]
