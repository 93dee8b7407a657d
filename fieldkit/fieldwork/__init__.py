"""Knowing the next door: households and people, the search, and what is due today."""
