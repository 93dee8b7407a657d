"""Colours. Nothing is told by colour alone."""

from __future__ import annotations

from textual.theme import Theme

THEMES = (
    Theme(
        name="fieldkit",
        primary="#1f5f8b",
        secondary="#3a7ca5",
        accent="#e0a030",
        foreground="#e8e8e8",
        background="#101418",
        surface="#181d22",
        panel="#242b33",
        success="#56b870",
        warning="#e6b800",
        error="#ff6b6b",
        dark=True,
    ),
)
