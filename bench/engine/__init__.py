"""The form engine against JavaRosa, on the same generated forms and the same answers."""

from bench.engine.run import rows

__all__ = ["rows"]
