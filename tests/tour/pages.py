"""docs/tour.md and docs/zh/tour.md: the steps of README.md, each with its screens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from tests.tour.steps import ROOT, Step, steps
from tests.tour.walking import Seen

PAGES = {"en": ROOT / "docs" / "tour.md", "zh": ROOT / "docs" / "zh" / "tour.md"}
FOLDERS = {language: page.with_suffix("") for language, page in PAGES.items()}
"""The folders of its pictures, beside each."""
PICTURED = {(1, 1): "home", (4, 2): "slip", (8, 2): "conflict", (9, 1): "report"}
"""Which screens of the browser are kept as pictures, by step and number within it, and under what names."""
NAMES = (*PICTURED.values(), "paper")
"""Of all pictures: the last is the first page that is printed."""
_TITLE = {"en": "# The tour, screen by screen", "zh": "# 一步一屏"}
_ABOUT = {
    "en": "The ten steps of the [README](../README.md#five-minutes), pressed in tmux at 80 × 24 on a new demo by `make tour`; runs of empty "
    "lines are shortened. It was 31 March 2026 then, the last day of the demo's month; on your screen it is today.",
    "zh": "[README](../../README.zh.md#五分钟) 的十步，由 `make tour` 在 tmux（80 × 24）里对着新建的示例按出来；连着的空行缩短了。那天是2026年3月31日，示例那个月的最后一天；"
    "您的屏幕上是今天。",
}
_STEP = {"en": "## Step {number}", "zh": "## 第 {number} 步"}
_BROWSER = {"en": "## In a browser", "zh": "## 在浏览器里"}
_SCROLLBAR = re.compile(r"[▁▂▃▄▅▆▇ ]{0,2}[▁▂▃▄▅▆▇]{2}$")
_QR = re.compile(r"[█▀▄]")
_EACH_TIME = (
    (re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}-[0-9a-f]{8}\.fkb"), "BUNDLE"),
    (re.compile(r"\b\d{3} \d{3}\b"), "CODE"),
)


def page(language: str, seen: Sequence[Seen], pictures: Iterable[str]) -> str:
    """The page of a walk. pictures: the names of those from a browser."""
    said = {step.number: step for step in steps(language)}
    parts = [_TITLE[language], _ABOUT[language]]
    for number, screens in groupby(seen, lambda each: each.step):
        parts += [_STEP[language].format(number=number), sentence(said[number])]
        parts += [block(each.text) for each in screens]
    parts += [_BROWSER[language], *(f"![{name}]({FOLDERS[language].name}/{name}.png)" for name in pictures)]
    return "\n\n".join(parts) + "\n"


def sentence(step: Step) -> str:
    """What README.md says of a step."""
    return step.text


def block(text: str) -> str:
    """A screen as a block, without scrollbars, and with one empty line for several."""
    kept: list[str] = []
    for line in text.splitlines():
        line = line if len(_QR.findall(line)) > 4 else _SCROLLBAR.sub("", line).rstrip()  # noqa: PLW2901
        if line or (kept and kept[-1]):
            kept.append(line)
    return "```\n" + "\n".join(kept).rstrip() + "\n```"


def alike(text: str) -> str:
    """A page or a screen without what differs each time: codes, and the names of bundles."""
    for what, name in _EACH_TIME:
        text = what.sub(name, text)
    return "\n".join(" ".join(_QR.sub("", line).split()) for line in text.splitlines())


def screens(text: str) -> list[str]:
    """The screens of a page: its blocks, but for those that say what they are."""
    found = re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [body for kind, body in found if not kind]


def by_step(text: str) -> Iterable[tuple[int, str]]:
    """The parts of a page under its steps."""
    for part in re.split(r"^## (?=Step |第 )", text, flags=re.MULTILINE)[1:]:
        yield int(re.search(r"\d+", part)[0]), part.partition("\n## ")[0]
