"""Forms come from a server as it has them, only what changed, and only what is fit to be used with people."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_forms import CHANGED, NEW, REFUSED, SAME, file_name, pull
from fieldkit.library import FormLibrary

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>水井</h:title><model>
<instance><data id="{id}" version="{version}"><village/><name/><meta><instanceID/></meta></data></instance>
<instance id="villages" src="jr://file-csv/{file}"/>
<bind nodeset="/data/village" type="string"{extra}/><bind nodeset="/data/name" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
</model></h:head><h:body>
<select1 ref="/data/village"><label>village</label><itemset nodeset="instance('villages')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<input ref="/data/name"><label>name</label></input></h:body></h:html>"""
VILLAGES = "name,label\n01,甲村\n02,乙村\n".encode()


def form(form_id="well", version="1", file="villages.csv", extra=""):
    return FORM.format(id=form_id, version=version, file=file, extra=extra).encode()


@pytest.fixture
def pulled(central, connect, tmp_path):
    folder = tmp_path / "表 forms"
    folder.mkdir()

    def pull_now(*wanted):
        return {each.offered.form: each for each in pull(connect(central), FormLibrary(folder), wanted)}

    pull_now.folder = folder
    return pull_now


def test_only_what_changed_is_fetched(central, pulled):
    central.offer("well", "1", form(), {"villages.csv": VILLAGES, "说明.png": b"picture"})
    first = pulled()["well"]
    assert (first.verdict, set(first.files)) == (NEW, {"villages.csv", "说明.png"})
    assert (pulled.folder / "well.xml").read_bytes() == form()
    assert (pulled.folder / "说明.png").read_bytes() == b"picture"
    before = len(central.log)
    assert pulled()["well"].verdict == SAME
    assert not [path for _m, path, _a in central.log[before:] if path.endswith((".xml", ".csv"))]
    central.offer(
        "well", "1", form(), {"villages.csv": VILLAGES + "03,丙村\n".encode(), "说明.png": b"picture"}
    )
    second = pulled()["well"]
    assert (second.verdict, second.files) == (CHANGED, ("villages.csv",))
    assert "丙村" in (pulled.folder / "villages.csv").read_text(encoding="utf-8")
    central.offer("well", "2", form(version="2"), central.media["well"])
    assert pulled()["well"].verdict == CHANGED
    library = FormLibrary(pulled.folder)
    assert library.get("well").version == "2"
    assert {each.version for each in library.all_versions() if each.id == "well"} == {"1", "2"}


def test_a_faulty_form_is_told_with_its_line_and_stops_no_other(central, pulled):
    central.offer("bad", "1", form("bad", extra=' relevant="if(/data/name ="'), {"villages.csv": VILLAGES})
    central.offer("well", "1", form(), {"villages.csv": VILLAGES})
    found = pulled()
    assert found["well"].verdict == NEW
    assert found["bad"].verdict == REFUSED
    assert found["bad"].problems[0].row
    assert not (pulled.folder / "bad.xml").exists()


def test_a_form_of_another_name_is_refused(central, pulled):
    central.offer("well", "1", form("other"), {"villages.csv": VILLAGES})
    assert pulled()["well"].error.code == "interop.other-form"


def test_what_is_not_what_its_hash_says_is_refused(central, pulled, monkeypatch):
    central.offer("well", "1", form(), {"villages.csv": VILLAGES})
    monkeypatch.setattr("tests.interop.client.central_server._md5", lambda _content: f"md5:{'0' * 32}")
    assert pulled()["well"].error.code == "interop.damaged"
    assert list(pulled.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../x.csv", ".hidden", "a/b.csv", "c:\\x.csv", ""])
def test_a_file_goes_nowhere_but_beside_its_form(central, pulled, name):
    central.offer("well", "1", form(), {name: b"x"})
    assert pulled()["well"].error.code == "interop.bad-name"
    assert list(pulled.folder.parent.rglob("x.csv")) == []


def test_a_list_that_another_form_reads_is_not_changed_under_it(central, pulled):
    central.offer("one", "1", form("one"), {"villages.csv": VILLAGES})
    pulled()
    central.offer("two", "1", form("two"), {"villages.csv": VILLAGES + b"09,x\n"})
    assert pulled()["two"].error.code == "interop.list-clash"
    assert (pulled.folder / "villages.csv").read_bytes() == VILLAGES


def test_one_form_of_many(central, pulled):
    for name in ("one", "two"):
        central.offer(name, "1", form(name), {"villages.csv": VILLAGES})
    assert set(pulled("two")) == {"two"}
    with pytest.raises(FieldkitError, match=r"interop\.no-form"):
        pulled("three")


def test_names_of_files_are_safe_and_differ():
    assert file_name("well_2.x") == "well_2.x.xml"
    names = {file_name(each) for each in ("a/b", "a_b", "a?b", "../b", "水井")}
    assert len(names) == 5
    assert not any(set(name) & set("/?") or name.startswith(".") for name in names)


def people(*names):
    rows = "".join(f"7f3d0001-0000-4000-8000-00000000000{n},{name},{n},\n" for n, name in enumerate(names, 1))
    return f"name,label,__version,kind\n{rows}".encode()


def test_lists_of_entities_come_as_they_stand_though_their_hash_is_none_of_the_file(central, pulled):
    """Central marks such a list by when it changed."""
    central.entities = {"people.csv": f"md5:{'1' * 32}"}
    for name in ("one", "two"):
        central.offer(name, "1", form(name, file="people.csv"), {"people.csv": people("阿一")})
    assert {each.verdict for each in pulled().values()} == {NEW}
    assert (pulled.folder / "people.csv").read_bytes() == people("阿一")
    assert {each.verdict for each in pulled().values()} == {SAME}
    central.entities = {"people.csv": f"md5:{'2' * 32}"}
    for name in ("one", "two"):
        central.media[name] = {"people.csv": people("阿一", "阿二")}
    found = pulled()
    assert (found["one"].verdict, found["one"].files) == (CHANGED, ("people.csv",))
    assert found["two"].verdict == SAME
    assert (pulled.folder / "people.csv").read_bytes() == people("阿一", "阿二")


def test_a_list_of_entities_takes_the_place_of_no_other_list(central, pulled):
    central.offer("one", "1", form("one", file="people.csv"), {"people.csv": VILLAGES})
    pulled()
    central.entities = {"people.csv": f"md5:{'1' * 32}"}
    central.offer("two", "1", form("two", file="people.csv"), {"people.csv": people("阿一")})
    assert pulled("two")["two"].error.code == "interop.list-clash"
    assert (pulled.folder / "people.csv").read_bytes() == VILLAGES


def test_a_page_of_a_portal_is_no_list_of_entities(central, pulled):
    central.entities = {"people.csv": f"md5:{'1' * 32}"}
    central.offer("one", "1", form("one", file="people.csv"), {"people.csv": b"<html>Welcome</html>"})
    assert pulled()["one"].error.code == "interop.no-entities"
    assert list(pulled.folder.iterdir()) == []
