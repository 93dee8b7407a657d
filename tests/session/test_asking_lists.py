"""Long lists as talk: searched by any part of a name, its pinyin or its code."""

from __future__ import annotations


def longlist(count=60):
    rows = "\n".join(f"| | v | {990101100200 + n} | Village {n} |" for n in range(count))
    names = "\n".join(f"| | v | x{n} | {name} |" for n, name in enumerate(["石桥村", "柏树坳村", "白莲畈村"]))
    return (
        "| survey | | | |\n| | type | name | label |\n| | select_one v | village | Village |\n| | select_multiple v | more | More |\n"
        f"| choices | | | |\n| | list_name | name | label |\n{rows}\n{names}\n"
    )


def test_a_long_list_is_searched(talk):
    t = talk(longlist())
    assert "63 choices. Type part" in t.asked()
    assert "More match" in t.type("village")
    found = t.type("illage 1")
    assert "  1. Village 1\n" in found
    assert not t.talk.refused
    assert t.type("2") == "Answer: Village 10"
    assert t.value("village") == "990101100210"
    t.type(":back", "990101100259")
    assert t.value("village") == "990101100259"
    t.type(":back")
    assert t.type("sqc") == "Answer: 石桥村"
    t.type(":back")
    assert "白莲畈村" in t.type("b")
    assert t.type("bailian") == "Answer: 白莲畈村"
    t.type(":back")
    assert "Nothing here is called" in t.type("qqq")
    assert t.name == "village"


def test_several_of_a_long_list(talk):
    t = talk(longlist())
    t.type(":jump more")
    assert t.type("sqc") == "Chosen: 石桥村"
    t.type("illage 1")
    assert t.type("1 2") == "Chosen: Village 1, Village 10, 石桥村"
    assert t.type("1") == "Chosen: Village 10, 石桥村"
    assert t.name == "more"
    t.type("")
    assert t.value("more") == "990101100210 x0"
