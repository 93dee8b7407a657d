"""Where forms are as JavaRosa has them: what is empty, what is true, when things are made again (docs/conformance.md)."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry, load_form

HEAD = '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"'


@pytest.fixture
def entry_of(tmp_path):
    def made(nodes, model, body):
        path = tmp_path / "f.xml"
        path.write_text(
            f'{HEAD}><h:head><h:title>t</h:title><model><instance><data id="f">{nodes}</data></instance>{model}'
            f"</model></h:head><h:body>{body}</h:body></h:html>",
            encoding="utf-8",
        )
        return FormEntry(load_form(path), seed=1)

    return made


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("/data/gone = ''", "true"),
        ("/data/gone != 'x'", "true"),
        ("/data/gone != 5", "true"),
        ("/data/gone = /data/empty", "true"),
        ("/data/gone != /data/empty", "false"),
        ("/data/gone = /data/rep/nothing", "true"),
        ("/data/gone != /data/a", "true"),
        ("/data/gone = true()", "false"),
        ("/data/gone < 5", "false"),
        ("sum(/data/rep/n)", "3"),
        ("max(/data/rep/n)", "2"),
        ("min('', 3)", "3"),
        ("max('')", "NaN"),
        ("checklist('', 0)", "true"),
        ("date(1000000000)", ""),
        ("decimal-date-time(-1000000000.5)", "NaN"),
    ],
)
def test_what_is_empty(entry_of, expression, result):
    entry = entry_of(
        "<a>1</a><empty/><gone>9</gone><rep><n>1</n></rep><rep><n/></rep><rep><n>2</n></rep>",
        '<bind nodeset="/data/gone" relevant="false()"/><bind nodeset="/data/rep/n" type="int"/>',
        '<input ref="/data/a"/><input ref="/data/gone"/><repeat nodeset="/data/rep"><input ref="/data/rep/n"/></repeat>',
    )
    assert entry.evaluate(expression) == result


def test_a_calculated_false_is_not_true(entry_of):
    entry = entry_of(
        "<a>1</a><same/><number/><told/><not/><q/>",
        '<bind nodeset="/data/same" type="string" calculate="/data/a = 1"/>'
        '<bind nodeset="/data/number" type="int" calculate="/data/a = 1"/>'
        '<bind nodeset="/data/told" type="string" calculate="if(/data/same, \'T\', \'F\')"/>'
        '<bind nodeset="/data/not" calculate="/data/same = false()"/>'
        '<bind nodeset="/data/q" relevant="/data/same"/>',
        '<input ref="/data/a"/><input ref="/data/q"/>',
    )
    values = [entry.value(f"/data/{name}") for name in ("same", "number", "told", "not")]
    assert (values, entry.is_relevant("/data/q")) == (["true", "1", "T", "0"], True)
    entry.set("/data/a", 2)
    values = [entry.value(f"/data/{name}") for name in ("same", "number", "told", "not")]
    assert (values, entry.is_relevant("/data/q")) == (["false", "0", "F", "1"], False)


def test_the_same_answer_again_makes_calculations_again(entry_of):
    entry = entry_of(
        "<a>1</a><b/>",
        '<bind nodeset="/data/b" calculate="/data/a + 1"/>',
        '<input ref="/data/a"/><input ref="/data/b"/>',
    )
    entry.set("/data/b", 9)
    assert entry.value("/data/b") == "9"
    assert entry.set("/data/a", 1) == {"/data/b"}
    assert entry.value("/data/b") == "2"
    entry.set("/data/a", "")
    entry.set("/data/b", 9)
    assert entry.set("/data/a", "") == set()
    assert entry.value("/data/b") == "9"


def test_values_in_the_words_of_choices_are_filled_in(entry_of):
    item = '<itemset nodeset="instance(\'l\')/root/item"><value ref="name"/><label ref="jr:itext(id)"/></itemset>'
    entry = entry_of(
        "<a>x</a><s/><t/>",
        '<itext><translation lang="en"><text id="one"><value>One <output value="/data/a"/></value></text></translation>'
        '</itext><instance id="l"><root><item><id>one</id><name>1</name></item></root></instance>',
        f'<input ref="/data/a"/><select1 ref="/data/s">{item}</select1>'
        '<select1 ref="/data/t"><item><label>Two <output value="/data/a"/></label><value>2</value></item></select1>',
    )
    assert [entry.choices(path)[0].label for path in ("/data/s", "/data/t")] == ["One x", "Two x"]
    entry.set("/data/a", "y")
    assert [entry.choices(path)[0].label for path in ("/data/s", "/data/t")] == ["One y", "Two y"]


def test_choices_are_shuffled_anew_when_their_seed_changes(entry_of):
    names = "".join(f"<item><name>{name}</name></item>" for name in "abcdefgh")
    entry = entry_of(
        "<n>1</n><s/>",
        f'<instance id="l"><root>{names}</root></instance>',
        '<input ref="/data/n"/><select1 ref="/data/s"><itemset nodeset="randomize(instance(\'l\')/root/item, /data/n)">'
        '<value ref="name"/><label ref="name"/></itemset></select1>',
    )
    first = entry.choices("/data/s")
    entry.set("/data/n", 2)
    second = entry.choices("/data/s")
    assert (second != first, sorted(second)) == (True, sorted(first))
    entry.set("/data/n", 1)
    assert entry.choices("/data/s") == first


def test_choices_taken_from_answers_go_with_them(entry_of):
    entry = entry_of(
        "<rep><n>a</n></rep><s/>",
        "",
        '<repeat nodeset="/data/rep"><input ref="current()/n"/></repeat>'
        '<select1 ref="/data/s"><itemset nodeset="../rep"><value ref="n"/><label ref="n"/></itemset></select1>',
    )
    entry.set("/data/s", "a")
    entry.set("/data/rep[1]/n", "b")
    assert entry.value("/data/s") == ""


def test_a_default_that_is_no_value_of_its_type_is_dropped(entry_of):
    entry = entry_of(
        "<a>2026-03-31T10:00:00.000Z</a><b>2026-03-31</b><c>2.5</c><d>x</d>",
        '<bind nodeset="/data/a" type="date"/><bind nodeset="/data/b" type="date"/>'
        '<bind nodeset="/data/c" type="int"/><bind nodeset="/data/d" type="int"/>',
        '<input ref="/data/a"/><input ref="/data/b"/><input ref="/data/c"/><input ref="/data/d"/>',
    )
    assert [entry.value(f"/data/{name}") for name in "abcd"] == ["", "2026-03-31", "2", ""]


def test_a_digest_that_cannot_be_made_leaves_what_was_there(entry_of):
    entry = entry_of(
        "<a>MD5</a><b/>",
        "<bind nodeset=\"/data/b\" calculate=\"digest('x', /data/a, 'hex')\"/>",
        '<input ref="/data/a"/>',
    )
    made = entry.value("/data/b")
    entry.set("/data/a", "none")
    assert entry.value("/data/b") == made != ""


def test_a_new_repeat_is_told_to_the_repeat_alone(entry_of):
    entry = entry_of(
        "<rep><n/><m/></rep>",
        "",
        '<repeat nodeset="/data/rep"><setvalue event="odk-new-repeat" ref="/data/rep/m">m</setvalue><input ref="/data/rep/n">'
        '<setvalue event="odk-new-repeat" ref="/data/rep/n">n</setvalue></input><input ref="/data/rep/m"/></repeat>',
    )
    entry.add_repeat("/data/rep")
    assert [entry.value(f"/data/rep[2]/{name}") for name in "nm"] == ["", "m"]
