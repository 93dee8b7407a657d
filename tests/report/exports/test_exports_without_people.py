"""Nothing that leaves tells of whom it is: no contact, no restricted answer, no free text, nobody who declined, no order."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.library import FormLibrary
from fieldkit.places import places
from fieldkit.privacy.leaving import STAFF
from fieldkit.privacy.profiles import Profile
from fieldkit.records import Record
from fieldkit.report.exports.columns import export_tables, versions_of
from fieldkit.report.exports.tally import COUNTS_ONLY
from fieldkit.report.exports.writing import FORMATS, XML, Wanted, export
from fieldkit.xforms import Question, Repeat
from tests.report.exports.conftest import (
    CONTACT,
    DONE,
    FREE,
    RESTRICTED,
    SECRET,
    SEEN,
    TODAY,
    Tables,
    everything,
    record,
    rows,
    write_form,
)  # fmt: skip

SHIPPED = FormLibrary(None)
FORMS = sorted({form.id for form in SHIPPED.all_versions()})
NUMBER = "99010110020000017"
DAY = "2026-03-16"


def filled(form):
    """A record with something to be searched for in every question: by its tier."""
    answers = {}
    canaries = {"C": CONTACT, "R": RESTRICTED, "X": SEEN}
    for path, item in form.items.items():
        if not isinstance(item, Question):
            continue
        key, above = "", f"/{form.root}"
        for step in path.split("/")[2:]:
            above = f"{above}/{step}"
            key = f"{key}/{step}" if key else step
            if isinstance(form.items.get(above), Repeat):
                answers[f"{key}/i0"] = "1"
                key = f"{key}/i0"
        around = [form.items.get("/".join(path.split("/")[:end])) for end in range(2, path.count("/") + 1)]
        tier = next(
            (each.bind.tier for each in around if each and each.bind.tier in canaries), item.bind.tier
        )
        if item.name in STAFF:
            tier = "C"
        is_told = tier == "P" and not item.control
        answers[key] = canaries.get(tier) or (
            "1" if is_told else DAY if item.bind.type == "date" else f"{FREE}{NUMBER}"
        )
        if item.name == "outcome":
            answers[key] = "done"
        if item.name == "stats":
            answers[key] = "yes"
        if item.name == "withdrawn_scope":
            del answers[key]
    return answers


@pytest.mark.parametrize("form", [form for form in FORMS if form not in COUNTS_ONLY])
def test_no_contact_restricted_seen_or_free_answer_of_any_shipped_form_leaves(form, tmp_path):
    newest = versions_of(SHIPPED, form)[-1]
    tables = Tables(
        SHIPPED, [Record("0195c0de-0000-7000-8000-000000000001", form, filled(newest), frozenset(), TODAY)]
    )
    for kind in ("csv", XML):
        export(tables, Wanted(form, kind, Profile.DEIDENTIFIED, "zh", "x", TODAY), tmp_path / kind, SECRET)
        found = everything(tmp_path / kind)
        for canary in (CONTACT, RESTRICTED, SEEN, FREE, NUMBER, DAY, "0195c0de"):
            assert canary.encode() not in found, canary


def test_the_columns_of_every_shipped_form_are_of_tiers_that_may_leave():
    for form in FORMS:
        versions = versions_of(SHIPPED, form)
        tiers = {
            path.split("/", 2)[-1]: item.bind.tier
            for path, item in versions[-1].items.items()
            if path.count("/") > 1
        }
        for table in export_tables(versions, places()):
            assert {tiers[column.path] for column in table.columns} <= {"P", "N"}
            assert STAFF.isdisjoint(column.question for column in table.columns)


@pytest.mark.parametrize("kind", [*FORMATS, XML])
def test_every_format_keeps_to_it(exported, kind):
    folder, _manifest = exported(kind, record(1, DONE))
    found = everything(folder)
    for canary in (CONTACT, SEEN, FREE, NUMBER, DAY, "0195c0de-0001", "09:41"):
        for written in (canary.encode(), canary.encode("utf-16-le")):
            assert written not in found, canary
    # By itself: a hash or pseudonym may have these four digits within it.
    assert not re.search(rb"(?<![0-9a-f])1971(?![0-9a-f])", found)


def test_a_question_that_was_contact_once_has_no_column(tmp_path, library):
    earlier = [("text", "rooms", "C") if row[1] == "rooms" else row for row in versions_rows()]
    before = write_form(tmp_path / "before", earlier).known("fam")
    columns = export_tables([before, library.known("fam")], places())[0].columns
    assert "rooms" not in {each.question for each in columns}


def versions_rows():
    from tests.report.exports.conftest import SURVEY

    return list(SURVEY)


def declined(number, day="2026-03-02"):
    return record(number, {"village": "990101100200", "outcome": "declined", "date": day})


def test_a_decline_is_village_month_and_outcome_and_cannot_be_followed(exported):
    folder, manifest = exported("csv", declined(1), record(2, DONE), declined(3, "2026-03-30"))
    found = [each for each in rows(folder) if each["outcome"] == "declined"]
    assert manifest.declined == 2
    for each in found:
        said = {name for name, cell in each.items() if cell}
        assert said == {"record_key", "village", "outcome", "date"}
    keys = {each["record_key"] for each in found}
    for others in ([declined(8), declined(9)], [declined(3), record(2, DONE), declined(1)]):
        again, _manifest = exported("csv", *others, name=f"again {len(others)}")
        assert {each["record_key"] for each in rows(again) if each["outcome"] == "declined"} == keys


def test_a_decline_that_holds_more_by_mistake_leaves_as_any_other(exported):
    folder, _manifest = exported("csv", record(1, DONE | {"outcome": "declined"}))
    [row] = rows(folder)
    assert {name for name, cell in row.items() if cell} == {"record_key", "village", "outcome", "date"}
    assert rows(folder, "members") == []


def test_rows_stand_in_an_order_that_tells_nothing(exported):
    found = [record(n, DONE | {"rooms": str(n)}) for n in range(40)]
    first, one = exported("csv", *found, name="first")
    second, other = exported("csv", *reversed(found), name="second")
    order = [int(each["rooms"]) for each in rows(first)]
    assert order not in (sorted(order), sorted(order, reverse=True))
    assert (first / "fam.csv").read_bytes() == (second / "fam.csv").read_bytes()
    assert one == other


def test_pseudonyms_are_the_offices_own(tables, tmp_path):
    tables.found = [record(1, DONE)]
    wanted = Wanted("fam", "csv", Profile.DEIDENTIFIED, "en", "x", TODAY)
    found = []
    for name, secret in (("a", SECRET), ("b", SECRET), ("c", b"another office's")):
        export(tables, wanted, tmp_path / name, secret)
        [row] = rows(tmp_path / name)
        found.append((row["record_key"], row["hh_id"]))
    assert found[0] == found[1]
    assert set(found[0]).isdisjoint(found[2])


@pytest.mark.parametrize(
    "more",
    [
        {"stats": "no"},
        {"stats": {"missing": "pns"}},
        {"withdrawn_scope": "stats"},
        {"withdrawn_scope": "contact basic"},
    ],
)
def test_who_does_not_want_statistics_is_a_service_and_nothing_more(exported, more):
    folder, manifest = exported("csv", record(1, DONE | more), record(2, DONE))
    assert manifest.kept_out == 1
    found = [each for each in rows(folder) if not each["hh_id"]]
    assert [{name for name, cell in each.items() if cell} for each in found] == [
        {"record_key", "village", "outcome", "date"}
    ]
    assert len(rows(folder, "members")) == 2


def test_statistics_in_conflict_are_not_agreed_to(exported):
    answers = {path: answer for path, answer in DONE.items() if path != "stats"}
    _folder, manifest = exported("csv", record(1, answers, conflicts=["stats"]))
    assert manifest.kept_out == 1


def test_who_said_no_at_the_registration_is_in_no_other_form(tmp_path):
    said = {
        "identity/pid": "2603161001",
        "consent/stats": "no",
        "village": "990101100200",
        "outcome": "registered",
    }
    found = [
        Record("1", "scr_cervix", {"pid": "2603161001", "village": "990101100200"}, frozenset(), TODAY),
        Record("2", "scr_cervix", {"pid": "2603161002", "village": "990101100200"}, frozenset(), TODAY),
        Record("3", "scr_participant", said, frozenset(), TODAY),
    ]
    wanted = Wanted("scr_cervix", "csv", Profile.DEIDENTIFIED, "en", "x", TODAY)
    manifest = export(Tables(SHIPPED, found), wanted, tmp_path / "out", SECRET)
    assert manifest.rows["scr_cervix"] == 1
    counted = export(
        Tables(SHIPPED, found), Wanted("scr_cervix", "csv", Profile.AGGREGATE, "en", "x", TODAY), tmp_path / "counts", SECRET
    )  # fmt: skip
    assert counted.rows["counts"] > 0
    [all_of_them] = [
        each
        for each in rows(tmp_path / "counts", "counts")
        if each["answer"] == "rows" and not each["village"]
    ]
    assert all_of_them["count"] == "1"


def test_a_log_leaves_without_times_answers_and_names(tmp_path):
    library = write_form(tmp_path / "f", log=True)
    log = (
        "event,node,start,end,user,old-value,new-value\n"
        f"form start,,1773627000000,,{CONTACT},,\n"
        f"question,/data/rooms,1773627001000,1773627003500,{CONTACT},{FREE},{FREE}\n"
        f"question,/data/members[2]/sex,1773627004000,1773627005000,{CONTACT},,\n"
        f"question,/data/ill,1773627006000,1773627009000,{CONTACT},,{RESTRICTED}\n"
        f"{FREE},/data/rooms,1773627010000,,,,\n"
    )
    tables = Tables(library, [record(1, DONE | {"meta/audit": log})])
    export(tables, Wanted("fam", XML, Profile.DEIDENTIFIED, "en", "x", TODAY), tmp_path / "out", SECRET)
    with zipfile.ZipFile(tmp_path / "out" / "fam.zip") as archive:
        lines = list(csv.reader(archive.read("audit.csv").decode().splitlines()))
    assert [line[1:] for line in lines] == [
        ["event", "node", "start", "end"], ["form start", "", "0", ""], ["question", "rooms", "1000", "3500"],
        ["question", "members/sex", "4000", "5000"], ["question", "", "6000", "9000"],
    ]  # fmt: skip
    for canary in (CONTACT, FREE, RESTRICTED, "1773627"):
        assert canary.encode() not in everything(tmp_path / "out")


def test_a_form_of_which_nothing_may_leave_says_so(tmp_path):
    library = write_form(
        tmp_path / "f",
        [
            ("select_one outcome", "outcome", ""),
            ("text", "name", "C"),
            ("text", "more", "N"),
            ("integer", "n", ""),
        ],
    )
    with pytest.raises(FieldkitError) as error:
        export(
            Tables(library),
            Wanted("fam", "csv", Profile.DEIDENTIFIED, "en", "x", TODAY),
            tmp_path / "out",
            SECRET,
        )
    assert error.value.code == "exports.nothing"


def test_the_folder_of_forms_is_whole():
    assert len(FORMS) > 15
    assert Path(SHIPPED.files()[0].path).is_file()
