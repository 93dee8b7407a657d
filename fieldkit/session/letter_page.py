"""A letter in words: line by line for the screen, and as a page to be printed for an office without fieldkit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from fieldkit.i18n import _, language
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from sync.letters import Item, Letter

_STYLE = """
@page { size: A4; margin: 20mm }
body { margin: 0; font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; font-size: 12.5pt; line-height: 1.5;
  color: #000; background: #fff }
h1 { font-size: 16pt; text-align: center }
.en { font-size: 10.5pt; margin: 0 0 2.5mm }
p { margin: 0 }
.lock { border: 1px solid #000; padding: 3mm; margin: 4mm 0 }
"""
_TITLE = (
    "个案转介函（一人一函，请专人拆阅）",
    "Letter about one person, to be opened by whoever is responsible",
)
_FROM = ("发函单位：{name}", "From: {name}")
_TO = ("收函单位：{name}", "To: {name}")
_WHY = ("用途：{purpose}", "Purpose: {purpose}")
_CONSENT = (
    "本人单独同意，编号：{consent}",
    "The person agreed to this by separate consent, number {consent}",
)
_DAYS = (
    "{written}发出；请在{due}前答复；{until}以后请销毁，不得再用。",
    "Written {written}; please reply by {due}; destroy it after {until}.",
)
_REPLY = (
    "答复（在一项上打勾，寄回发函单位）：□ 收到，在办　□ 接上了　□ 没找到人　□ 本人谢绝　□ 找错单位　□ 本人要求不再联系",
    "Reply (tick one and send this page back): □ received □ answered □ not found □ declined □ wrong office □ asked to stop",
)


def letter_lines(letter: Letter, items: Sequence[Item]) -> list[str]:
    """A letter in the language in use; items: those of its answers that may be seen here."""
    code = language()
    return [
        labelled(_("From"), letter.sender_name),
        labelled(_("To"), letter.to_name),
        labelled(_("Purpose"), letter.purpose),
        labelled(_("Separate consent"), letter.consent),
        _(
            "Written {written}; reply by {due}; not to be used after {until}.",
            written=letter.written.isoformat(),
            due=letter.reply_due.isoformat(),
            until=letter.until.isoformat(),
        ),
        "",
        *(labelled(item.label[code], item.answer[code]) for item in items),
        "",
        letter.lock[code],
    ]


def letter_page(letter: Letter, watermark: str = "") -> str:
    """The letter as one HTML document. watermark: a line that marks invented data."""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(_TITLE[0])}</title><style>{_STYLE}</style></head><body>',
            f"<h1>{escape(_TITLE[0])}</h1>",
            *_lines(letter),
            *([f"<p>{escape(watermark)}</p>"] if watermark else []),
            "</body></html>\n",
        ]
    )


def _lines(letter: Letter) -> Iterator[str]:
    yield f'<p class="en">{escape(_TITLE[1])}</p>'
    yield from _both(_FROM, name=letter.sender_name)
    yield from _both(_TO, name=letter.to_name)
    yield from _both(_WHY, purpose=letter.purpose)
    yield from _both(_CONSENT, consent=letter.consent)
    days = {
        "written": letter.written.isoformat(),
        "due": letter.reply_due.isoformat(),
        "until": letter.until.isoformat(),
    }
    yield from _both(_DAYS, **days)
    for item in letter.items:
        yield f"<p>{escape(item.label['zh'])}：{escape(item.answer['zh'])}</p>"
        yield f'<p class="en">{escape(item.label["en"])}: {escape(item.answer["en"])}</p>'
    yield f'<div class="lock"><p>{escape(letter.lock["zh"])}</p><p class="en">{escape(letter.lock["en"])}</p></div>'
    yield from _both(_REPLY)


def _both(words: tuple[str, str], **params: str) -> Iterator[str]:
    yield f"<p>{escape(words[0].format(**params))}</p>"
    yield f'<p class="en">{escape(words[1].format(**params))}</p>'
