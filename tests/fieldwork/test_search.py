"""Finding a household: names as they are written, read and heard; numbers and telephone numbers by their ends."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.datatypes.damm import check_digit
from fieldkit.fieldwork.households import Household, Person
from fieldkit.fieldwork.names import is_named, search_keys, sounds_like, surname_readings, wanted
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.search import How, SearchIndex, is_miscopied
from fieldkit.fieldwork.sounds import near, near_initials
from tests.fieldwork.test_registry_and_worklist import household, visit

SYLLABLES = [
    "zeng",
    "xiu",
    "lan",
    "shan",
    "jian",
    "guo",
    "qin",
    "mei",
    "huang",
    "fang",
    "hua",
    "fa",
    "hun",
    "fen",
    "hui",
    "fei",
    "hu",
    "fu",
    "hong",
    "zhang",
    "zang",
    "chen",
    "cheng",
    "cen",
    "shen",
    "sheng",
    "nian",
    "liang",
    "nuo",
    "luo",
    "ning",
    "ling",
    "jin",
    "jing",
    "guang",
    "an",
    "en",
    "e",
    "wen",
    "weng",
    "yun",
    "gui",
    "ping",
    "pin",
    "xin",
    "xing",
    "nv",
    "lv",
    "lu",
    "nan",
    "han",
]
SWAPS = (
    ("^n", "l"), ("^l", "n"), ("^hu(?=[ao])", "f"), ("^f(?=a)", "hu"), ("^hui$", "fei"), ("^fei$", "hui"), ("^hun$", "fen"),
    ("^fen$", "hun"), ("^hu$", "fu"), ("^fu$", "hu"), ("^([zcs])h", r"\1"), (r"^([zcs])(?!h)", r"\1h"), ("([ei])ng$", r"\1n"),
    ("([ei])n$", r"\1ng"),
)  # fmt: skip
NAMES = st.text("曾单仇解覃尉迟乐王陈黄方秀兰华国强宁灵吕女𠮷", min_size=2, max_size=4)


def home(number, *names, village="990101100200", group="1", address="", phone=""):
    members = tuple(
        Person(str(at), str(at), name, "", "", "0" if at == 0 else "1", "") for at, name in enumerate(names)
    )
    return Household(number, f"r{number}", village, group, address, members, phone)


def whole(running, village="990101100200"):
    return f"{village}{running:04}{check_digit(f'{village}{running:04}')}"


def ways(index, typed):
    return [(how, number) for how, numbers in index.find(typed) for number in numbers]


def index_of(*households):
    index = SearchIndex()
    for each in households:
        index.put(each)
    return index


@given(st.text("abcdefghijklmnopqrstuvwxyz"))
def test_folding_twice_is_folding_once(letters):
    assert near(near(letters)) == near(letters)
    assert near_initials(near_initials(letters)) == near_initials(letters)


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4), st.data())
def test_every_way_to_confuse_syllables_sounds_the_same(syllables, data):
    said = [
        re.sub(
            *data.draw(st.sampled_from([swap for swap in SWAPS if re.search(swap[0], each)] or [("^$", "")])),
            each,
        )
        for each in syllables
    ]
    assert near("".join(said)) == near("".join(syllables)), said


@pytest.mark.parametrize(
    ("said", "written"),
    [("lan", "nan"), ("fang", "huang"), ("zang", "zhang"), ("cen", "cheng"), ("sen", "sheng"), ("lin", "ling")],
)  # fmt: skip
def test_what_local_speech_does_not_tell_apart(said, written):
    assert near(said) == near(written)


@pytest.mark.parametrize(
    ("one", "other"), [("lan", "lang"), ("lan", "lian"), ("zan", "can"), ("ban", "pan"), ("wu", "fu")]
)
def test_what_it_does_tell_apart(one, other):
    assert near(one) != near(other)


@settings(deadline=None)  # the first reads the dictionary of characters
@given(NAMES)
def test_a_name_is_found_by_its_characters_readings_and_initials(name):
    for key in (*search_keys(name), name[1:], *(key.upper() for key in search_keys(name)[1:])):
        if key:
            assert is_named(name, wanted(key)), key
    for key in search_keys(name)[1:]:
        if len(key) > 1:
            assert sounds_like(name, wanted(key)) or len(near(key)) < 2, key


@pytest.mark.parametrize(
    "typed", ["zenxiunan", "cenxiulang"[:-1], "zhengxiulan", "xiunan", "zxn", "zengxl", "曾秀蓝", "曾xn"]
)
def test_a_name_is_found_as_it_is_heard(typed):
    assert is_named("曾秀兰", wanted(typed)) or sounds_like("曾秀兰", wanted(typed))


@pytest.mark.parametrize("typed", ["lv", "lü", "lu", "lyu", "LÜ", "ｌｖ"])
def test_every_way_to_type_an_umlaut(typed):
    assert is_named("吕芳", wanted(typed))
    assert is_named("王女", wanted(typed.lower().replace("l", "n").replace("ｌ", "n")))


def test_only_the_head_of_a_name_reads_as_a_surname():
    assert not is_named("王乐", wanted("yue"))
    assert not is_named("王乐", wanted("wy"))
    assert not is_named("古丽·单", wanted("shan"))
    assert is_named("乐华", wanted("yueh"))
    assert is_named("乐华", wanted("leh"))
    for surname, readings in surname_readings().items():
        for reading in readings:
            assert is_named(f"{surname}兰", wanted("".join(reading) + "lan"))


def test_names_in_parts_rare_characters_and_latin_letters():
    for typed in ("古丽", "买买提", "古丽买", "古丽·买", "古丽•买", "glmmt", "maimaiti", "guli mai"):
        assert is_named("古丽·买买提", wanted(typed)), typed
    for typed in ("𠮷", "王𠮷", "wanglan", "兰"):
        assert is_named("王𠮷兰", wanted(typed)), typed
    for typed in ("mary", "ann", "MARY A", "ma", "Ｍary"):
        assert is_named("Mary Ann", wanted(typed)), typed
    assert not is_named("王兰", wanted("angl"))


def test_exact_before_near_heads_before_members_and_then_along_the_route():
    index = index_of(
        home("5", "蓝宁", group="1"), home("4", "王强", "蓝灵", group="1"), home("3", "陈强", "兰林", group="10"),
        home("2", "兰林", group="2"), home("1", "兰霖", group="10"), home("0", "王明"),
    )  # fmt: skip
    assert ways(index, "lanlin") == [
        (How.HEAD, "2"), (How.HEAD, "1"), (How.MEMBER, "4"), (How.MEMBER, "3"), (How.NEAR_HEAD, "5"),
    ]  # fmt: skip


def test_a_number_is_found_from_its_front_its_end_and_whole():
    one, two = whole(12), whole(3456, "990101100201")
    index = index_of(home(one, "甲"), home(two, "乙"))
    assert ways(index, "990101100") == [(How.NUMBER, one), (How.NUMBER, two)]
    wide = two[-5:].translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    for typed in (two, two[-4:], two[-5:], wide, f"{two[:12]} {two[12:]}"):
        assert ways(index, typed) == [(How.NUMBER, two)], typed
    wrong = two[:-1] + str((int(two[-1]) + 1) % 10)
    assert ways(index, wrong) == []
    assert is_miscopied(wrong)
    assert not is_miscopied(two)
    assert not is_miscopied(two[:-1])


def test_a_telephone_number_is_found_by_its_end_and_shown_masked():
    answers = {"phone": "13812345678", "contact": "phone"}
    known = household("1", a="甲")
    registry = Registry([replace(known, answers=known.answers | answers), household("2", a="乙")])
    for typed in ("5678", "345678", "13812345678", "５６７８", "138-1234-5678"):
        [found] = registry.find(typed)
        assert (found.household.id, found.phone) == ("1", "138****5678"), typed
    assert list(registry.find("678")) == []
    assert list(registry.find("1381")) == []
    registry.take(visit("1", "2026-03-01", contact="none"))
    assert list(registry.find("5678")) == [], "who wants no contact"


def test_the_member_somebody_was_found_by_is_named():
    registry = Registry([household("1", a="曾秀兰", b="单宁")])
    assert [(each.member, each.how) for each in registry.find("sn")] == [("单宁", How.MEMBER)]
    assert [(each.member, each.how) for each in registry.find("shanling")] == [("单宁", How.NEAR_MEMBER)]
    assert [each.member for each in registry.find("zxl")] == [""]
    assert len(registry.find("zzz")) == 0


def test_what_changes_or_goes_is_found_as_it_now_is():
    record = household("1", a="曾秀兰")
    registry = Registry([record])
    assert len(registry.find("曾")) == 1
    moved = replace(record, answers=record.answers | {"home/hh_id": "2", "home/members/a/name": "陈兰"})
    registry.take(moved)
    assert len(registry.find("曾")) == 0
    assert [each.household.id for each in registry.find("陈")] == ["2"]
    registry.take(replace(moved, state="withdrawn"))
    assert len(registry.find("陈")) == 0
    assert registry.households == {}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 5), st.lists(NAMES, min_size=1, max_size=3), st.sampled_from("123"), st.booleans()
        ),
        max_size=20,
    ),
    st.lists(st.sampled_from(["z", "l", "wang", "兰", "华", "xl", "9901", "0001", "lanl", "女"]), min_size=1),
)
def test_an_index_that_was_kept_up_is_one_made_anew(changes, typed):
    kept, now = SearchIndex(), {}
    for at, people, group, goes in changes:
        number = whole(at)
        if goes:
            kept.drop(number)
            now.pop(number, None)
        else:
            now[number] = home(number, *people, group=group, address="祠堂后")
            kept.put(now[number])
        assert ways(kept, typed[0]) == ways(index_of(*now.values()), typed[0])
    for text in (*typed, "祠堂"):
        assert ways(kept, text) == ways(index_of(*now.values()), text)


def test_another_registry_over_the_same_index_forgets_who_is_gone():
    index = SearchIndex()
    assert len(Registry([household("1", a="曾秀兰"), household("2", a="曾国")], index).find("曾")) == 2
    assert [each.household.id for each in Registry([household("2", a="曾国")], index).find("曾")] == ["2"]
