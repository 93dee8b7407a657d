"""Exports as they are handed out: zipped, with media elsewhere, with labels for names, with sheets whose names were cut."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.briefcase import is_briefcase, records_of_folder
from fieldkit.interop.imports.exports import records_of_export
from fieldkit.interop.imports.files import files_in
from fieldkit.interop.imports.tables import read_export
from fieldkit.library import FormLibrary
from fieldkit.session.importing import NEW, REFUSED, Importing
from fieldkit.session.session import Session
from tests.interop.client.test_importing import FORM, KEY, OTHER, ROOT, briefcase, zipped

UUIDS = KEY.removeprefix("uuid:"), OTHER.removeprefix("uuid:")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    (folder / "wells.yaml").write_text(FORM, encoding="utf-8")
    return FormLibrary(folder)


@pytest.fixture(scope="module")
def form(library):
    return library.get("wells")


@pytest.fixture
def session(workspace_with, now):
    with Session.open(workspace_with({"wells.yaml": FORM}), now=lambda: now) as opened:
        yield opened


def read(path, form, media=None):
    return records_of_export(read_export(path, media), form, lambda _version: form, {})


def contents(coming):
    return {name: get() for name, get in coming.files.items()}


def packed(folder, path):
    """A folder in a zip, with what a Mac puts beside."""
    files = {
        each.relative_to(folder.parent).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }
    return zipped(path, **files, **{"__MACOSX/._submission.xml": b"x"})


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_folder_of_briefcase_comes_zipped_too(session, tmp_path, is_zip):
    folder = briefcase(tmp_path, KEY)
    path = packed(folder, tmp_path / "briefcase.zip") if is_zip else folder
    assert is_briefcase(path)
    found = list(records_of_folder(path, session.library))
    [verdict] = Importing(session, with_files=True).judge(found, take=True)
    assert verdict.verdict == NEW
    (tmp_path / "out").mkdir()
    [written] = session.write_files(verdict.record, tmp_path / "out")
    assert written.read_bytes() == b"picture"


def test_a_folder_of_collect_names_records_like_their_folders(library, tmp_path):
    folder = briefcase(tmp_path, KEY)
    [path] = folder.rglob("submission.xml")
    path.rename(path.with_name(f"{path.parent.name}.xml"))
    [found] = records_of_folder(folder, library)
    assert (found.instance, contents(found)) == (KEY, {"w.jpg": b"picture"})


def test_a_record_that_kobo_edited_is_the_one_it_was(library, tmp_path):
    folder = briefcase(tmp_path, OTHER)
    [path] = folder.rglob("submission.xml")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("<orx:meta>", f"<orx:meta><orx:rootUuid>{KEY}</orx:rootUuid>"), encoding="utf-8"
    )
    [found] = records_of_folder(folder, library)
    assert (found.instance, found.faults) == (KEY, [])


def test_names_in_a_zip_are_gb18030_where_it_does_not_say(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("XXXX.csv"), b"x")
    path.write_bytes(path.read_bytes().replace(b"XXXX", "水井".encode("gb18030")))
    assert list(files_in(path)) == ["水井.csv"]


def test_a_locked_zip_is_told_as_such(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"a.csv": b"x"})
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(FieldkitError, match=r"import\.locked"):
        read_export(path)


def kobo(path, rows, header='"village";"date";"outcome";"photo";"photo_URL";"_uuid";"meta/rootUuid"'):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_media_of_kobo_lie_elsewhere_by_the_uuid_of_each_record(form, tmp_path):
    """Two records name their pictures alike, and Kobo keeps another name than the phone gave."""
    rows = [f'"甲村";"2026-03-01";"done";"my well.jpg";"https://x";"{uuid}";""' for uuid in UUIDS]
    path = kobo(tmp_path / "wells.csv", rows)
    media = {f"me/attachments/{'a' * 32}/{uuid}/my_well.jpg": f"of {uuid}" for uuid in UUIDS}
    found = read(path, form, zipped(tmp_path / "media.zip", **media))
    assert [contents(each)["my well.jpg"] for each in found.records] == [
        f"of {uuid}".encode() for uuid in UUIDS
    ]
    assert found.recognised[0].unknown == ()
    assert "photo_URL" in found.recognised[0].passed


def test_a_record_whose_file_is_not_here_waits_for_it(session, form, tmp_path):
    path = kobo(tmp_path / "wells.csv", [f'"甲村";"2026-03-01";"done";"w.jpg";"";"{UUIDS[0]}";""'])

    def judged(*, with_files, media=None, take=False):
        records = read(path, form, media).records
        [verdict] = Importing(session, with_files=with_files).judge(records, take=take)
        return verdict

    refused = judged(with_files=True)
    assert refused.verdict == REFUSED
    [fault] = refused.faults
    assert (fault.code, fault.place.row, fault.place.column) == ("import.no-file", 2, "photo")
    assert judged(with_files=False).verdict == NEW
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "w.jpg").write_bytes(b"picture")
    assert judged(with_files=True, media=tmp_path / "pictures", take=True).verdict == NEW


def test_the_root_of_an_edited_record_says_which_it_is(form, tmp_path):
    rows = [
        f'"甲村";"2026-03-01";"done";"";"";"{UUIDS[1]}";"{KEY}"',
        f'"甲村";"2026-03-01";"done";"";"";"{UUIDS[1]}";""',
    ]
    assert [each.instance for each in read(kobo(tmp_path / "wells.csv", rows), form).records] == [KEY, OTHER]


def book(path, sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_labels_stand_for_names_in_columns_and_choices(tmp_path):
    (tmp_path / "f").mkdir()
    text = (
        FORM.replace("label: 喝", "label: 喝 水")
        .replace("label: h}", "label: 头}")
        .replace("label: w,", "label: 井,")
    )
    (tmp_path / "f" / "wells.yaml").write_text(text, encoding="utf-8")
    form = FormLibrary(tmp_path / "f").get("wells")
    header = ["村", "头/日期", "结果", "井/深度", "井/用途", "井/用途/喝 水", "井/用途/洗", "_uuid"]
    path = book(
        tmp_path / "k.xlsx",
        {"水井": [header, ["甲村", "2026-03-01", "完成", 12, "喝 水 洗", 1, 1, UUIDS[0]]]},
    )
    found = read(path, form)
    assert found.recognised[0].unknown == ()
    wanted = {
        "head/village": "甲村",
        "head/date": "2026-03-01",
        "outcome": "done",
        "well/depth": "12",
        "well/use": "drink wash",
    }
    assert found.records[0].answers == wanted


LONG = "水井与用水情况调查表第二部分的全部记录和有关的所有说明"


@pytest.mark.parametrize("column", ["_parent_index", "_submission__uuid"])
def test_rows_of_a_repeat_find_their_record_though_the_name_of_its_sheet_was_cut(form, tmp_path, column):
    root = [
        ["village", "outcome", "_uuid", "_index"],
        ["甲村", "done", UUIDS[0], 1],
        ["乙村", "done", UUIDS[1], 2],
    ]
    said = 2 if column == "_parent_index" else UUIDS[1]
    users = [
        ["name", "_parent_table_name", "_parent_index", "_submission__uuid"],
        ["阿一", LONG * 2, None, None],
    ]
    users[1][users[0].index(column)] = said
    found = read(book(tmp_path / "k.xlsx", {(LONG * 2)[:28] + "...": root, "user": users}), form)
    assert found.orphans == []
    assert [each for each in found.records[1].answers.values() if each == "阿一"]
    assert "阿一" not in found.records[0].answers.values()


TEXT = st.text(
    st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=5
).map("字{}".format)
USER = st.tuples(TEXT, st.integers(0, 99), st.lists(TEXT, max_size=2))
RECORD = st.tuples(
    TEXT, st.integers(0, 99), st.sets(st.sampled_from(["drink", "wash"])), st.lists(USER, max_size=3)
)


@settings(max_examples=12, deadline=None)
@given(
    records=st.lists(RECORD, max_size=4),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "gb18030", "utf-16"]),
)
def test_what_central_and_kobo_write_of_the_same_records_is_the_same(
    form, tmp_path_factory, records, encoding
):
    folder = tmp_path_factory.mktemp("e")
    wanted = [
        [village, str(depth), use, [(name, str(age), pails) for name, age, pails in users]]
        for village, depth, use, users in records
    ]
    for path in (
        _as_central(folder / "wells.zip", records, encoding),
        _as_kobo(folder / "wells.xlsx", records),
    ):
        found = read(path, form)
        assert found.orphans == []
        assert [_said(each.answers) for each in found.records] == wanted


def _said(answers):
    def instances(above):
        keys = [
            key for key in answers if key.startswith(f"{above}/") and key.count("/") == above.count("/") + 1
        ]
        return sorted(keys, key=lambda key: int(answers[key]))

    users = [
        (
            answers[f"{key}/name"],
            answers[f"{key}/age"],
            [answers[f"{each}/colour"] for each in instances(f"{key}/pail")],
        )
        for key in instances("user")
    ]
    return [answers["head/village"], answers["well/depth"], set(answers.get("well/use", "").split()), users]


def _id(number):
    return f"7f3d0001-0000-4000-8000-{number:012d}"


def _as_central(path, records, encoding):
    root, users, pails = (
        [ROOT.strip().split(",")],
        [["name", "age", "SET-OF-pail", "PARENT_KEY", "KEY"]],
        [["colour", "PARENT_KEY", "KEY"]],
    )
    for number, (village, depth, use, those) in enumerate(records):
        key = f"uuid:{_id(number)}"
        row = dict.fromkeys(root[0], "") | {
            "head-village": village,
            "outcome": "done",
            "well-depth": depth,
            "KEY": key,
            "well-use": " ".join(sorted(use)),
        }
        root.append([row[name] for name in root[0]])
        for place, (name, age, colours) in enumerate(those, 1):
            users.append([name, age, "", key, f"{key}/user[{place}]"])
            pails += [
                [colour, f"{key}/user[{place}]", f"{key}/user[{place}]/pail[{n}]"]
                for n, colour in enumerate(colours, 1)
            ]
    tables = {"wells.csv": root, "wells-user.csv": users, "wells-pail.csv": pails}
    return zipped(path, **{name: _csv(rows).encode(encoding) for name, rows in tables.items()})


def _csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def _as_kobo(path, records):
    root = [["village", "outcome", "depth", "use/drink", "use/wash", "_uuid", "_index"]]
    users = [["name", "age", "_index", "_parent_table_name", "_parent_index"]]
    pails = [["colour", "_index", "_parent_table_name", "_parent_index"]]
    for number, (village, depth, use, those) in enumerate(records):
        root.append(
            [village, "done", depth, int("drink" in use), int("wash" in use), _id(number), number + 1]
        )
        for name, age, colours in those:
            users.append([name, age, len(users), "wells", number + 1])
            pails += [[colour, len(pails) + n, "user", len(users) - 1] for n, colour in enumerate(colours)]
    return book(path, {"wells": root, "user": users, "pail": pails})
