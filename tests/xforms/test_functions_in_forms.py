"""Functions that mean something only inside a form: other instances, lists, choices, the words of the interview."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry, load_form

FORM = """
settings:
  - {form_id: f, version: "2026", default_language: 中文 (zh)}
survey:
  - {type: begin repeat, name: m, "label::中文 (zh)": 成员, "label::English (en)": Members}
  - {type: text, name: name, "label::中文 (zh)": 名, "label::English (en)": Name}
  - {type: select_one kin, name: rel, "label::中文 (zh)": 关系, "label::English (en)": Relation}
  - {type: calculate, name: said, calculation: "jr:choice-name(${rel}, '${rel}')"}
  - {type: calculate, name: no, calculation: "position(..)"}
  - {type: calculate, name: before, calculation: "indexed-repeat(${name}, ${m}, position(..) - 1)"}
  - {type: end repeat}
  - {type: integer, name: which, "label::中文 (zh)": 第几, "label::English (en)": Which}
  - {type: calculate, name: chosen, calculation: "indexed-repeat(${name}, ${m}, ${which})"}
  - {type: calculate, name: draw, calculation: "once(concat(${which}, '!'))"}
  - {type: calculate, name: price, calculation: "pulldata('prices', 'cost', 'item', ${which})"}
  - {type: calculate, name: who, calculation: "property('username')"}
  - {type: calculate, name: edition, calculation: "version()"}
choices:
  - {list_name: kin, name: son, "label::中文 (zh)": 儿子, "label::English (en)": Son}
  - {list_name: kin, name: wife, "label::中文 (zh)": 妻子, "label::English (en)": Wife}
"""


@pytest.fixture
def entry(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(FORM, encoding="utf-8")
    (tmp_path / "prices.csv").write_text("item,cost\n1,10\n2,25\n2,99\n", encoding="utf-8")
    return FormEntry(load_form(path), language="zh", user="wang")


def test_the_names_of_choices_follow_answer_instance_and_language(entry):
    entry.set("/data/m[1]/rel", "wife")
    entry.add_repeat("/data/m")
    entry.set("/data/m[2]/rel", "son")
    assert [entry.value(f"/data/m[{n}]/said") for n in (1, 2)] == ["妻子", "儿子"]
    entry.language = "en"
    assert [entry.value(f"/data/m[{n}]/said") for n in (1, 2)] == ["Wife", "Son"]
    entry.set("/data/m[2]/rel", None)
    assert entry.value("/data/m[2]/said") == ""
    assert entry.evaluate("jr:choice-name('nobody', '/data/m/rel')", "/data/m[1]/name") == ""


def test_other_instances_are_read_by_number(entry):
    for n, name in enumerate(("a", "b", "c"), 1):
        if n > 1:
            entry.add_repeat("/data/m")
        entry.set(f"/data/m[{n}]/name", name)
    assert [entry.value(f"/data/m[{n}]/before") for n in (1, 2, 3)] == ["", "a", "b"]
    entry.set("/data/which", 3)
    assert entry.value("/data/chosen") == "c"
    entry.remove_repeat("/data/m[1]")
    assert entry.value("/data/chosen") == ""
    assert [entry.value(f"/data/m[{n}]/no") for n in (1, 2)] == ["1", "2"]
    entry.set("/data/which", 1)
    assert entry.value("/data/chosen") == "b"


def test_once_keeps_what_it_had_first(entry):
    assert entry.value("/data/draw") == "!"
    entry.set("/data/which", 2)
    assert entry.value("/data/draw") == "!"


def test_rows_of_a_csv_are_pulled_by_key(entry):
    entry.set("/data/which", 2)
    assert entry.value("/data/price") == "25"
    entry.set("/data/which", 7)
    assert entry.value("/data/price") == ""
    assert entry.evaluate("pulldata('nowhere', 'cost', 'item', 1)") == ""
    assert entry.evaluate("count(instance('nowhere')/root/item)") == "0"


def test_what_the_interview_knows_of_itself(entry):
    assert entry.value("/data/who") == "wang"
    assert entry.value("/data/edition") == "2026"
    assert entry.evaluate("property('nothing')") == ""
    assert entry.evaluate("jr:itext('nothing')") == ""
    assert entry.evaluate("jr:itext('/data/which:label')") == "第几"
