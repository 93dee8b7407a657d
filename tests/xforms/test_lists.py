"""Lists: a table is to expressions what its XML would be, in memory or in a side-file; caches heal themselves."""

from __future__ import annotations

import errno
import json
import pickle
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fieldkit.xforms import FormEntry, FormError, load_form
from fieldkit.xforms.cache import _Reader
from fieldkit.xforms.instance import parse_xml
from fieldkit.xforms.lists import sidefile
from fieldkit.xforms.lists.library import xml_list
from fieldkit.xforms.table import MemoryTable, TableDocument
from fieldkit.xforms.xpath import Context, Environment, compile_expression

CELLS = st.sampled_from(["", "a", "b", "1", "2", "01", "村"])
TABLES = st.lists(
    st.fixed_dictionaries({"name": CELLS}, optional={"label": CELLS, "group": CELLS}), min_size=1, max_size=8
)
COLUMNS = ["name", "label", "group"]
EXPRESSIONS = [
    "instance('l')/root/item[name = 'a']/label",
    "instance('l')/root/item[name = 'a' and group = 'b']/label",
    "instance('l')/root/item[group = instance('l')/root/item[1]/name]/name",
    "instance('l')/root/item[group = ''][2]/name",
    "instance('l')/root/item[name = '1'][last()]/label",
    "count(instance('l')/root/item[name != 'a'])",
    "count(instance('l')/root/item[name = 1])",
    "instance('l')/root/item[2]/*",
    "instance('l')/root/item[name = 'b' or group = 'b'][1]/label",
    "count(instance('l')//label | instance('l')/root/item/label)",
    "instance('l')/root/item[position() = 2 and name = 'a']/name",
    "instance('l')/root/item[name = 'a' and group >= 3 - 1]/label",
    "count(instance('l')/root/item[name = 1 and label - 1 <= group])",
    "instance('l')/root/item[name = 'a' and 1 < position() + 0]/label",
    "instance('l')/root/item[name = 'a' and -last() < -2]/label",
    "instance('l')/root/item[starts-with(name, '0') and group = 'a']/following-sibling::item[1]/name",
    "join(' ', instance('l')/root/item[label = 'a']/../item/name)",
    "pulldata('l', 'label', 'name', 'b')",
]


def as_xml(rows):
    cells = ("".join(f"<{name}>{row[name]}</{name}>" for name in COLUMNS if name in row) for row in rows)
    return "<root>" + "".join(f"<item>{inside}</item>" for inside in cells) + "</root>"


def results(document):
    environment = Environment(instance=lambda _name: document)
    return [
        compile_expression(each).string(Context(document, 1, 1, document, environment))
        for each in EXPRESSIONS
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("side")


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TABLES)
@example(
    rows=[dict.fromkeys(COLUMNS, "b"), dict.fromkeys(COLUMNS, "a"), {"name": "a", "label": "1", "group": "2"}]
)
def test_a_table_is_to_expressions_what_its_xml_is(folder, rows):
    tree = parse_xml(as_xml(rows))
    table = xml_list(as_xml(rows).encode())
    if not isinstance(table, TableDocument):  # a row has a column before one that rows above it had
        assert any(len(row) < len(COLUMNS) for row in rows)
        return
    kept = sidefile.built(folder, sidefile.key_of(repr(rows)), table.table.columns, [
        [row.get(name) for name in table.table.columns] for row in rows
    ])  # fmt: skip
    plain = results(tree)
    # An absent cell reads as empty in a lookup (JavaRosa); by XPath 1.0 alone a node-set of none equals nothing.
    if all(len(row) == 3 for row in rows):
        assert results(table) == plain
    assert results(kept.document) == results(table)


def test_a_list_that_is_no_table_stays_a_tree():
    for xml in (
        b'<root><item id="1"><name>a</name></item></root>',
        b"<root><item><name><b/>a</name></item></root>",
        b"<root><item><name>a</name><name>b</name></item></root>",
        b"<root><other><name>a</name></other></root>",
        b"<root><item>6</item></root>",
    ):
        assert not isinstance(xml_list(xml), TableDocument)


def form_with_list(folder, count, *, csv):
    """A form that chooses among `count` villages of the county answered, in a CSV file or written into the form."""
    rows = [(f"v{n}", f"Village {n}", f"c{n // 100}") for n in range(count)]
    inside = "".join(
        f"<item><name>{a}</name><label>{b}</label><county>{c}</county></item>" for a, b, c in rows
    )
    if csv:
        text = "name,label,county\n" + "".join(f'{a},"{b}",{c}\n' for a, b, c in rows)
        (folder / "villages.csv").write_text(text, encoding="utf-8-sig")
        instance = '<instance id="villages" src="jr://file-csv/villages.csv"/>'
    else:
        instance = f'<instance id="villages"><root>{inside}</root></instance>'
    path = folder / "form.xml"
    path.write_text(
        f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title>
        <model><instance><data id="t"><county/><village/><said/></data></instance>{instance}
        <bind nodeset="/data/said" calculate="instance('villages')/root/item[name = /data/village]/label"/></model></h:head>
        <h:body><input ref="/data/county"><label>c</label></input><select1 ref="/data/village"><label>v</label>
        <itemset nodeset="instance('villages')/root/item[county = /data/county]"><value ref="name"/><label ref="label"/></itemset>
        </select1></h:body></h:html>""",
        encoding="utf-8",
    )
    return path


def answered(form):
    entry = FormEntry(form)
    entry.set("/data/county", "c3")
    entry.set("/data/village", "v301")
    return [choice.value for choice in entry.choices("/data/village")], entry.value("/data/said")


EXPECTED = ([f"v{n}" for n in range(300, 400)], "Village 301")


@pytest.mark.parametrize("csv", [True, False])
@pytest.mark.parametrize("count", [1_000, 6_000])
def test_a_cascade_over_a_list_of_any_size(tmp_path, monkeypatch, csv, count):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, count, csv=csv)
    assert answered(load_form(path)) == EXPECTED
    assert answered(load_form(path)) == EXPECTED
    assert bool(list((tmp_path / "cache").glob("*.db"))) == (count > sidefile.LARGE)


@pytest.mark.parametrize("csv", [True, False])
@pytest.mark.parametrize("harm", ["scribble", "truncate", "delete", "empty"])
def test_a_damaged_side_file_is_built_anew(tmp_path, monkeypatch, csv, harm):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 6_000, csv=csv)
    assert answered(load_form(path)) == EXPECTED
    (file,) = (tmp_path / "cache").glob("*.db")
    raw = bytearray(file.read_bytes())
    if harm == "scribble":
        raw[len(raw) // 2 : len(raw) // 2 + 600] = b"\xff" * 600
    file.write_bytes({"truncate": bytes(raw[:5_000]), "empty": b""}.get(harm, bytes(raw)))
    if harm == "delete":
        file.unlink()
    assert answered(load_form(path)) == EXPECTED


@pytest.mark.parametrize("csv", [True, False])
def test_without_a_cache_everything_works(tmp_path, monkeypatch, csv):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "file" / "cache"))
    assert answered(load_form(form_with_list(tmp_path, 6_000, csv=csv))) == EXPECTED


@pytest.mark.parametrize("keep", [0, 20, 40, 400])
def test_a_damaged_form_in_the_cache_is_read_anew(tmp_path, monkeypatch, keep):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 600, csv=False)
    load_form(path)
    (file,) = (tmp_path / "cache").glob("*.form")
    file.write_bytes(file.read_bytes()[:keep])
    assert answered(load_form(path)) == EXPECTED
    assert file.stat().st_size > keep


def test_a_changed_form_or_list_is_never_served_from_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 6_000, csv=True)
    assert answered(load_form(path)) == EXPECTED
    lists = tmp_path / "villages.csv"
    lists.write_text(lists.read_text("utf-8-sig").replace("Village 301", "Renamed"), encoding="utf-8-sig")
    assert answered(load_form(path))[1] == "Renamed"
    path.write_text(path.read_text("utf-8").replace("]/label", "]/name"), encoding="utf-8")
    assert answered(load_form(path))[1] == "v301"


def test_the_cache_makes_nothing_but_parts_of_forms():
    class Evil:
        def __reduce__(self):
            return print, ("done",)

    with pytest.raises(pickle.UnpicklingError):
        _Reader(__import__("io").BytesIO(pickle.dumps(Evil()))).load()


def test_rows_handed_in_by_the_program_never_reach_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    form = load_form(form_with_list(tmp_path, 10, csv=False))
    people = [{"name": f"secret{n}", "label": "王芳", "county": "c3"} for n in range(7_000)]
    entry = FormEntry(form, lists={"villages": people})
    entry.set("/data/county", "c3")
    assert len(entry.choices("/data/village")) == 7_000
    kept = b"".join(file.read_bytes() for file in (tmp_path / "cache").iterdir())
    assert b"secret" not in kept
    assert "王芳".encode() not in kept


GEOJSON = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>g</h:title>
<model><instance><data id="g"><a/><b/></data></instance><instance id="places" src="jr://file/places.geojson"/>
<bind nodeset="/data/b" calculate="instance('places')/root/item[id = /data/a]/geometry"/></model></h:head><h:body>
<select1 ref="/data/a"><label>A</label><itemset nodeset="instance('places')/root/item"><value ref="id"/><label ref="title"/></itemset></select1>
</h:body></h:html>"""


def test_geojson_gives_the_points_of_the_kinds_odk_has(tmp_path):
    shapes = {
        "Point": ([1, 2], "2 1 0 0"),
        "LineString": ([[1, 2], [3, 4]], "2 1 0 0;4 3 0 0"),
        "Polygon": ([[[1, 2], [3, 4], [1, 2]]], "2 1 0 0;4 3 0 0;2 1 0 0"),
        "MultiPolygon": ([[[[1, 2], [3, 4], [1, 2]]]], ""),
    }
    features = [
        {"id": kind, "properties": {"title": kind}, "geometry": {"type": kind, "coordinates": points}}
        for kind, (points, _) in shapes.items()
    ]
    features.append({"properties": {"id": "none", "title": "None"}, "geometry": None})
    (tmp_path / "places.geojson").write_text(json.dumps({"features": features}))
    (tmp_path / "f.xml").write_text(GEOJSON)
    entry = FormEntry(load_form(tmp_path / "f.xml"))
    for kind, (_, expected) in [*shapes.items(), ("none", (None, ""))]:
        entry.set("/data/a", kind)
        assert (entry.value("/data/a"), entry.value("/data/b")) == (kind, expected)


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "5", '{"features": {"a": 1}}', '{"features": [1]}', '{"features": [{"properties": 1}]}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": 1}}]}',
    ],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(tmp_path, content):
    (tmp_path / "places.geojson").write_text(content)
    (tmp_path / "f.xml").write_text(GEOJSON)
    with pytest.raises(FormError, match="GeoJSON"):
        FormEntry(load_form(tmp_path / "f.xml")).set("/data/a", "x")


def test_a_list_of_entities_beside_the_form_is_not_copied_to_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 10, csv=True)
    rows = "".join(f"v{n},secret{n},1,c3\n" for n in range(6_000))
    (tmp_path / "villages.csv").write_text(f"name,label,__version,county\n{rows}", encoding="utf-8")
    entry = FormEntry(load_form(path))
    entry.set("/data/county", "c3")
    assert len(entry.choices("/data/village")) == 6_000
    assert not any(b"secret" in file.read_bytes() for file in (tmp_path / "cache").iterdir())


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.setattr(Path, "rename", full)
    assert answered(load_form(form_with_list(tmp_path, 6_000, csv=True))) == EXPECTED
    assert not list((tmp_path / "cache").iterdir())


def test_the_entry_of_another_form_in_the_cache_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 600, csv=False)
    load_form(path)
    (entry,) = (tmp_path / "cache").glob("*.form")
    path.write_text(path.read_text("utf-8").replace("]/label", "]/name"), encoding="utf-8")
    load_form(path)
    (other,) = set((tmp_path / "cache").glob("*.form")) - {entry}
    other.write_bytes(entry.read_bytes())
    assert answered(load_form(path))[1] == "v301"


@pytest.mark.parametrize("count", [4, 6_000])
@pytest.mark.parametrize(
    ("typed", "label"),
    [("zur", "Zürich"), ("ZÜRICH", "Zürich"), ("lodz", "Łódź"), ("izm", "İzmir"), ("石", "石桥村"), ("３", "村3"), ("ကို", "ကို")],
)  # fmt: skip
def test_accents_case_and_width_do_not_matter_to_a_search(tmp_path, monkeypatch, count, typed, label):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, 10, csv=True)
    labels = ["Zürich", "Łódź", "İzmir", "石桥村", "村3", "ကို", "က"]
    rows = [f"{'abcdefg'[n]},{words},c3" for n, words in enumerate(labels)] + ["x,x,c3"] * count
    (tmp_path / "villages.csv").write_text("\n".join(["name,label,county", *rows]), encoding="utf-8")
    filtered = FormEntry(load_form(path))
    filtered.set("/data/county", "c3")
    path.write_text(path.read_text("utf-8").replace("[county = /data/county]", ""), encoding="utf-8")
    for entry in (filtered, FormEntry(load_form(path))):
        assert [choice.label for choice in entry.find_choices("/data/village", typed)] == [label]


def test_a_csv_as_spreadsheets_in_china_save_it(tmp_path):
    path = form_with_list(tmp_path, 10, csv=True)
    (tmp_path / "villages.csv").write_bytes("name;label;county\nv1;石桥村;c3\n".encode("gbk"))
    entry = FormEntry(load_form(path))
    entry.set("/data/county", "c3")
    assert [choice.label for choice in entry.choices("/data/village")] == ["石桥村"]


@pytest.mark.parametrize(
    "content",
    [b"name,label\n\xff\xff\xff,x\n", b"name\0,label\nv1,x\n", b'name,label\n"v1,x' + b"y" * 2_000_000],
)
def test_a_list_that_cannot_be_read_says_which_and_how_to_save_it(tmp_path, content):
    path = form_with_list(tmp_path, 10, csv=True)
    (tmp_path / "villages.csv").write_bytes(content)
    with pytest.raises(FormError) as refused:
        FormEntry(load_form(path))
    assert "villages.csv" in str(refused.value)
    assert "UTF-8" in str(refused.value)


@pytest.mark.parametrize("count", [200, 6_000])
def test_a_list_is_searched_by_code_and_label(tmp_path, monkeypatch, count):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = form_with_list(tmp_path, count, csv=True)
    text = path.read_text("utf-8").replace("[county = /data/county]", "")
    path.write_text(text, encoding="utf-8")
    entry = FormEntry(load_form(path))
    found = entry.find_choices("/data/village", "LAGE 12", 4)
    assert [choice.value for choice in found] == ["v12", "v120", "v121", "v122"]
    assert [choice.label for choice in entry.find_choices("/data/village", "v199")] == ["Village 199"] + (
        [f"Village {n}" for n in range(1990, 2000)] if count > 2_000 else []
    )
    assert entry.find_choices("/data/village", "nowhere") == []


def test_what_is_no_longer_offered_is_dropped_and_comes_back_with_undo(tmp_path):
    entry = FormEntry(load_form(form_with_list(tmp_path, 1_000, csv=False)))
    entry.set("/data/county", "c3")
    entry.set("/data/village", "v301")
    changed = entry.set("/data/county", "c4")
    assert entry.value("/data/village") == ""
    assert {"/data/village", "/data/said"} <= changed
    entry.undo()
    assert entry.value("/data/village") == "v301"
    entry.redo()
    assert entry.value("/data/village") == ""


def test_a_forgotten_list_file_costs_no_answers(tmp_path):
    path = form_with_list(tmp_path, 10, csv=True)
    entry = FormEntry(load_form(path))
    entry.set("/data/county", "c0")
    entry.set("/data/village", "v1")
    kept = entry.answers()
    (tmp_path / "villages.csv").unlink()
    again = FormEntry(load_form(path), answers={**kept, "meta/instanceID": "x"})
    again.set("/data/county", "c9")
    assert again.value("/data/village") == "v1"


def test_memory_tables_take_rows_with_different_columns():
    table = MemoryTable.from_rows([{"a": "1"}, {"b": "2"}, {}])
    assert table.columns == ("a", "b")
    assert [row.number for row in table.find("a", "")] == [1, 2]
    assert [row.number for row in table.find("nowhere", "")] == [0, 1, 2]
    assert table.find("nowhere", "x") == []


def test_a_side_file_is_only_read(tmp_path):
    table = sidefile.built(tmp_path, "k", ["a"], [["1"]])
    with pytest.raises(sqlite3.OperationalError):
        table._connection.execute("DELETE FROM cells")
