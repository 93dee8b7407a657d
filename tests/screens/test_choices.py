"""Choosing by keyboard: from long lists by typing, in an order for rankings."""

from __future__ import annotations

import pytest
from textual.events import Key

from fieldkit.screens.interview import InterviewScreen

FORM = """
settings:
  - {form_id: pick, version: 1, form_title: Pick, default_language: 中文 (zh)}
survey:
  - {type: select_one village, name: where, "label::中文 (zh)": 哪个村, "label::English (en)": Which village}
  - {type: select_multiple village, name: seen, "label::中文 (zh)": 去过, "label::English (en)": Been to}
  - {type: rank taste, name: order, "label::中文 (zh)": 排序, "label::English (en)": Order, "media::image::中文 (zh)": taste.png, "media::image::English (en)": taste-en.png}
  - {type: range, name: scale, "label::中文 (zh)": 打分, "label::English (en)": Scale, parameters: start=1 end=5 step=1}
choices:
  - {list_name: taste, name: sweet, "label::中文 (zh)": 甜, "label::English (en)": Sweet}
  - {list_name: taste, name: sour, "label::中文 (zh)": 酸, "label::English (en)": Sour}
  - {list_name: taste, name: hot, "label::中文 (zh)": 辣, "label::English (en)": Hot}
"""


@pytest.fixture
def picking(person, tmp_path):
    """Open the form with 200 villages in an interview: `async with picking("zh") as (p, entry)`."""
    rows = "".join(
        f'  - {{list_name: village, name: v{n:03}, "label::中文 (zh)": 村{n}, "label::English (en)": Village {n}}}\n'
        for n in range(200)
    )
    path = tmp_path / "pick.yaml"
    path.write_text(FORM + rows, encoding="utf-8")

    class Opened:
        def __init__(self, language):
            self.context = person(language)

        async def __aenter__(self):
            p = await self.context.__aenter__()
            interview = p.app.session.interviews.start(str(path))
            p.app.push_screen(InterviewScreen(p.app.session, interview))
            await p.until(lambda: p.screen_name == "InterviewScreen")
            await p.press()
            return p, interview.entry

        async def __aexit__(self, *error):
            return await self.context.__aexit__(*error)

    return Opened


async def test_a_long_list_is_searched_by_pinyin_initials(person, tmp_path):
    names = ["石桥村", "柏树坳村", "竹林湾村", "曾家湾", "Shiqiao East", *(f"第{n}村" for n in range(40))]
    rows = "".join(f"| | v | c{n} | {name} |\n" for n, name in enumerate(names))
    path = tmp_path / "villages.md"
    path.write_text(
        "| survey |\n| | type | name | label |\n| | select_one v | where | Where |\n"
        "| choices |\n| | list_name | name | label |\n" + rows,
        encoding="utf-8",
    )
    async with person("en") as p:
        interview = p.app.session.interviews.start(str(path))
        p.app.push_screen(InterviewScreen(p.app.session, interview))
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        await p.type("zjw")
        assert "曾家湾" in p.text
        assert "石桥村" not in p.text
        p.app.screen.focused.value = "shiq"
        await p.press()
        assert "石桥村" in p.text
        assert p.text.index("Shiqiao East") < p.text.index("石桥村"), (
            "what is written comes before what is sounded"
        )
        await p.press("down", "enter")
        assert interview.entry.value("/data/where") == "c0"


async def test_a_long_list_is_searched_by_label_and_code(picking):
    async with picking("zh") as (p, entry):
        assert "输入代码或名称的一部分" in p.text
        assert "还有更多" in p.text
        await p.type("村17")
        assert "村17" in p.text
        assert "村18" not in p.text
        await p.press("down", "enter")
        assert entry.value("/data/where") == "v170"
        assert "去过" in p.text
        await p.press("up")
        assert "(x) 村170" in p.text
        await p.type("V042")
        await p.press("enter")
        assert entry.value("/data/where") == "v042"
        await p.press("up")
        await p.type("没有这个")
        assert "没有匹配的选项" in p.text
        await p.press("enter")
        assert entry.value("/data/where") == "v042"


async def test_several_are_ticked_one_after_the_other(picking):
    async with picking("en") as (p, entry):
        await p.press("enter")
        for typed in ("Village 5", "v123"):
            await p.type(typed)
            await p.press("enter")
        assert entry.value("/data/seen") == "v005 v123"
        assert "[x] Village 123" in p.text
        await p.type("v005")
        await p.press("enter")
        assert entry.value("/data/seen") == "v123"
        await p.press("enter")
        assert "Order" in p.text


async def test_a_ranking_keeps_the_order_it_was_ticked_in(picking):
    async with picking("en") as (p, entry):
        await p.press("enter", "enter")
        assert "Picture in taste-en.png" in p.text
        await p.press("3", "1")
        assert entry.value("/data/order") == "hot sweet"
        assert "[1] Hot" in p.text
        assert "[2] Sweet" in p.text
        await p.press("3", "3")
        assert entry.value("/data/order") == "sweet hot"


async def test_keys_that_come_faster_than_answers_are_kept_all_count(picking):
    async with picking("en") as (p, entry):
        await p.press("enter", "enter")
        widget = p.app.screen.focused
        for key in "231":
            widget.post_message(Key(key, key))
        await p.until(lambda: len(entry.value("/data/order").split()) == 3)
        assert entry.value("/data/order") == "sour hot sweet"


async def test_a_range_shows_its_ends_and_takes_only_its_steps(picking):
    async with picking("en") as (p, entry):
        await p.press("enter", "enter", "enter")
        assert "1 – 5" in p.text
        await p.press("9", "enter")
        assert "“9” is not on this scale" in p.text
        assert entry.value("/data/scale") == ""
        await p.press("backspace", "4", "enter")
        assert entry.value("/data/scale") == "4"
