"""fieldkit: an offline-first terminal application for survey and outreach fieldwork."""

__version__ = "0.1.0"
