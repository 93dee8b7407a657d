"""Records of Central, Kobo and Briefcase come in by the rules of their form: each with a verdict, once, and no good one is lost."""

from __future__ import annotations

import zipfile

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.briefcase import Unread, form_of, records_of_folder
from fieldkit.interop.imports.exports import records_of_export
from fieldkit.interop.imports.tables import read_export
from fieldkit.interop.imports.whose import form_of_export
from fieldkit.session.importing import DECLINED, NEW, PRESENT, REFUSED, Importing
from fieldkit.session.session import Session

FORM = """
settings:
  - {form_id: wells, version: "3", form_title: 水井, "fk:declined": "${outcome} = 'declined'", "fk:declined_keeps": village date outcome}
survey:
  - {type: begin group, name: head, label: h}
  - {type: text, name: village, label: 村, required: "yes"}
  - {type: date, name: date, label: 日期}
  - {type: end group}
  - {type: select_one outcome, name: outcome, label: 结果, required: "yes"}
  - {type: begin group, name: well, label: w, relevant: "${outcome} = 'done'"}
  - {type: integer, name: depth, label: 深度, constraint: ". < 100", constraint_message: 太深}
  - {type: select_multiple use, name: use, label: 用途}
  - {type: geopoint, name: place, label: 地点}
  - {type: image, name: photo, label: 照片}
  - {type: end group}
  - {type: begin repeat, name: user, label: u}
  - {type: text, name: name, label: 名}
  - {type: integer, name: age, label: 岁}
  - {type: begin repeat, name: pail, label: p}
  - {type: text, name: colour, label: 色}
  - {type: end repeat}
  - {type: end repeat}
  - {type: calculate, name: n, calculation: "count(${user})"}
choices:
  - {list_name: outcome, name: done, label: 完成}
  - {list_name: outcome, name: nobody, label: 无人}
  - {list_name: outcome, name: declined, label: 谢绝}
  - {list_name: outcome, name: dk, label: 不知道, missing: dk}
  - {list_name: use, name: drink, label: 喝}
  - {list_name: use, name: wash, label: 洗}
"""
ROOT = (
    "SubmissionDate,head-village,head-date,outcome,well-depth,well-use,well-use/drink,well-use/wash,"
    "well-place-Latitude,well-place-Longitude,well-place-Altitude,well-place-Accuracy,well-photo,SET-OF-user,n,meta-instanceID,KEY,"
    "SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
)
GOOD = "2026-03-01T01:02:03Z,甲村,2026-03-01,done,12,drink wash,1,1,25.1,113.2,310,4,well.jpg,x,2,{key},{key},5,王,1,1,,approved,collect:x,0,3\n"
USERS = "name,age,SET-OF-pail,PARENT_KEY,KEY\n"
KEY, OTHER = "uuid:7f3d0001-0000-4000-8000-000000000001", "uuid:7f3d0001-0000-4000-8000-000000000002"


@pytest.fixture
def session(workspace_with, now):
    with Session.open(workspace_with({"wells.yaml": FORM}), now=lambda: now) as opened:
        yield opened


def zipped(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def central(path, root, users="", pails="", **more):
    files = {"wells.csv": root, "wells-user.csv": USERS + users}
    files["wells-pail.csv"] = "colour,PARENT_KEY,KEY\n" + pails
    return zipped(path, **files, **more)


@pytest.fixture
def imported(session):
    def bring(path, *, take=True, codes=None, left_out=(), form=""):
        export = read_export(path)
        known = form_of_export(export, session.library, form)
        found = records_of_export(
            export, known, lambda v: form_of(session.library, known.id, v), codes or {}, left_out
        )
        return list(Importing(session).judge(found.records, take=take))

    return bring


def one(session):
    [record] = session.exchange.records("wells")
    return record


def test_a_zip_of_central_with_repeats_in_repeats_and_a_photo(session, imported, tmp_path):
    users = f"阿一,30,,{KEY},{KEY}/user[1]\n阿二,,,{KEY},{KEY}/user[2]\n"
    pails = f"红,{KEY}/user[2],{KEY}/user[2]/pail[1]\n蓝,{KEY}/user[2],{KEY}/user[2]/pail[2]\n"
    path = central(
        tmp_path / "wells.csv.zip",
        ROOT + GOOD.format(key=KEY),
        users,
        pails,
        **{"media/well.jpg": b"picture"},
    )
    [verdict] = imported(path)
    assert verdict.verdict == NEW
    answers = dict(one(session).answers)
    assert answers["head/village"] == "甲村"
    assert answers["well/use"] == "drink wash"
    assert answers["well/place"] == "25.1 113.2 310 4"
    assert answers["n"] == "2"
    assert answers["meta/instanceID"] == KEY
    colours = [value for key, value in answers.items() if key.endswith("colour")]
    assert sorted(colours) == ["红", "蓝"]
    [second] = [key.rpartition("/")[0] for key, value in answers.items() if value == "阿二"]
    assert all(key.startswith(second) for key, value in answers.items() if value in {"红", "蓝"})
    (tmp_path / "out").mkdir()
    [written] = session.write_files(verdict.record, tmp_path / "out")
    assert written.read_bytes() == b"picture"
    assert [each.verdict for each in imported(path)] == [PRESENT]
    assert one(session).answers == answers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(session, tmp_path, imported, encoding):
    path = tmp_path / "wells.csv"
    path.write_bytes((ROOT + GOOD.format(key=KEY)).encode(encoding))
    [verdict] = imported(path)
    assert verdict.verdict == NEW
    assert one(session).text("village") == "甲村"
    name = {"gb18030": "GB 18030", "utf-16": "UTF-16"}.get(encoding, "UTF-8")
    assert read_export(path).tables[0].encoding == name


def test_bad_rows_are_told_with_row_and_column_and_the_good_ones_come_in(session, imported, tmp_path):
    def row(number, **changed):
        given = {"depth": "12", "outcome": "done", "village": "甲村", "use": "drink", "status": ""} | changed
        key = f"uuid:7f3d0001-0000-4000-8000-00000000000{number}"
        return (
            f"x,{given['village']},2026-03-01,{given['outcome']},{given['depth']},{given['use']},,,,,,,,,,{key},{key},,,,,"
            f"{given['status']},,,,3\n"
        )

    rows = [
        row(1), row(2, depth="120"), row(3, depth="deep"), row(4, outcome="gone"), row(5, village=""), row(6, use="drink swim"),
        row(7, outcome="nobody"), row(8, status="missing encrypted form data"), row(9), row(9),
    ]  # fmt: skip
    path = tmp_path / "wells.csv"
    path.write_text(ROOT + "".join(rows), encoding="utf-8")
    found = imported(path)
    assert [each.verdict for each in found] == [NEW, *[REFUSED] * 7, NEW, REFUSED]
    told = {(fault.place.row, fault.place.column): fault.code for each in found for fault in each.faults}
    assert told[3, "well-depth"] == "import.answer"
    assert told[4, "well-depth"] == "import.answer"
    assert told[5, "outcome"] == "import.choice"
    assert told[6, ""] == "import.answer"
    assert told[7, "well-use"] == "import.choice"
    assert told[8, "well-depth"] == told[8, "well-use"] == "import.not-asked"
    assert told[9, "Status"] == "import.encrypted"
    assert told[11, ""] == "import.twice"
    assert len(session.exchange.records("wells")) == 2


def test_rows_of_a_repeat_that_belong_to_nobody_are_told(session, imported, tmp_path):
    path = central(tmp_path / "w.zip", ROOT + GOOD.format(key=KEY), f"阿一,30,,{OTHER},{OTHER}/user[1]\n")
    export = read_export(path)
    form = session.library.get("wells")
    found = records_of_export(export, form, lambda _v: form, {})
    assert [(each.code, each.place.row) for each in found.orphans] == [("import.no-parent", 2)]
    assert len(found.records) == 1


def test_a_decline_leaves_three_answers_and_comes_in_once(session, imported, tmp_path):
    path = tmp_path / "wells.csv"
    path.write_text(ROOT + GOOD.format(key=KEY).replace("done", "declined"), encoding="utf-8")
    assert [each.verdict for each in imported(path)] == [DECLINED]
    assert dict(one(session).answers) == {
        "head/village": "甲村",
        "head/date": "2026-03-01",
        "outcome": "declined",
    }
    assert [each.verdict for each in imported(path)] == [PRESENT]
    assert len(session.exchange.records("wells")) == 1
    assert KEY.encode() not in b"".join(
        each.read_bytes() for each in session.folder.rglob("*") if each.is_file()
    )


def test_missing_answers_by_the_forms_list_and_as_whoever_imports_says(session, imported, tmp_path):
    path = tmp_path / "wells.csv"
    text = (
        ROOT
        + GOOD.format(key=KEY).replace(",12,", ",-99,")
        + GOOD.format(key=OTHER).replace("done", "不知道")
    )
    path.write_text(
        text.replace("drink wash,1,1", ",,").replace("25.1,113.2,310,4,well.jpg", ",,,,"), encoding="utf-8"
    )
    first, second = imported(path, codes={"-99": "dk"})
    assert first.verdict == NEW
    assert session.exchange.record(first.record).answers["well/depth"] == {"missing": "dk"}
    assert second.verdict == REFUSED
    assert {each.code for each in second.faults} == {"import.not-asked"}


def test_a_column_that_nobody_asked_for_is_told_and_can_be_left_out(session, tmp_path):
    path = tmp_path / "wells.csv"
    path.write_text(
        ROOT.replace("\n", ",extra\n") + GOOD.format(key=KEY).replace("\n", ",x\n"), encoding="utf-8"
    )
    form = session.library.get("wells")
    for left_out, unknown in (((), ("extra",)), (("extra",), ())):
        found = records_of_export(read_export(path), form, lambda _v: form, {}, left_out)
        assert found.recognised[0].unknown == unknown
    assert found.recognised[0].columns["well-place-Latitude"] == "well/place"
    assert "SubmitterName" in found.recognised[0].passed


def test_a_workbook_of_kobo_with_labels_and_a_repeat(session, imported, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "水井"
    uuid = KEY.removeprefix("uuid:")
    sheet.append(
        [
            "village",
            "date",
            "outcome",
            "depth",
            "use",
            "use/喝",
            "place",
            "_place_latitude",
            "n",
            "__version__",
            "_id",
            "_uuid",
            "_index",
        ]
    )
    sheet.append(["甲村", "2026-03-01", "完成", 12, "drink", 1, "25.1 113.2 0 0", 25.1, 1, "3", 7, uuid, 1])
    sheet.append(
        [
            "乙村",
            "2026-03-02",
            "无人",
            None,
            None,
            None,
            None,
            None,
            0,
            "3",
            8,
            OTHER.removeprefix("uuid:"),
            2,
        ]
    )
    users = book.create_sheet("user")
    users.append(["name", "age", "_index", "_parent_table_name", "_parent_index"])
    users.append(["阿一", 30, 1, "水井", 1])
    book.save(tmp_path / "kobo.xlsx")
    found = imported(tmp_path / "kobo.xlsx", form="wells")
    assert [each.verdict for each in found] == [NEW, NEW]
    answers = session.exchange.record(found[0].record).answers
    assert answers["outcome"] == "done"
    assert answers["meta/instanceID"] == KEY
    assert [value for key, value in answers.items() if key.endswith("/age")] == ["30"]


def test_a_csv_of_kobo_is_put_to_its_form_by_its_columns(session, imported, tmp_path):
    path = tmp_path / "水井 - latest version.csv"
    path.write_text(
        '"head/village";"head/date";"outcome";"well/depth";"well/use/drink";"well/use/wash";"__version__";"_uuid";"_tags"\n'
        f'"甲村";"2026-03-01";"done";"12";"1";"0";"3";"{KEY.removeprefix("uuid:")}";""\n',
        encoding="utf-8-sig",
    )
    [verdict] = imported(path)
    assert verdict.verdict == NEW
    assert one(session).answers["well/use"] == "drink"


def test_the_same_record_is_the_same_by_whatever_way_it_came(session, imported, tmp_path):
    path = tmp_path / "wells.csv"
    path.write_text(ROOT + GOOD.format(key=KEY), encoding="utf-8")
    imported(path)
    folder = briefcase(tmp_path, KEY)
    [found] = Importing(session).judge(records_of_folder(folder, session.library), take=True)
    assert found.verdict == PRESENT


def briefcase(tmp_path, key, body="", form='id="wells" version="3"'):
    folder = tmp_path / "ODK Briefcase Storage" / "forms" / "水井" / "instances" / key.replace(":", "")
    folder.mkdir(parents=True)
    body = (
        body
        or "<head><village>甲村</village><date>2026-03-01</date></head><outcome>done</outcome><well><photo>w.jpg</photo></well>"
    )
    (folder / "submission.xml").write_text(
        f'<data {form} instanceID="{key}" submissionDate="2026-03-01T00:00:00Z" xmlns:orx="http://openrosa.org/xforms">{body}'
        f"<user><name>阿一</name></user><orx:meta><orx:instanceID>{key}</orx:instanceID></orx:meta></data>",
        encoding="utf-8",
    )
    (folder / "w.jpg").write_bytes(b"picture")
    return tmp_path / "ODK Briefcase Storage"


def test_a_folder_of_briefcase_with_a_photo_and_records_that_are_none(session, tmp_path):
    folder = briefcase(tmp_path, KEY)
    briefcase(tmp_path, OTHER, form='id="nowhere"')
    briefcase(tmp_path, OTHER.replace("2", "3"), body="<strange>1</strange>")
    broken = (
        briefcase(tmp_path, OTHER.replace("2", "4"))
        / "forms/水井/instances"
        / OTHER.replace("2", "4").replace(":", "")
    )
    (broken / "submission.xml").write_text("<data", encoding="utf-8")
    found = list(records_of_folder(folder, session.library))
    assert sorted(each.fault.code for each in found if isinstance(each, Unread)) == [
        "import.no-form",
        "submission.malformed",
    ]
    judged = list(
        Importing(session).judge([each for each in found if not isinstance(each, Unread)], take=True)
    )
    assert [each.verdict for each in judged] == [NEW, REFUSED]
    assert judged[1].faults[0].code == "submission.unknown"
    (tmp_path / "out").mkdir()
    [written] = session.write_files(judged[0].record, tmp_path / "out")
    assert (written.name, written.read_bytes()) == ("w.jpg", b"picture")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("gone.csv", None, "medium.gone"),
        ("a.txt", b"x", "import.unknown-kind"),
        ("a.zip", b"PK no zip", "import.unreadable"),
        ("a.xlsx", b"no book", "import.unreadable"),
        ("a.csv", b"\x00a,b\n", "import.unreadable"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FieldkitError, match=code.replace(".", r"\.")):
        read_export(path)


def test_a_zip_that_swells_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"," * (20 << 20))
    with pytest.raises(FieldkitError, match=r"import\.unreadable"):
        read_export(path)


def test_records_without_ids_are_no_records(session, tmp_path):
    path = tmp_path / "wells.csv"
    path.write_text("village,outcome\n甲村,done\n", encoding="utf-8")
    form = session.library.get("wells")
    with pytest.raises(FieldkitError, match=r"import\.no-key"):
        records_of_export(read_export(path), form, lambda _v: form, {})
