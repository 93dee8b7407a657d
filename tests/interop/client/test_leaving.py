"""What leaves for another server: without the people what exports write and nothing else; the whole archive as it is."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_profiles import as_they_are, look_over, without_people
from fieldkit.interop.client_push import Outgoing
from fieldkit.interop.client_records import (
    CONFLICT,
    NO_STATISTICS,
    NO_TIERS,
    NOTHING,
    Leaving,
    derived_id,
    submission_of,
)  # fmt: skip
from fieldkit.library import FormLibrary
from fieldkit.privacy.profiles import Profile, lock
from fieldkit.records import Record
from fieldkit.report.exports.writing import Wanted, export
from tests.report.exports.conftest import (
    CONTACT,
    DONE,
    FREE,
    RESTRICTED,
    SECRET,
    TODAY,
    Tables,
    record,
    write_form,
)  # fmt: skip

DECLINED = {
    "village": "990101100201",
    "date": "2026-03-04",
    "outcome": "declined",
    "hh_id": "99010110020000033",
}
META = ("instanceID", "deprecatedID")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return write_form(tmp_path_factory.mktemp("f") / "f")


@pytest.fixture(scope="module")
def form(library):
    return library.get("fam")


def reduced(library, *records, forms=()):
    """What leaves of each of some records that are all there are."""
    way = without_people(Tables(library, list(records)), SECRET, "安排服务", forms)
    return [way(library.get(each.form), each) for each in records]


def said(xml):
    """What a submission answers, without its ids."""
    root = etree.fromstring(xml)
    for meta in root.findall("{*}meta"):
        root.remove(meta)
    return [
        f"{root.getroottree().getpath(each)} {each.text or ''} {[text for key, text in each.attrib.items() if 'missing' in key]}"
        for each in root.iter("*")
        if not len(each)
    ]


def exported(library, folder, *records):
    """What an export to XML answers for these records."""
    wanted = Wanted("fam", "xml", Profile.DEIDENTIFIED, "en", "安排服务", TODAY)
    export(Tables(library, list(records)), wanted, folder, SECRET)
    with zipfile.ZipFile(folder / "fam.zip") as archive:
        return sorted(
            said(archive.read(each)) for each in archive.namelist() if each.startswith("instances/")
        )


def test_it_is_what_an_export_writes(library, tmp_path):
    records = [
        record(1, DONE),
        record(2, DONE | {"rooms": {"missing": "dk"}}),
        record(3, DECLINED),
        record(4, DECLINED),
    ]
    pushed = reduced(library, *records)
    assert sorted(said(each.xml) for each in pushed) == exported(library, tmp_path / "out", *records)
    text = b"".join(each.xml for each in pushed).decode()
    for never in (CONTACT, RESTRICTED, FREE, "2026-03-16", "1971", "09:41", "99010110020000017", "<ill"):
        assert never not in text
    assert "<date>2026-03</date>" in text
    assert "<birth_year>1970-1974</birth_year>" in text
    assert text.count(lock("安排服务")) == 4
    assert all(each.sensitive == frozenset() and not each.public_key for each in pushed)


def test_no_id_leads_back_to_a_record_or_to_what_a_phone_sent(library, form):
    [leaves] = reduced(library, record(1, DONE | {"meta/instanceID": "uuid:own"}))
    xml = submission_of(leaves, leaves.instance, "", "x").decode()
    assert "own" not in xml
    assert leaves.instance not in {derived_id(record(1, {}).id), "uuid:own"}
    [other] = without_secret(library)
    assert other.instance != leaves.instance
    assert (
        as_they_are(library, restricted=True)(
            form, record(1, DONE | {"meta/instanceID": "uuid:own"})
        ).instance
        == "uuid:own"
    )


def without_secret(library):
    way = without_people(Tables(library, [record(1, DONE)]), b"of another office", "安排服务", ())
    return [way(library.get("fam"), record(1, DONE))]


def test_declines_are_counted_and_nothing_tells_which_is_whose(library):
    first = reduced(library, record(3, DECLINED), record(4, DECLINED))
    second = reduced(library, record(4, DECLINED))
    assert len({each.instance for each in first}) == 2
    assert second[0].instance == first[0].instance
    assert {each.record for each in first}.isdisjoint({record(3, {}).id, record(4, {}).id})


@pytest.mark.parametrize("stats", ["no", {"missing": "declined"}])
def test_whoever_did_not_agree_to_statistics_stays(library, stats):
    assert reduced(library, record(1, DONE | {"stats": stats}), record(2, DONE))[0] == NO_STATISTICS
    assert reduced(library, record(1, DONE | {"withdrawn_scope": "stats"})) == [NO_STATISTICS]


def test_whoever_said_it_in_another_record_stays(tmp_path):
    survey = (
        ("text", "village", "P"),
        ("text", "outcome", "P"),
        ("date", "date", "P"),
        ("text", "pid", "N"),
        ("select_one yes_no", "stats", "N"),
    )
    library = write_form(tmp_path / "g", survey)
    asked, later = record(1, {"pid": "P1", "stats": "no"}), record(2, {"pid": "P1", "village": "v"})
    assert reduced(library, later, asked) == [NO_STATISTICS, NO_STATISTICS]
    assert isinstance(reduced(library, record(3, {"pid": "P2", "village": "v"}), asked)[0], Leaving)


def test_what_is_in_conflict_or_empty_stays(library, form):
    torn = record(1, DONE, conflicts=["name"])
    assert reduced(library, torn, record(2, {"name": CONTACT})) == [CONFLICT, NOTHING]
    assert as_they_are(library, restricted=True)(form, torn) == CONFLICT


def test_a_form_without_tiers_leaves_whole_or_not_at_all(tmp_path):
    (tmp_path / "g.yaml").write_text(
        "settings: [{form_id: g}]\nsurvey:\n  - {type: text, name: a, label: a}\n  - {type: username, name: worker}\n",
        encoding="utf-8",
    )
    library = FormLibrary(tmp_path)
    it = Record("r1", "g", {"a": "x", "worker": "谁"}, frozenset(), date(2026, 3, 2))
    assert reduced(library, it) == [NO_TIERS]
    [leaves] = reduced(library, it, forms=["g"])
    assert b"<a>x</a>" in leaves.xml
    assert "谁" not in leaves.xml.decode()
    assert leaves.sensitive == {"C"}


def test_an_archive_goes_as_it_is_and_restricted_answers_only_encrypted_or_not_at_all(library, form):
    it = record(1, DONE)
    leaves = as_they_are(library, restricted=True)(form, it)
    for kept in (CONTACT, FREE, "2026-03-16", "99010110020000017", "<ill>yes</ill>"):
        assert kept in leaves.xml.decode()
    assert "看过" not in leaves.xml.decode(), "what is only seen never leaves"
    assert leaves.sensitive == {"C", "R"}
    with pytest.raises(FieldkitError, match=r"interop\.open-restricted"):
        look_over([Outgoing(it.id, "fam", leaves)])
    without = as_they_are(library, restricted=False)(form, it)
    assert b"<ill>" not in without.xml
    [going] = look_over([Outgoing(it.id, "fam", without), Outgoing("r2", "fam", CONFLICT)])
    assert (going.form, going.records, going.contact, going.restricted) == ("fam", 1, 1, 0)


def test_an_entity_goes_with_the_archive(tmp_path):
    (tmp_path / "e.yaml").write_text(
        "settings: [{form_id: e, version: '1'}]\nsurvey:\n  - {type: text, name: a, label: a, save_to: kind}\n"
        "entities: [{dataset: wells, label: '${a}'}]\n",
        encoding="utf-8",
    )
    library = FormLibrary(tmp_path)
    form = library.get("e")
    answers = {"a": "deep", "meta/entity/@id": "7f3d0001-0000-4000-8000-000000000001", "meta/entity/@create": "1",
               "meta/entity/label": "deep", "meta/instanceID": "uuid:a"}  # fmt: skip
    leaves = as_they_are(library, restricted=True)(
        form, Record("r", "e", answers, frozenset(), date(2026, 3, 2))
    )
    root = etree.fromstring(submission_of(leaves, "uuid:a", "", "x"))
    [entity] = root.iterfind("{*}meta/{*}entity")
    assert dict(entity.attrib) == {"dataset": "wells", "id": answers["meta/entity/@id"], "create": "1"}


@settings(max_examples=40, deadline=None)
@given(
    answers=st.dictionaries(st.sampled_from(sorted(DONE)), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=9),
    before=st.sampled_from(["", "uuid:1"]),
)  # fmt: skip
def test_the_same_content_is_the_same_bytes_and_an_edit_names_what_it_edits(library, form, answers, before):
    it = record(1, DONE | answers)
    for way in (
        as_they_are(library, restricted=True),
        without_people(Tables(library, [it]), SECRET, "x", ()),
    ):
        once, again = way(form, it), way(form, it)
        if isinstance(once, str):
            assert once == again
            continue
        xml = submission_of(once, "uuid:2", before, "mark")
        assert xml == submission_of(again, "uuid:2", before, "mark")
        root = etree.fromstring(xml)
        assert (root.get("id"), root.get("version")) == ("fam", "7")
        ids = [root.findtext(f"{{*}}meta/{{*}}{name}") for name in META]
        assert ids == ["uuid:2", before or None]
