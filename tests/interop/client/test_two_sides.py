"""Our own two sides meet: what this pulls from and pushes to is the server for phones, which was written by itself."""

from __future__ import annotations

import pytest

from fieldkit.interop.client import Line, ServerAddress
from fieldkit.interop.client_auth import Login
from fieldkit.interop.client_forms import NEW, SAME, pull
from fieldkit.interop.client_memory import Memory
from fieldkit.interop.client_office import outgoing
from fieldkit.interop.client_profiles import as_they_are
from fieldkit.interop.client_push import EDITED, PRESENT, SENT, Outgoing, Pushing
from fieldkit.interop.client_records import Leaving
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.library import FormLibrary
from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import PLACES, Served, made_office, new_id, talk

PHOTO = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sides") / "office"
    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        made_office(folder, NOW).close()
    with Served(folder, NOW) as office:
        yield office


@pytest.fixture(scope="module")
def phone(served):
    return served.phone("甲")


@pytest.fixture
def line(served, phone):
    address = ServerAddress.parse(f"http://127.0.0.1:{served.plain}/openrosa")
    with Line(address, Login(phone.user, phone.password), wait=lambda _seconds: None, timeout=20) as opened:
        yield opened


def test_forms_come_with_their_lists(line, tmp_path):
    library = FormLibrary(tmp_path)
    assert [(each.offered.form, each.verdict) for each in pull(line, library)] == [("talk", NEW)]
    assert library.get("talk").version == "2026.1"
    assert (tmp_path / "places.csv").read_text(encoding="utf-8") == PLACES
    assert [each.verdict for each in pull(line, library)] == [SAME]


def test_records_go_with_their_files_and_as_edits(line, served, tmp_path):
    instance = new_id()

    def push(came):
        xml = talk(came=came, photo="a.jpg").partition(b"<meta>")[0] + b"</data>"
        leaves = Leaving("r1", "talk", "2026.1", xml, instance)
        it = Outgoing("r1", "talk", leaves, {"a.jpg": lambda: PHOTO})
        [verdict] = Pushing(line, Memory(tmp_path, "office", "p", b"s")).push([it])
        return verdict

    before = len(served.records())
    assert [push("12").verdict, push("12").verdict, push("13").verdict] == [SENT, PRESENT, EDITED]
    assert len(served.records()) == before + 1
    assert served.record(record_id("talk", instance)).fields["came"] == "13"
    assert push("13").verdict == PRESENT


def test_what_phones_sent_goes_on_to_another_server_with_its_files(served, phone, central, connect, tmp_path):
    instance = new_id()
    assert phone.send(talk(instance, photo="b.jpg"), {"b.jpg": PHOTO}).status == 201
    central.versions["talk"] = {"2026.1"}
    pushing = Pushing(connect(central), Memory(tmp_path, central.url, "archive", served.office.pseudonyms))
    found = {
        each.record: each
        for each in pushing.push(
            outgoing(served.office, ["talk"], as_they_are(served.office.library, restricted=True))
        )
    }
    assert {each.verdict for each in found.values()} == {SENT}
    _xml, files = central.latest()[instance]
    assert files == {"b.jpg": PHOTO}
