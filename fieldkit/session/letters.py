"""Sealed result letters: a page of A4 for each woman, folded so that what was found lies inside.

Outside stand her number, her year of birth, and that it is private: no name, no sender, no word of what it is about. Inside,
plain words in Chinese and English. It speaks of what comes next, and never calls anything by the name of a disease that
nobody has found yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

from fieldkit.fieldwork.screened import CERVIX
from fieldkit.fieldwork.triage import Step

_STYLE = """
@page { size: A4; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; color: #000; background: #fff }
.letter { width: 210mm; height: 296mm; break-after: page }
.outside { height: 98mm; padding: 28mm 25mm 0; text-align: center; font-size: 14pt; border-bottom: 1px dashed #888 }
.outside b { font-size: 20pt; letter-spacing: .1em }
.inside { height: 198mm; padding: 6mm 22mm; font-size: 12.5pt; line-height: 1.35 }
.fold { margin: 0 0 3mm; font-size: 8pt; color: #555 }
p { margin: 0 0 1.8mm }
.en { font-size: 10.5pt }
"""

_OUTSIDE = ("本人亲启，他人请勿拆阅", "Private. To be opened by the addressee only.")
_FOLD = (
    "折法：先把下面三分之一向上折，字在里面；再沿虚线把这一栏向后折，用胶带封口。",
    "Folding: first the lower third upwards, the words inside; then this panel backwards along the dashed line; seal with tape.",
)
_OPENING = ("您好：您参加的检查已有结果。", "Hello. The result of your examination is here.")
_VIRUS = (
    "HPV是一种很常见的病毒，大多数人一生中会遇到，多数自己会消失。查到它不等于得了癌症，也不说明您或家人做错了什么，不关品行。要不要告诉别人，由您自己决定。",
    "HPV is a very common virus: most people meet it once in their lives, and mostly it goes away by itself. It is not cancer. It says nothing about how you or your family live, and nobody is to blame. Whom you tell is for you alone to decide.",
)
_CERVIX_WORDS: dict[Step, tuple[str, str]] = {
    Step.ROUTINE: (
        "宫颈检查：没有发现需要处理的情况。到时候再来做下一次免费检查就可以。",
        "Cervix: nothing was found that needs treatment. Come again when the next free examination is due.",
    ),
    Step.CYTOLOGY: (
        "宫颈检查：HPV检测查到一种高危型。还要再看一下细胞，才知道需不需要做别的，请来窗口约一次。",
        "Cervix: the HPV test found a high-risk type. The cells are to be looked at as well before anybody knows whether more is needed; please agree on a day at the service window.",
    ),
    Step.AGAIN_12M: (
        "宫颈检查：HPV检测查到一种高危型，细胞是好的。现在不用治疗，一年后再查一次。",
        "Cervix: the HPV test found a high-risk type, and the cells are well. Nothing is to be treated now; please come once more in a year.",
    ),
    Step.COLPOSCOPY: (
        "宫颈检查：这次的结果需要医生用放大镜仔细看一下（阴道镜），大约十几分钟，看清楚再决定。这不等于得了癌症。",
        "Cervix: a doctor should take a closer look through a magnifying glass (colposcopy), for about a quarter of an hour, before anything is decided. This does not mean cancer.",
    ),
    Step.SAMPLE: (
        "宫颈检查：这次的样本看不出结果，需要重新取一次。这和您的健康无关。",
        "Cervix: this sample gave no result, so another one is needed. It says nothing about your health.",
    ),
}
_BREAST_WORDS: dict[Step, tuple[str, str]] = {
    Step.ROUTINE: (
        "乳腺检查：没有发现需要处理的情况。三年后再查。",
        "Breast: nothing was found that needs treatment. Come again in three years.",
    ),
    Step.MAMMOGRAPHY: (
        "乳腺检查：彩超还看得不够清楚，需要再拍一张X线。多数人拍完就没事了。",
        "Breast: the ultrasound does not show enough, so one X-ray is needed. For most women that is the end of it.",
    ),
    Step.SPECIALIST: (
        "乳腺检查：有一处需要专科医生尽快看一下。多数是良性的，看清楚才放心。",
        "Breast: there is one place that a specialist should look at soon. Most of them are harmless; looking makes sure.",
    ),
    Step.REVIEW: (
        "乳腺检查：片子要请上级医生再看一遍，再和您商量。",
        "Breast: a senior doctor will look at the pictures again, and then talk with you.",
    ),
    Step.AGAIN_6M: (
        "乳腺检查：现在不用处理，半年后再查一次。",
        "Breast: nothing is to be done now; please come once more in half a year.",
    ),
}
_BY = ("请在{day}前办理。", "Please come by {day}.")
_CLOSING = (
    "去不去、什么时候去，都由您决定；不去不影响您享受任何政策和服务。有疑问，请带上这封信到服务窗口，只和负责您的医生谈，也可以打服务卡上的电话。",
    "Whether and when you come is your choice; not coming changes nothing you are entitled to. With questions, bring this letter to the service window and speak with your doctor alone, or call the number on your service card.",
)


@dataclass(frozen=True, slots=True)
class Part:
    """What a letter says of one examination. form: of it. step: what is next. due: by when, None where no day is named.
    has_virus: whether the HPV test was positive.
    """

    form: str
    step: Step
    due: date | None
    has_virus: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one woman. born: the year, "" where it is not known."""

    pid: str
    born: str
    parts: tuple[Part, ...]


def letters_page(letters: Iterable[Letter], watermark: str = "") -> str:
    """The letters as one HTML document, a page each. watermark: a line that marks invented data."""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(_OUTSIDE[0])}</title><style>{_STYLE}</style></head><body>',
            *(_page(letter, watermark) for letter in letters),
            "</body></html>\n",
        ]
    )


def _page(letter: Letter, watermark: str) -> str:
    outside = [f"<p><b>{escape(letter.pid)}</b></p>", f"<p>{escape(letter.born)}</p>", *_both(_OUTSIDE)]
    if watermark:
        outside.append(f"<p>{escape(watermark)}</p>")
    fold = "".join(f'<p class="fold">{escape(line)}</p>' for line in _FOLD)
    inside = [*_both(_OPENING), *(line for part in letter.parts for line in _part(part)), *_both(_CLOSING)]
    return (
        f'<div class="letter"><div class="outside">{"".join(outside)}</div>'
        f'<div class="inside">{fold}{"".join(inside)}</div></div>'
    )


def _part(part: Part) -> Iterator[str]:
    yield from _both((_CERVIX_WORDS if part.form == CERVIX else _BREAST_WORDS)[part.step])
    if part.has_virus:
        yield from _both(_VIRUS)
    if part.due is not None and part.step is not Step.ROUTINE:
        day = part.due.isoformat()
        yield from _both((_BY[0].format(day=day), _BY[1].format(day=day)))


def _both(words: tuple[str, str]) -> Iterator[str]:
    yield f"<p>{escape(words[0])}</p>"
    yield f'<p class="en">{escape(words[1])}</p>'
