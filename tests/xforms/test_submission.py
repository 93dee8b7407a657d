"""A record read back is the entry it was written from; what it says beyond the form is named, never lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.xforms import FormEntry, Missing, load_form
from fieldkit.xforms.definition import Question, Repeat
from fieldkit.xforms.submission import read_submission

FORM = """
settings:
  - {form_id: visit, version: "7", form_title: Visit}
survey:
  - {type: select_one yn, name: ok, label: OK}
  - {type: text, name: who, label: Who, default: nobody}
  - {type: begin group, name: g, label: G, relevant: "${ok} != 'no'"}
  - {type: begin repeat, name: m, label: M}
  - {type: text, name: name, label: Name}
  - {type: integer, name: age, label: Age, relevant: "${name} != 'x'"}
  - {type: begin repeat, name: t, label: T}
  - {type: select_multiple yn, name: s, label: S}
  - {type: end repeat}
  - {type: end repeat}
  - {type: end group}
  - {type: calculate, name: sum, calculation: "sum(${age})"}
  - {type: note, name: n, label: "${sum}"}
choices:
  - {list_name: yn, name: "yes", label: "Yes"}
  - {list_name: yn, name: "no", label: "No"}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "visit.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


def said(entry):
    """Every answer and state by path; repeat instances by place, since a record has no ids for them."""
    found = {}
    for leaf in entry.tree.leaves():
        if leaf.relevant:
            found[entry.tree.path(leaf)] = (leaf.text, leaf.missing)
    return found


steps = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.sampled_from(["set", "set", "set", "add", "remove"]),
        st.sampled_from(["yes", "no", "x", "3", " a & <b> \n", "村", "", Missing.DECLINED, Missing.DK]),
    ),
    max_size=12,
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_a_record_read_back_is_the_same_entry(form, sequence):
    entry = FormEntry(form, seed=3)
    for number, what, value in sequence:
        act(entry, number, what, value)
    xml = entry.to_xml()
    again = FormEntry.from_xml(form, xml)
    assert said(again) == said(entry)
    assert again.to_xml() == xml
    assert FormEntry.from_xml(form, xml).answers() == again.answers()


def act(entry, number, what, value):
    """Do one step of an interview."""
    if what == "set":
        leaves = [
            leaf for leaf in entry.tree.leaves() if isinstance(leaf.item, Question) and leaf.item.control
        ]
        entry.set(entry.tree.path(leaves[number % len(leaves)]), value)
    elif what == "add":
        holders = ["/data/g/m", *(f"/data/g/m[{n + 1}]/t" for n in range(entry.count("/data/g/m")))]
        entry.add_repeat(holders[number % len(holders)])
    else:
        found = [e for e in entry.tree.expand(entry.tree.root, ("g", "m")) if isinstance(e.item, Repeat)]
        if found:
            entry.remove_repeat(entry.tree.path(found[number % len(found)]))


def record(inside):
    return f'<?xml version="1.0"?><data id="visit" version="7" xmlns:orx="http://openrosa.org/xforms">{inside}</data>'


def test_a_record_of_another_program_is_read(form):
    xml = record(
        """
        <!-- from elsewhere -->
        <orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>
        <sum>40</sum>
        <g> <m><age>40</age><name>王芳</name></m>
            <m><name>x</name><t><s>yes no</s></t><t/></m> </g>
        <ok>yes</ok>
        """,
    )
    entry = FormEntry.from_xml(form, xml)
    root = "/data"
    assert entry.value(f"{root}/g/m[1]/name") == "王芳"
    assert entry.value(f"{root}/g/m[2]/t[1]/s") == "yes no"
    assert entry.count(f"{root}/g/m[2]/t") == 2
    assert entry.value(f"{root}/sum") == "40"
    assert entry.instance_id == "uuid:1"
    assert read_submission(form, xml).version == "7"


def test_an_answer_taken_away_does_not_come_back_as_the_default(form):
    entry = FormEntry(form)
    path = "/data/who"
    assert entry.value(path) == "nobody"
    entry.set(path, None)
    assert FormEntry.from_xml(form, entry.to_xml()).value(path) == ""
    assert FormEntry(form, answers=entry.answers()).value(path) == ""
    assert FormEntry(form, answers=entry.to_json()).value(path) == ""


@pytest.mark.parametrize(
    ("xml", "code", "words"),
    [
        ("<data", "submission.malformed", []),
        ("", "submission.malformed", []),
        ("<other id='x'/>", "submission.other-form", ["x", "visit"]),
        ('<!DOCTYPE a [<!ENTITY b "bb">]><ROOT id="visit"><ok>&b;</ok></ROOT>', "submission.malformed", []),
        (
            '<ROOT id="visit"><ok>yes</ok><extra>lost?</extra><g><m><odd/></m></g></ROOT>',
            "submission.unknown",
            ["extra", "odd"],
        ),
        ('<?xml version="1.0" encoding="nonsense"?><ROOT id="visit"/>', "submission.malformed", []),
        (b"\xff\xfe\x00", "submission.malformed", []),
        ("<a>" * 10_000 + "</a>" * 10_000, "submission.malformed", []),
    ],
)
def test_what_is_no_record_of_the_form_is_refused_in_words(form, xml, code, words):
    from fieldkit.explain import SENTENCES

    given_xml = xml.replace("ROOT", "data") if isinstance(xml, str) else xml
    with pytest.raises(FieldkitError) as refused:
        FormEntry.from_xml(form, given_xml)
    assert refused.value.code == code
    assert code in SENTENCES
    for word in words:
        assert word in str(refused.value)


def test_output_is_the_same_bytes_each_time(form):
    entry = FormEntry(form, answers={"ok": "yes", "m": [{"name": "a", "age": 3}]}, seed=1)
    entry.set("/data/meta/instanceID", "uuid:x")
    xml = entry.to_xml()
    assert xml == entry.to_xml()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visit.yaml"
        path.write_text(FORM, encoding="utf-8")
        other = FormEntry(load_form(path), answers={"ok": "yes", "m": [{"name": "a", "age": 3}]}, seed=2)
    other.set("/data/meta/instanceID", "uuid:x")
    assert other.to_xml() == xml


def test_what_was_made_by_chance_or_the_clock_stays(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: integer, name: a, label: A}\n"
        '  - {type: calculate, name: id, calculation: "concat(uuid(), ${a})"}\n'
        '  - {type: calculate, name: at, calculation: "now()"}\n',
        encoding="utf-8",
    )
    entry = FormEntry(load_form(path))
    again = FormEntry.from_xml(entry.form, entry.to_xml())
    assert again.to_xml() == entry.to_xml()
    resumed = FormEntry(entry.form, answers=entry.answers())
    assert resumed.answers() == entry.answers()
    resumed.set("/data/a", 1)
    assert resumed.value("/data/id") != entry.value("/data/id")


def test_members_of_members_are_as_many_as_were_answered(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: begin repeat, name: a, label: A}\n  - {type: begin repeat, name: b, label: B}\n"
        "  - {type: text, name: c, label: C}\n  - {type: end repeat}\n  - {type: end repeat}\n",
        encoding="utf-8",
    )
    entry = FormEntry(load_form(path))
    entry.add_repeat("/data/a")
    if not entry.count("/data/a[2]/b"):
        entry.add_repeat("/data/a[2]/b")
    entry.set("/data/a[2]/b[1]/c", "x")
    entry.remove_repeat("/data/a[1]/b[1]")
    for again in (
        FormEntry.from_xml(entry.form, entry.to_xml()),
        FormEntry(entry.form, answers=entry.answers()),
    ):
        assert [again.count(f"/data/a[{n}]/b") for n in (1, 2)] == [0, 1]
        assert again.to_xml() == entry.to_xml()
