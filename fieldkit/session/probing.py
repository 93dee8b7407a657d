"""What a scanner's keys tell about the scanner, and how one is set up (domain §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _
from fieldkit.session.bursts import GAP, SHORTEST, WHOLE, digit_of
from fieldkit.session.scanning import understood
from fieldkit.wording import labelled

TEST_CODE = "99010110020000011"
"""A household's number in an invented village."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key as it came: its name, its character if it has one, and when, in seconds."""

    key: str
    character: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What a scanner sent, for setting it up. gaps: milliseconds between its keys, smallest, middle and largest. suffix:
    the key behind the digits, "" for none. wide: full-width digits came. other: keys that are neither digits nor a suffix.
    """

    digits: str
    gaps: tuple[float, float, float] | None
    suffix: str
    wide: bool
    other: tuple[str, ...]
    seconds: float

    @property
    def is_burst(self) -> bool:
        """Whether the router would take it for a code."""
        quick = self.gaps is not None and self.gaps[2] < 1e3 * GAP and self.seconds <= WHOLE
        return quick and self.suffix == "enter" and not self.other and len(self.digits) >= SHORTEST


_SUFFIXES = frozenset({"enter", "tab", "ctrl+j"})


def is_over(strokes: Sequence[Stroke], at: float) -> bool:
    """Whether a key at a time belongs to the next code: the one before has ended, or it paused."""
    if not strokes:
        return False
    last = strokes[-1]
    return at - last.at > WHOLE or (last.key in _SUFFIXES and at - last.at >= GAP)


def probed(strokes: Sequence[Stroke]) -> Probe:
    """What the keys of one code tell of the scanner that sent them."""
    digits = [digit_of(stroke.character) for stroke in strokes]
    between = [1e3 * (b.at - a.at) for a, b in pairwise(strokes)]
    suffix = "+".join(stroke.key for stroke in strokes if stroke.key in _SUFFIXES)
    return Probe(
        digits="".join(digits),
        gaps=(min(between), median(between), max(between)) if between else None,
        suffix=suffix,
        wide=any(
            stroke.character not in {None, digit}
            for stroke, digit in zip(strokes, digits, strict=True)
            if digit
        ),
        other=tuple(s.key for s, d in zip(strokes, digits, strict=True) if not d and s.key not in _SUFFIXES),
        seconds=strokes[-1].at - strokes[0].at if strokes else 0.0,
    )


_SUFFIX_WORDS = {
    "enter": N_("Enter"),
    "tab": N_("Tab: set it to Enter (CR)"),
    "ctrl+j": N_("line feed: set it to Enter (CR)"),
    "": N_("none: set it to Enter (CR)"),
}


def probe_lines(probe: Probe) -> list[str]:
    """What came, whether it is understood, and what to set otherwise, in the language in use."""
    gaps = "-" if probe.gaps is None else " / ".join(f"{each:.0f}" for each in probe.gaps)
    suffix = _(_SUFFIX_WORDS.get(probe.suffix, _SUFFIX_WORDS["enter"]))
    return [
        labelled(_("Digits"), probe.digits or "-"),
        labelled(_("How many"), str(len(probe.digits))),
        labelled(_("Between keys, ms (least / middle / most)"), gaps),
        labelled(_("From first to last, ms"), f"{1e3 * probe.seconds:.0f}"),
        labelled(_("Behind the digits"), suffix),
        labelled(
            _("Full-width digits"),
            _("yes: the input method is in Chinese mode; they are understood") if probe.wide else _("no"),
        ),
        labelled(_("Number"), _number_words(probe.digits)),
        "",
        *_verdict(probe),
    ]


def setup_lines() -> list[str]:
    """How a scanner is set up: with the codes of its own manual."""
    return [
        _("Set up, with the codes in the scanner's manual:"),
        "1 " + _("Interface: USB keyboard (HID), keyboard country USA"),
        "2 " + _("Suffix: Enter (CR), no prefix"),
        "3 " + _("Delay between characters: 5 to 10 ms"),
        "4 " + _("Codes that are needed: QR code, Code 128. No letter is ever read."),
        _("Then read the test code: it must say “Good”."),
    ]


def _number_words(digits: str) -> str:
    scan = understood(digits)
    if scan.fault:
        return explain_code(scan.fault, {"count": len(digits), "digits": digits[:12]})
    return (
        _("household, check digit right") if scan.kind == "household" else _("participant, check digit right")
    )


def _verdict(probe: Probe) -> Iterator[str]:
    if probe.is_burst:
        yield _("Good: wherever the caret is, this is taken as a code.")
        return
    yield _("Not taken as a code:")
    if probe.other:
        yield "- " + _(
            "keys that are no digits came: {keys}. Set the keyboard country to USA, no prefix.",
            keys=" ".join(probe.other[:6]),
        )
    if probe.suffix != "enter":
        yield "- " + _("no Enter alone came behind the digits. Set the suffix to CR.")
    if len(probe.digits) < SHORTEST:
        yield "- " + _("fewer than {count} {count:digit|digits} came. Read the whole code.", count=SHORTEST)
    if probe.gaps is not None and probe.gaps[2] >= 1e3 * GAP:
        yield "- " + _(
            "{gap} ms lay between two keys, {limit} at most are right. Set the delay to 5 to 10 ms.",
            gap=f"{probe.gaps[2]:.0f}",
            limit=f"{1e3 * GAP:.0f}",
        )
    elif probe.seconds > WHOLE:
        yield "- " + _(
            "it took {taken} ms, {limit} at most are right. Set the delay to 5 to 10 ms.",
            taken=f"{1e3 * probe.seconds:.0f}",
            limit=f"{1e3 * WHOLE:.0f}",
        )
