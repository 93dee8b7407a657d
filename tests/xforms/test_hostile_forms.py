"""Hostile and broken files: each is refused in words, or loads, in bounded time and memory; nothing else is raised."""

from __future__ import annotations

import io
import zipfile

import pytest

from fieldkit.xforms import FormEntry, FormError, load_form
from tests.xforms.workbooks import workbook

XMLNS = 'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"'


def xform(nodes="<a/>", model="", body='<input ref="/data/a"/>', before=""):
    return (
        f'{before}<h:html {XMLNS}><h:head><h:title>t</h:title><model><instance><data id="f">{nodes}</data>'
        f"</instance>{model}</model></h:head><h:body>{body}</h:body></h:html>"
    )


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Writes a file and loads it, past the cache that other tests share."""
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))

    def loaded(content, name="f.xml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return load_form(path)

    return loaded


def refusal(load, content, name="f.xml"):
    with pytest.raises(FormError) as caught:
        load(content, name)
    told = str(caught.value)
    assert len(told) > len("words")
    return told


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "well-formed"),
        ("\0" * 100, "well-formed"),
        ("<", "well-formed"),
        (xform()[:-20], "well-formed"),
        (xform()[:150], "well-formed"),
        (xform().replace("<a/>", "<a>\0</a>"), "well-formed"),
        (xform().replace("<a/>", "<a>&nope;</a>"), "well-formed"),
        (xform(before='<?xml version="1.0" encoding="utf-16"?>'), "well-formed"),
        (xform(before='<?xml version="1.0" encoding="klingon"?>'), "well-formed"),
        (xform().replace("<h:title>t", "<h:title>\udcff").encode("utf-8", "surrogateescape"), "well-formed"),
        (xform("<a>&b;</a>", before=f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY b "&l9;">]>'), ""),
        (xform("<a>&x;</a>", before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entities"),
        (xform("<a>x</a>", before='<!DOCTYPE x [<!ENTITY % x SYSTEM "http://localhost:9/x"> %x;]>'), ""),
        (xform("<g>" * 10_000 + "</g>" * 10_000), "well-formed"),
        (xform(body="<group>" * 10_000 + "</group>" * 10_000), "well-formed"),
        ("<data/>", "not an XForm"),
        (f"<h:html {XMLNS}><h:head><model/></h:head></h:html>", "no primary instance"),
        (f"<h:html {XMLNS}><h:head><model><instance/></model></h:head></h:html>", "no primary instance"),
    ],
)
def test_what_is_no_form_is_refused(load, content, words):
    assert words in refusal(load, content)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (xform(model="<bind/>"), "a bind names no node"),
        (
            xform(model='<bind id="x" nodeset="/data/a"/><bind id="x" nodeset="/data/a"/>'),
            "two binds have the id",
        ),
        (xform(model="<unheard/>"), "no place in a model"),
        (xform(model='<setvalue ref="/data/a" event="noon" value="1"/>'), "noon is no event"),
        (xform(model='<setvalue ref="/data/a" value="1"/>'), "no event"),
        (xform(model='<setvalue event="odk-instance-load" value="1"/>'), "names no node"),
        (xform(model='<setvalue ref="/data/b" event="odk-instance-load"/>'), "no node of the form"),
        (xform(model='<setvalue ref="/data/a" event="odk-new-repeat"/>'), "inside a repeat"),
        (xform(model='<setvalue bind="b" event="odk-instance-load"/>'), "no bind with the id"),
        (xform(model='<setgeopoint ref="/data/a" event="odk-instance-load"/>'), "wrong namespace"),
        (xform(body='<input ref="/data/b"/>'), "/data/b is no node"),
        (xform(body='<input ref="../../../../b"/>'), "is no node"),
        (xform(body='<input bind="b"/>'), "no bind with the id"),
        (xform(body="<input/>"), "a question names no node"),
        (xform(body='<slider ref="/data/a"/>'), "no question, group or repeat"),
        (xform(body='<group ref="/data/b"/>'), "/data/b is no node"),
        (xform(body="<repeat/>"), "a repeat names no node"),
        (xform(body='<repeat nodeset="/data"/>'), "the whole form"),
        (
            xform("<a/><r/>", body='<repeat nodeset="/data/r"><input ref="/data/a"/></repeat>'),
            "without being part",
        ),
        (
            xform("<r/>", body='<repeat nodeset="/data/r"><repeat nodeset="/data/r"/></repeat>'),
            "stands in itself",
        ),
        (
            xform('<r jr:template=""/><r jr:template=""/>', body='<repeat nodeset="/data/r"/>'),
            "two templates",
        ),
        (xform(body='<select1 ref="/data/a"><item><value>1</value></item></select1>'), "label and a value"),
        (xform(body='<select1 ref="/data/a"><itemset nodeset="/data/a"/></select1>'), "nodeset, a value"),
        (xform(body='<input ref="/data/a"><label ref="/data/a"/></input>'), "is no text"),
        (xform(body='<input ref="/data/a"><label ref="jr:itext(\'x\')"/></input>'), "there is no text 'x'"),
        (xform(body='<range ref="/data/a" start="low" end="2" step="1"/>'), "start of a range is a number"),
        (xform(model="<itext><translation/></itext>"), "no lang"),
        (xform(model='<itext><translation lang="x"/><translation lang="x"/></itext>'), "two translations"),
        (xform(model='<itext><translation lang="x"><text/></translation></itext>'), "a text has no id"),
        (xform(model='<bind nodeset="/data/a" relevant="(((1"/>'), "')' is missing"),
        (xform(model=f'<bind nodeset="/data/a" relevant="{"(" * 5000}1{")" * 5000}"/>'), "deep"),
        (xform(model=f'<bind nodeset="/data/a" relevant="{"1 + " * 1_000_000}1"/>'), "longer than"),
        (xform(model='<bind nodeset="/data/a" calculate="instance(\'gone\')/root/item"/>'), "no list 'gone'"),
    ],
)
def test_a_faulty_form_is_refused_with_its_line(load, form, words):
    told = refusal(load, form)
    assert words in told
    assert "line 1" in told
    assert len(told) < 1000


@pytest.mark.parametrize(
    "form",
    [
        xform(body=f'<input ref="/data/a"><label>{"x" * 1_000_000}</label></input>'),
        xform(body=f'<input ref="/data/a" appearance="{"x" * 5_000_000}"/>'),
        xform().encode("utf-16"),
        b"\xef\xbb\xbf" + xform().encode(),
        xform("<名>你好</名>", body='<input ref="/data/名"/>', before='<?xml version="1.0" encoding="gb18030"?>').encode("gb18030"),
        xform(before='<!DOCTYPE html PUBLIC "x" "http://localhost:9/x.dtd">'),
        xform("<!-- c --><a><?x y?></a>", body='<input ref="/data/a"><label>a<!-- c -->b</label></input>'),
        xform(model='<bind nodeset="/data/gone" relevant="1 = 1"/><bind nodeset="/data/a" type="unheard"/>'),
        xform(model='<bind nodeset="/data/a" type="int"/><bind nodeset="/data/a" required="true()"/>'),
        xform(body='<input ref="/data/a" xmlns:o="urn:other"><o:unheard/></input><o:unheard xmlns:o="urn:other"/>'),
        xform("<a/>" * 5000),
        xform("<g>" * 200 + "</g>" * 200, body=""),
    ],
)  # fmt: skip
def test_what_is_only_unusual_loads(load, form):
    assert FormEntry(load(form)).form.id == "f"


def test_later_binds_add_to_earlier_ones(load):
    bind = (
        load(xform(model='<bind nodeset="/data/a" type="int"/><bind nodeset="/data/a" required="true()"/>'))
        .find("a")
        .bind
    )
    assert (bind.type, bind.required.source) == ("int", "true()")


def test_a_bind_without_a_node_is_a_warning(load):
    [warning] = load(xform(model='<bind nodeset="/data/gone" type="int"/>')).warnings
    assert "/data/gone" in str(warning)


def test_a_faulty_output_leaves_its_place_empty(load):
    form = load(xform(body='<input ref="/data/a"><label>x <output value="1 ="/> y</label></input>'))
    assert FormEntry(form).label("/data/a").split() == ["x", "y"]
    assert "ends too early" in str(form.warnings[0])


def test_a_long_circle_is_named_by_its_ends(load):
    count = 10_000
    nodes = "".join(f"<n{i}/>" for i in range(count))
    binds = "".join(
        f'<bind nodeset="/data/n{i}" calculate="/data/n{(i + 1) % count} + 1"/>' for i in range(count)
    )
    told = refusal(load, xform(nodes, binds, '<input ref="/data/n0"/>'))
    assert "circle" in told
    assert told.count("→") < 20


SURVEY = [["type", "name", "label"], ["text", "a", "A"]]


def bomb(member):
    """A workbook in which one part unpacks to a gigabyte."""
    file = io.BytesIO(workbook(survey=SURVEY))
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(member, "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * (1 << 20))
    return file.getvalue()


def yaml_groups(depth):
    begins = "".join(f"- {{type: begin_group, name: g{i}, label: G}}\n" for i in range(depth))
    return f"survey:\n{begins}- {{type: text, name: a, label: A}}\n" + "- {type: end_group}\n" * depth


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("f.xlsx", b"", "cannot be read"),
        ("f.xlsx", b"PK\x03\x04 and nothing more", "cannot be read"),
        ("f.xlsx", workbook(survey=SURVEY)[:-300], "cannot be read"),
        ("f.xlsx", bomb("xl/worksheets/bomb.xml"), "unpack"),
        ("f.xlsx", workbook(choices=[["list_name", "name"]]), "no survey sheet"),
        ("f.xlsx", workbook(survey=[["type", "name"]]), "no survey sheet"),
        ("f.xls", b"\xd0\xcf\x11\xe0 and nothing more", "cannot be read"),
        ("f.csv", b"", "no survey sheet"),
        ("f.csv", b"\xff\xfe\x00\x00\x01", ""),
        ("f.csv", b'"survey",\n,"type","na\0me"\n', ""),
        ("f.md", b"\xff\xff", ""),
        ("f.yaml", b"\xff\xff", "YAML"),
        ("f.yaml", b"survey: " + b"[" * 200_000, "nested too deeply"),
        ("f.yaml", b"a: &a [x]\nb: &b [*a, *a]\nsurvey: *b\n", ""),
        ("f.yaml", b"survey:\n- type: text\n  name: a\n  label: A\n  type: note\n", "twice"),
        ("f.yaml", b"survey:\n- !!python/object:os.system {type: text}\n", ""),
        ("f.yaml", b"survey: 5\n", ""),
        ("f.yaml", yaml_groups(2000), ""),
        ("f.yaml", b"survey:\n- {type: text, name: a, label: A, 'bind::x:y': z}\n", "namespaces"),
        (
            "f.yaml",
            b"survey:\n- {type: text, name: a, label: A, 'bind::x:y': z, 'fk:why::zh': w}\n",
            "namespaces",
        ),
        ("f.yaml", b"? [a, b]\n: c\n", ""),
    ],
)
def test_broken_sheets_are_refused(load, name, content, words):
    assert words in refusal(load, content, name)


LISTED = xform(
    model='<instance id="l" src="jr://file-csv/l.csv"/>',
    body='<select1 ref="/data/a"><itemset nodeset="instance(\'l\')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>',
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,label\n1,\0\n", "NUL"),
        (b"name,label\n1," + b"x" * (3 << 20) + b"\n", "cannot be read"),
        (b"name,label\n1,\xff\xff\xff\n", "cannot be read"),
    ],
)
def test_a_broken_list_is_refused(load, tmp_path, content, words):
    (tmp_path / "l.csv").write_bytes(content)
    entry = FormEntry(load(LISTED))
    with pytest.raises(FormError) as caught:
        entry.choices("/data/a")
    assert words in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"name\n", b"name,label\n1\n2,b,c\n", b'name,label\n1,"x\ny"\n'])
def test_an_uneven_list_is_read(load, tmp_path, content):
    (tmp_path / "l.csv").write_bytes(content)
    assert len(FormEntry(load(LISTED)).choices("/data/a")) < 3
