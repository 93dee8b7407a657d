"""`fieldkit interop` as people run it: what it says adds up, and nothing leaves that may not."""

from __future__ import annotations

import json
import re

import pytest

from fieldkit.office.looks import looks
from fieldkit.office.roles import Role
from tests.five_desks import CONTACT, NAMES, RESTRICTED, five_desks
from tests.program import fieldkit, process

VERDICTS = ("sent", "edited", "there", "refused", "waits", "kept")


@pytest.fixture
def server(central, tmp_path):
    """How commands name the server: its address, and the password in a file."""
    words = tmp_path / "password"
    words.write_text(central.login[1] + "\n", encoding="utf-8")
    return [central.url, "--user", central.login[0], "--password-file", words]


@pytest.fixture
def forms(central, demo):
    """The server knows the forms of the demo."""
    from fieldkit.library import FormLibrary

    for each in FormLibrary(demo.office / "forms").all_versions():
        central.versions.setdefault(each.id, set()).add(each.version)


def pushed(*arguments, code=0):
    found = json.loads(fieldkit("interop", "push", *arguments, "--json", code=code).stdout)
    assert sum(found[each] for each in VERDICTS) == found["records"] == len(found["verdicts"])
    return found


def sent(central):
    return b"".join(
        xml for held in central.submissions.values() for _instance, xml in held["versions"]
    ).decode()


def test_an_office_sends_records_without_their_people_once(central, server, forms, demo):
    at = [*server, "--office", demo.office, "--form", "consent", "--form", "migrant"]
    first = pushed(*at)
    assert first["sent"] == len(central.submissions) > 5
    text = sent(central)
    assert "不得用于处罚、个人考核、信用、入学、就业、落户" in text
    assert not re.search(r"\b\d{4}-\d\d-\d\d\b", text), "no day leaves, only months"
    assert not re.search(r"\b99\d{15}\b", text), "no number of a household leaves"
    again = fieldkit("interop", "push", *at)
    assert f"was there already: {first['sent']}" in again.stdout
    assert "sent: 0" in again.stdout
    assert re.search(r"^migrant +– +– +\d+ +– +– ", again.stdout, re.MULTILINE), (
        "a table of what became of them"
    )
    assert "不得用于处罚" in again.stderr


def test_an_archive_moves_when_its_keeper_confirms_where_to_and_every_look_is_written_down(
    central, server, forms, demo, now
):
    from fieldkit.office import Office

    archive = [*server, "--office", demo.office, "--form", "migrant", "--profile", "archive"]
    assert "readable on the server: migrant" in fieldkit("interop", "push", *archive, code=1).stderr
    at = [*archive, "--without-restricted"]
    refused = fieldkit("interop", "push", *at, code=1).stderr
    assert "names and telephones, go to http://127.0.0.1" in refused
    told = re.search(r"migrant: \d+ records, (\d+) with contact", refused)
    assert "--confirm 127.0.0.1" in refused
    assert "--confirm" in fieldkit("interop", "push", *at, "--confirm", "elsewhere", code=1).stderr
    assert central.submissions == {}
    found = pushed(*at, "--confirm", "127.0.0.1")
    assert found["sent"] == len(central.submissions) > 5
    with Office.open(demo.office, now=lambda: now) as office:
        seen = [each.facts for each in looks(office) if each.facts["why"] == "push:127.0.0.1"]
    assert len(seen) == len({each["record"] for each in seen}) == int(told[1]) > 0
    assert {each["tiers"] for each in seen} == {"C"}
    assert "sent to 127.0.0.1" in fieldkit("office", "looks", "--office", demo.office).stdout
    given_a_key(demo.office)
    assert "encrypted with the key" in fieldkit("interop", "push", *archive, "--confirm", "x", code=1).stderr
    both = fieldkit("interop", "push", *server, "--office", demo.office, "--form", "migrant", code=1)
    assert "archive" in both.stderr, "one server gets records in one way"


@pytest.fixture
def run(central, server, now, tmp_path, monkeypatch):
    """Push as somebody of an office with five desks; gives what was said, or the code of a refusal."""
    office = five_desks(tmp_path / "办公室", now)
    words = tmp_path / "words"
    monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(words))
    from fieldkit.library import FormLibrary

    for each in FormLibrary(office.folder / "forms").all_versions():
        central.versions.setdefault(each.id, set()).add(each.version)

    def pushed_by(role, *more, code=0):
        words.write_text(office.passphrase(role), encoding="utf-8")
        given = ["interop", "push", *server, "--office", office.folder, "--as", NAMES[role], *more]
        return fieldkit(*given, code=code)

    return pushed_by


def test_roles(central, run):
    for role in Role:
        may = role in {Role.KEEPER, Role.CLERK, Role.REVIEWER}
        assert ("stays here" in run(role, code=0 if may else 1).stdout) == may
        if role is not Role.KEEPER:
            assert "keeper" in run(role, "--profile", "archive", "--confirm", "127.0.0.1", code=1).stderr
    assert CONTACT not in sent(central)
    assert RESTRICTED not in sent(central)


def given_a_key(office):
    """The form of an office gets a key for encrypted records, in a new version."""
    from fieldkit.interop.openrosa.sealed import PrivateKey
    from fieldkit.library import FormLibrary

    path = next(each.path for each in FormLibrary(office / "forms").files() if each.id == "migrant")
    text = path.read_text(encoding="utf-8")
    line = "  - form_id: migrant\n"
    assert line in text
    keyed = text.replace(line, f"{line}    public_key: {PrivateKey.new().public}\n")
    (office / "forms" / "migrant.yaml").write_text(keyed, encoding="utf-8")


@pytest.fixture
def laptop(workspace_with):
    from tests.interop.client.test_importing import FORM

    return workspace_with({"wells.yaml": FORM})


def exported(tmp_path, *rows):
    from tests.interop.client.test_importing import GOOD, ROOT

    path = tmp_path / "wells.csv"
    path.write_text(ROOT + "".join(GOOD.format(key=key) for key in rows), encoding="gb18030")
    (tmp_path / "media").mkdir(exist_ok=True)
    (tmp_path / "media" / "well.jpg").write_bytes(b"picture")
    return path


def test_from_central_to_a_laptop_and_back_to_another(central, server, laptop, tmp_path):
    key, other = (f"uuid:7f3d0001-0000-4000-8000-00000000000{n}" for n in (1, 2))
    path = exported(tmp_path, key, other)
    looked = fieldkit("interop", "import", path, "--workspace", laptop)
    assert "Nothing was stored" in looked.stdout
    assert "GB 18030" in looked.stderr
    assert "well-place-Latitude → well/place" in looked.stderr
    taken = json.loads(fieldkit("interop", "import", path, "--take", "--workspace", laptop, "--json").stdout)
    assert (taken["new"], taken["records"]) == (2, 2)
    again = json.loads(fieldkit("interop", "import", path, "--take", "--workspace", laptop, "--json").stdout)
    assert again["there"] == 2
    central.versions["wells"] = {"3"}
    at = [*server, "--workspace", laptop]
    assert pushed(*at)["kept"] == 2
    found = pushed(*at, "--whole", "wells", "--recipient", "乡镇")
    assert found["sent"] == 2
    assert set(central.submissions) == {key, other}
    assert all(files == {"well.jpg": b"picture"} for _xml, files in central.latest().values())
    assert "office" in fieldkit("interop", "push", *at, "--profile", "archive", code=1).stderr


def test_records_come_into_an_archive_by_a_desk(demo, tmp_path):
    from tests.interop.client.test_importing import FORM

    (demo.office / "forms" / "wells.yaml").write_text(FORM, encoding="utf-8")
    path = exported(tmp_path, "uuid:7f3d0001-0000-4000-8000-000000000001")
    at = ["interop", "import", path, "--take", "--office", demo.office, "--json"]
    before = json.loads(fieldkit("office", "verify", "--office", demo.office, "--json").stdout)
    [verdict] = json.loads(fieldkit(*at).stdout)["verdicts"]
    assert verdict["verdict"] == "new"
    assert json.loads(fieldkit(*at).stdout)["there"] == 1
    after = json.loads(fieldkit("office", "verify", "--office", demo.office, "--json").stdout)
    assert (after["records"], after["conflicts"]) == (before["records"] + 1, before["conflicts"])


def test_a_file_that_is_not_here_is_asked_for(laptop, tmp_path):
    path = exported(tmp_path, "uuid:7f3d0001-0000-4000-8000-000000000001")
    (tmp_path / "media").rename(tmp_path / "pictures")
    at = ["interop", "import", path, "--workspace", laptop]
    said = fieldkit(*at, "--take", code=1)
    assert "wells.csv, row 2, column well-photo: The file well.jpg is not beside" in said.stderr
    assert "new: 1" in fieldkit(*at, "--without-media").stdout
    assert "new: 1" in fieldkit(*at, "--media", tmp_path / "pictures", "--take").stdout


def test_faults_are_said_with_their_place_and_unknown_columns_stop_it(laptop, tmp_path):
    path = exported(tmp_path, "uuid:7f3d0001-0000-4000-8000-000000000001")
    text = path.read_text(encoding="gb18030")
    path.write_text(text.replace(",12,", ",120,"), encoding="utf-8")
    said = fieldkit("interop", "import", path, "--workspace", laptop, code=1)
    assert "wells.csv, row 2, column well-depth: “深度” (太深): correct it" in said.stderr
    lines = text.splitlines()
    path.write_text(f"{lines[0]},extra\n{lines[1]},x\n", encoding="utf-8")
    refused = fieldkit("interop", "import", path, "--take", "--workspace", laptop, code=1)
    assert "extra" in refused.stderr
    fieldkit("interop", "import", path, "--take", "--leave-out", "extra", "--workspace", laptop)


def test_forms_come_to_a_laptop_and_to_an_office(central, server, laptop, demo):
    from tests.interop.client.test_pulling import VILLAGES, form

    central.offer("well", "1", form(), {"villages.csv": VILLAGES})
    assert "well, version 1: new" in fieldkit("interop", "pull", *server, "--workspace", laptop).stdout
    assert (laptop / "forms" / "well.xml").is_file()
    assert "well, version 1: new" in fieldkit("interop", "pull", *server, "--office", demo.office).stdout
    central.offer("bad", "1", form("bad", extra=' relevant="if("'), {"villages.csv": VILLAGES})
    said = fieldkit("interop", "pull", *server, "--workspace", laptop, code=1)
    assert "bad: line" in said.stderr
    assert "well, version 1: is here as it is" in said.stdout


def test_no_secret_is_taken_on_the_command_line_or_said(central, server, laptop):
    url, *who = server
    said = fieldkit("interop", "pull", url.replace("//", "//me:secret@"), "--workspace", laptop, code=1)
    assert "--password-file" in said.stderr
    assert "secret@" not in said.stderr
    assert "password" in fieldkit("interop", "pull", url, *who[:2], "--workspace", laptop, code=1).stderr
    central.login = (central.login[0], "another")
    refused = process("interop", "push", *server, "--workspace", laptop, code=1)
    assert "does not let us in" in refused.stderr
    assert "秘密" not in refused.stderr + refused.stdout
