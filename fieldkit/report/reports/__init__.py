"""The reports, a file for each."""
