"""The page "what is recorded about me", and the receipt for what a person asked for (domain §6, P6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from fieldkit.i18n import _, language
from fieldkit.session.rights import Person, Said
from fieldkit.wording import labelled

_STYLE = """
@page { size: A4; margin: 2cm }
body { font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; color: #000; background: #fff }
h1 { text-align: center; font-size: 1.4em }
h2 { font-size: 1.1em; border-bottom: 1px solid #000; margin: 1em 0 .3em }
dl { display: grid; grid-template-columns: 1fr 1.4fr; gap: 2px 1em; margin: 0 }
dd { margin: 0 }
p { margin: .3em 0 }
"""


def information_page(
    person: Person,
    said: Iterable[Said],
    *,
    title_of: Callable[[str], str],
    unit: str,
    on: str,
    with_health: bool,
    watermark: str = "",
) -> str:
    """One HTML page with everything that is recorded about a person, hers alone.

    title_of: what a record is of, by its id. with_health: whether restricted answers stand on it; without, it says that
    some are left out. watermark: a line that marks invented data.
    """
    parts: list[str] = []
    here, hidden = "", 0
    for each in said:
        if each.is_restricted and not with_health:
            hidden += 1
            continue
        if each.record != here:
            parts.append(f"{'</dl>' if here else ''}<h2>{escape(title_of(each.record))}</h2><dl>")
            here = each.record
        parts.append(f"<dt>{escape(each.label)}</dt><dd>{escape(each.words)}</dd>")
    parts.append("</dl>" if here else f"<p>{escape(_('Nothing is recorded.'))}</p>")
    if hidden:
        parts.append(
            f"<p>{escape(_('Left out, about health and the like: {count} {count:answer|answers}.', count=hidden))}</p>"
        )
    lines = [
        labelled(_("Name"), person.name) if person.name else "",
        labelled(_("Office"), unit),
        labelled(_("Printed on"), on),
    ]
    return _page(_("What is recorded about me"), lines, parts, [*rights_lines(), watermark])


def receipt_lines(acts: Sequence[str], *, unit: str, on: str, number: str) -> list[str]:
    """What was done for a person, as she takes it home; no name and no answer stands on it."""
    return [
        _("Receipt"),
        labelled(_("Office"), unit),
        labelled(_("Day"), on),
        labelled(_("Number"), number),
        *(f"{place}. {act}" for place, act in enumerate(acts, 1)),
        _("Payments and services you are entitled to stay as they are."),
    ]


def receipt_page(lines: Sequence[str], watermark: str = "") -> str:
    """The receipt as an HTML page."""
    return _page(
        lines[0], lines[1:4], [f"<p>{escape(line)}</p>" for line in lines[4:]], [*rights_lines(), watermark]
    )


def rights_lines() -> list[str]:
    """What a person may ask for, and what records are never used for."""
    return [
        _(
            "You may see, correct and delete what is recorded about you, and take your consent back, at any time."
        ),
        purpose_lock(),
    ]


def purpose_lock() -> str:
    """What records are never used for (domain §0, rule 14)."""
    return _(
        "It is used to arrange services alone; never for law enforcement, penalties, rating persons, credit, schooling, employment or household registration."
    )


def _page(title: str, above: Iterable[str], parts: Iterable[str], below: Iterable[str]) -> str:
    code = "zh-Hans" if language() == "zh" else "en"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{code}"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head>',
            f"<body><h1>{escape(title)}</h1>",
            *(f"<p>{escape(line)}</p>" for line in above if line),
            *parts,
            *(f"<p>{escape(line)}</p>" for line in below if line),
            "</body></html>\n",
        ]
    )
