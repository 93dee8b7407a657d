"""`fieldkit office phone`: letting phones in by command, and the way of what they send to the office's screens and files."""

from __future__ import annotations

import base64
import json
import threading
import zlib

import pytest

from fieldkit.interop.openrosa.keys import make_key
from fieldkit.interop.openrosa.phones import phones
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.office import Office
from tests.conftest import NOW
from tests.interop.collect import Served, made_office, new_id, talk
from tests.interop.sealing import sealed
from tests.program import fieldkit

URL = "http://10.0.0.1:8421/openrosa"


@pytest.fixture
def office(tmp_path):
    with made_office(tmp_path / "office", NOW, passphrase=None):
        pass
    return tmp_path / "office"


def test_a_phone_is_let_in_with_a_code_that_collect_reads(office, tmp_path):
    done = json.loads(
        fieldkit(
            "office",
            "phone",
            "add",
            "一号机",
            "--form",
            "talk",
            "--url",
            f"{URL}/",
            "--office",
            office,
            "--json",
        ).stdout
    )
    general = json.loads(zlib.decompress(base64.b64decode(done["settings"])))["general"]
    assert (general["server_url"], general["username"], general["password"]) == (
        URL,
        done["user"],
        done["password"],
    )
    said = fieldkit("office", "phone", "add", "2", "--form", "talk", "--url", URL, "--office", office).stdout
    assert "█" in said
    assert URL in said
    picture = tmp_path / "code.png"
    fieldkit(
        "office", "phone", "add", "3", "--form", "talk", "--url", URL, "--out", picture, "--office", office
    )
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert picture.stat().st_mode & 0o77 == 0
    text = tmp_path / "code.txt"
    fieldkit("office", "phone", "add", "4", "--form", "talk", "--url", URL, "--out", text, "--office", office)
    assert b"server_url" in zlib.decompress(base64.b64decode(text.read_text()))
    listed = fieldkit("office", "phone", "list", "--office", office, lang="zh").stdout
    assert [line.split("：")[0] for line in listed.splitlines()] == ["一号机", "2", "3", "4"]
    fieldkit("office", "phone", "revoke", "2", "--office", office)
    assert [each["revoked"] for each in json.loads(fieldkit("office", "phone", "list", "--office", office, "--json").stdout)] == [
        False, True, False, False,
    ]  # fmt: skip
    assert json.loads(fieldkit("office", "devices", "--office", office, "--json").stdout) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["add", "", "--form", "talk", "--url", URL], "no name"), (["add", "a", "--form", "talk", "--url", "10.0.0.1"], "no address"),
        (["add", "a", "--form", "none", "--url", URL], "none"), (["revoke", "nobody"], "No phone nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(office, given, words):
    assert words in fieldkit("office", "phone", *given, "--office", office, code=1).stderr


def test_one_name_is_one_phone(office):
    fieldkit("office", "phone", "add", "a", "--form", "talk", "--url", URL, "--office", office)
    assert (
        "already"
        in fieldkit(
            "office", "phone", "add", "a", "--form", "talk", "--url", URL, "--office", office, code=1
        ).stderr
    )


@pytest.mark.parametrize(
    "given",
    [
        ["--plain"],
        ["--phones-port", "9000"],
        ["--openrosa", "--phones-port", "9000"],
        ["--openrosa", "--plain", "--phones-port", "0"],
    ],
)
def test_ways_that_do_not_go_together_are_refused(office, given):
    fieldkit("office", "serve", *given, "--office", office, code=1)


def test_a_certificate_that_is_none_is_refused(office, tmp_path):
    path = tmp_path / "none.pem"
    path.write_text("nothing")
    assert (
        "none.pem"
        in fieldkit("office", "serve", "--openrosa", "--certificate", path, "--office", office, code=1).stderr
    )


def test_files_go_to_a_reviewer_and_the_look_is_written_down(office, tmp_path):
    with Office.open(office, now=lambda: NOW) as opened:
        assert not opened.is_sealed
    instance = new_id()
    with Served(office, NOW) as served:
        phone = served.phone("一号机", "talk")
        assert phone.send(talk(instance, photo="../a.jpg"), {"../a.jpg": b"photo"}).status == 201
        assert phone.send(talk(instance, photo="../a.jpg"), {"a.jpg": b"photo"}).status == 202
    instance = new_id()
    with Served(office, NOW) as served:
        assert (
            served.phone("二号机", "talk").send(talk(instance, photo="a.jpg"), {"a.jpg": b"photo"}).status
            == 201
        )
    record = record_id("talk", instance)
    said = fieldkit(
        "office", "phone", "files", record, tmp_path / "files", "--office", office, "--json"
    ).stdout
    assert json.loads(said)["files"] == [str(tmp_path / "files" / "a.jpg")]
    assert (tmp_path / "files" / "a.jpg").read_bytes() == b"photo"
    fieldkit("office", "phone", "files", "x", tmp_path / "files", "--office", office, code=1)


def test_a_line_tells_what_came_and_nothing_of_it(office, capsys):
    from types import SimpleNamespace

    from fieldkit.cli import office_serve
    from fieldkit.interop.openrosa.receiving import Taken

    with Office.open(office, now=lambda: NOW) as opened:
        log = office_serve._Log(SimpleNamespace(json=False), opened)
        log.ready(SimpleNamespace(host="127.0.0.1", port=1), is_open=False)
        for what in ("new", "declined"):
            thread = threading.Thread(target=log.told, args=(Taken(what, "一号机", "talk", 1, 2),))
            thread.start()
            thread.join()
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first[5:] == second[5:]
    assert "一号机" in first
    assert "Talk  answers that break a rule: 1  files still to come: 2" in first


def test_the_key_for_phones_is_made_once(office):
    first, second = (
        fieldkit("office", "phone", "key", "--office", office, "--json").stdout for _each in range(2)
    )
    assert first == second


def test_a_code_that_the_window_does_not_hold_says_how_large_it_must_be(monkeypatch):
    from fieldkit.cli import codes
    from fieldkit.interop.openrosa.settings_code import settings_text

    text = settings_text(URL, "phone1", "x" * 24, "清溪")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for lines, fits in ((24, False), (40, True)):
        monkeypatch.setattr("shutil.get_terminal_size", lambda lines=lines: (80, lines))
        assert ("too small" not in codes.drawn_text(text)) is fits


def test_other_forms_and_what_waits_by_command(office):
    def told(*given, **more):
        return fieldkit("office", "phone", *given, "--office", office, **more)

    told("add", "一号机", "--form", "talk", "--url", URL)
    given = json.loads(
        told("give", "一号机", "--form", "visit", "--village", "990101100200", "--json").stdout
    )
    assert (given["forms"], given["villages"]) == (["visit"], ["990101100200"])
    assert (
        "990101100999"
        in told("give", "一号机", "--form", "visit", "--village", "990101100999", code=1).stderr
    )
    assert (
        "encrypted line alone"
        in told("add", "二号机", "--form", "visit", "--village", "990101100200", "--url", URL, code=1).stderr
    )
    assert "Nothing of phones waits" in told("waiting").stdout
    with Office.open(office, now=lambda: NOW) as opened:
        [made] = phones(opened)
        folder = opened.folder / "phones" / made.user / "waiting" / "w"
        folder.mkdir(parents=True)
        manifest, _files = sealed(make_key(opened).public, "talk", "2026.1", "uuid:1", talk("uuid:1"))
        (folder / "manifest.xml").write_bytes(manifest)
    said = told("waiting").stdout
    assert "1 of its files have not come" in said
    facts = json.loads(told("waiting", "--take", "--json").stdout)
    assert facts["taken"] == 0
    assert [(each["form"], each["missing"], each["opens"]) for each in facts["phones"][0]["waiting"]] == [
        ("talk", 1, True)
    ]
