"""Merging field records without a server: revisions, bundles, the archive. Imports nothing of fieldkit."""
