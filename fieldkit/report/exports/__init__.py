"""Exports: records without their people, counts, or one person's case, as files for other programs (docs/exports.md)."""
