"""An export is there as a whole or not at all, and tells when a byte of it is not as it was written."""

from __future__ import annotations

import json
import shutil
import sys

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.privacy.profiles import Profile
from fieldkit.report.exports.manifest import verify
from fieldkit.report.exports.writing import FORMATS, XML, Wanted, export
from tests.report.exports.conftest import DONE, SECRET, TODAY, Tables, record, write_form


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("stage", ["reading", "writing", "checking"])
@pytest.mark.parametrize("kind", ["csv", "dta", XML])
def test_what_is_stopped_leaves_nothing(exported, tmp_path, stage, kind):
    def told(at, done, of):
        if at == stage:
            raise StoppedError

    with pytest.raises(StoppedError):
        exported(kind, *(record(n, DONE) for n in range(600)), told=told)
    assert list(tmp_path.iterdir()) == []


def test_how_far_it_is_is_told(exported):
    said = []
    exported("csv", *(record(n, DONE) for n in range(1000)), told=lambda *how: said.append(how))
    assert ("reading", 500, 0) in said
    assert ("writing", 500, 5000) in said
    assert said[-1] == ("checking", 0, 0)


def test_what_a_killed_export_left_is_cleared_and_others_files_stay(exported, tmp_path):
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "half").write_bytes(b"x")
    folder, _manifest = exported("csv", record(1, DONE))
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
    with pytest.raises(FieldkitError) as error:
        exported("csv", record(1, DONE))
    assert error.value.code == "exports.exists"
    assert verify(folder)


def test_a_medium_that_is_gone_is_told(exported, tmp_path):
    with pytest.raises(FieldkitError) as error:
        exported("csv", record(1, DONE), name="no/such/out")
    assert error.value.code == "medium.gone"


def test_a_purpose_is_a_line(tables, tmp_path):
    wanted = Wanted("fam", XML, Profile.DEIDENTIFIED, "en", "改进\x00服务\n--", TODAY)
    tables.found = [record(1, DONE)]
    manifest = export(tables, wanted, tmp_path / "out", SECRET)
    assert manifest.header.startswith("仅限改进服务--使用；")


def test_the_longest_names_can_be_written(tmp_path):
    names = [f"{'q' * 40}{n:03}" for n in range(120)]
    survey = [("select_one outcome", "outcome", "P"), *(("select_one yes_no", name, "P") for name in names)]
    library = write_form(tmp_path / "f", survey)
    tables = Tables(library, [record(1, {"outcome": "done"} | dict.fromkeys(names, "yes"))])
    for kind in ("dta", "sav"):
        export(tables, Wanted("fam", kind, Profile.DEIDENTIFIED, "zh", "x", TODAY), tmp_path / kind, SECRET)
        assert verify(tmp_path / kind).rows == {"fam": 1}


@pytest.mark.parametrize("kind", [*FORMATS, XML])
@pytest.mark.parametrize("how", ["cut", "changed", "gone"])
def test_what_is_not_as_it_was_written_is_found(exported, kind, how):
    folder, manifest = exported(kind, *(record(n, DONE) for n in range(3)))
    assert verify(folder) == manifest
    path = folder / manifest.files[0].name
    content = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(content[:-1])
    elif how == "changed":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.unlink()
    with pytest.raises(FieldkitError) as error:
        verify(folder)
    assert error.value.code == ("exports.missing" if how == "gone" else "exports.damaged")
    assert error.value.params["path"] == str(path)


@pytest.mark.parametrize("kind", [*FORMATS, XML])
def test_rows_are_counted_again(exported, kind):
    folder, manifest = exported(kind, *(record(n, DONE) for n in range(3)))
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    told = json.loads(text)
    told["files"][0]["rows"]["fam"] += 1
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(FieldkitError) as error:
        verify(folder)
    assert error.value.code == "exports.damaged"
    assert manifest.rows["fam"] == 3


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"fieldkit": "export 1"}', '{"fieldkit": "export 1", "files": []}']
)
def test_a_folder_without_a_manifest_is_no_export(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(FieldkitError) as error:
        verify(tmp_path)
    assert error.value.code == "exports.no-manifest"


@pytest.mark.parametrize("kind", ["dta", "sav", "parquet"])
def test_without_the_libraries_it_says_how_to_get_them(exported, tmp_path, monkeypatch, kind):
    for name in ("polars", "pyreadstat"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(FieldkitError) as error:
        exported(kind, record(1, DONE))
    assert error.value.code == "exports.library"
    assert list(tmp_path.iterdir()) == []
    folder, _manifest = exported("csv", record(1, DONE))
    shutil.rmtree(folder)
