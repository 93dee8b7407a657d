"""Names of forty characters, labels of two hundred, lines that break: nothing pushes aside what one must see."""

from __future__ import annotations

from dataclasses import replace

from textual.content import Content
from textual.widgets import OptionList

from fieldkit.i18n import language
from fieldkit.screens.home import HomeScreen
from fieldkit.widgets.fitting import fitted, shortened
from fieldkit.widgets.review import Review
from fieldkit.widgets.static import Running

NAME = "买买提·阿不都热依木·吐尔逊江·艾合买提·依明江·阿卜杜拉·库尔班江·托合提·玉"
LABEL = "最近一年家里有没有人去过卫生院（体检、取药也算在内），请逐个想一想。" * 6
FORM = "\n".join(
    [
        "settings:",
        "  - {form_id: long, form_title: 问得很细的一份表, version: '1'}",
        "survey:",
        *(f"  - {{type: integer, name: q{n}, label: '{LABEL}', required: 'yes'}}" for n in range(4)),
    ]
)


def test_running_text_breaks_as_chinese_does_hangs_and_says_that_there_is_more():
    text = "  甲乙丙丁，戊己“庚辛”壬癸。"
    broken = ["  甲乙丙", "  丁，戊己", "  “庚辛”壬", "  癸。"]
    assert Running(Content(text)).laid(10).plain.split("\n") == broken
    assert Running(Content(text)).laid(40).plain == text
    assert Running(Content(text), most=2).laid(10).plain.split("\n") == ["  甲乙丙", "  丁，戊…"]
    styled = Running(Content.styled("一二三，四", "bold")).laid(6)
    assert [line.plain for line in styled.split()] == ["一二", "三，四"]
    assert all(line.spans for line in styled.split())


def test_what_is_cut_ends_with_the_sign_and_keeps_its_width():
    assert fitted("一二三四", 6) == "一二… "
    assert shortened("一二三四", 6) == "一二…"
    assert shortened("一二三", 6) == "一二三"


async def test_a_long_name_leaves_room_for_village_group_and_number(person):
    async with person("zh", (80, 24)) as p:
        registry = p.app.session.registry()
        household = next(h for h in registry.households.values() if h.head.startswith("曾"))
        kept = next(
            each for each in p.app.session.exchange.records("household") if each.id == household.record
        )
        names = {path: NAME for path in kept.answers if path.endswith("/name")}
        registry.take(replace(kept, answers={**kept.answers, **names}))
        await p.type(household.id[-5:])
        [line] = [line for line in p.lines if household.id[-5:] in line and "买买提" in line]
        assert p.app.session.place_name(household.village) in line
        assert f"{household.group}组" in line
        await p.pilot.resize_terminal(48, 20)
        p.app.home.post_message(HomeScreen.OpenHousehold(household.id))
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press()
        assert household.id in "\n".join(p.lines[:2])
        assert NAME in p.text.replace("\n    ", "").replace(" ", "")


async def test_the_keys_of_the_review_stay_in_sight_below_long_labels(person, tmp_path):
    async with person("zh", (60, 20)) as p:
        session = p.app.session
        file = tmp_path / "long.yaml"
        file.write_text(FORM, encoding="utf-8")
        session.library.add(file)
        interview = session.interviews.start("long", language=language())
        p.app.push_screen(Review(session, interview))
        await p.until(lambda: p.screen_name == "Review")
        await p.pilot.pause()
        assert "F10" in p.text
        assert "Esc" in p.text
        lines = p.app.screen.query_one(OptionList)
        assert lines.size.height >= 1
        await p.press("end")
        assert lines.highlighted == 3
