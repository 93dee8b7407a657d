"""An office restored from an older backup pushes again: nothing stands there twice, and nothing newer is written over."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.interop.client import Line, ServerAddress
from fieldkit.interop.client_auth import Login
from fieldkit.interop.client_memory import Memory
from fieldkit.interop.client_push import EDITED, PRESENT, REFUSED, SENT, Outgoing, Pushing
from fieldkit.interop.client_records import Leaving, derived_id
from fieldkit.interop.openrosa.sealed import PrivateKey
from tests.interop.client.central_server import Central

KEY = PrivateKey.new()


@pytest.fixture(scope="module")
def server():
    made = Central()
    yield made
    made.close()


@pytest.fixture
def office(server, tmp_path):
    server.submissions, server.versions, server.tells, server.faults = {}, {"f": {"1"}}, True, []
    return Office(server, tmp_path / "office")


class Office:
    """What is pushed from it; its memory of the server can be lost, and put back as it was."""

    def __init__(self, server, folder, own="", key=""):
        self.server, self.folder, self.own, self.key = server, folder, own, key

    def push(self, text, record="r1"):
        xml = f'<data id="f" version="1"><a>{text}</a><p>p.jpg</p></data>'.encode()
        leaves = Leaving(record, "f", "1", xml, self.own or derived_id(record), public_key=self.key)
        address = ServerAddress.parse(self.server.url)
        with Line(address, Login(*self.server.login), wait=lambda _s: None, timeout=5) as line:
            memory = Memory(self.folder, self.server.url, "p", b"s")
            [found] = Pushing(line, memory).push(
                [Outgoing(record, "f", leaves, {"p.jpg": lambda: b"picture"})]
            )
        return found

    def forget(self):
        shutil.rmtree(self.folder)

    def versions(self):
        [held] = self.server.submissions.values()
        return [re.search(rb"<a>(.*?)</a>", xml)[1].decode() for _instance, xml in held["versions"]]


@pytest.mark.parametrize("own", ["", "uuid:of-a-phone"])
def test_what_is_there_is_found_again(office, own):
    office.own = own
    assert [office.push("one").verdict, office.push("two").verdict] == [SENT, EDITED]
    office.forget()
    assert office.push("two").verdict == PRESENT
    posts = len(office.server.posts)
    assert office.push("two").verdict == PRESENT
    assert len(office.server.posts) == posts, "it is known again, and not even asked"
    assert office.push("three").verdict == EDITED
    assert office.versions() == ["one", "two", "three"]


def test_the_first_state_there_is_told_as_there(office):
    office.push("one")
    office.forget()
    assert office.push("one").verdict == PRESENT
    assert office.versions() == ["one"]


def test_what_went_on_here_is_an_edit_of_what_is_there(office):
    office.push("one")
    office.push("two")
    office.forget()
    assert office.push("three").verdict == EDITED
    assert office.versions() == ["one", "two", "three"]


def test_an_older_state_is_not_put_over_a_newer_one(office):
    for text in ("one", "two", "three"):
        office.push(text)
    office.forget()
    older = office.push("two")
    assert (older.verdict, older.code) == (PRESENT, "interop.newer-there")
    assert office.versions() == ["one", "two", "three"]
    assert office.push("three").verdict == PRESENT


def test_a_memory_that_was_set_back_is_no_worse_than_none(office, tmp_path):
    office.push("one")
    shutil.copytree(office.folder, tmp_path / "backup")
    office.push("two")
    office.forget()
    shutil.copytree(tmp_path / "backup", office.folder)
    assert office.push("three").verdict == EDITED
    assert office.versions() == ["one", "two", "three"]


def test_what_somebody_else_changed_there_stays_as_it_is(office):
    office.push("one")
    [root] = office.server.submissions
    theirs = f'<data id="f" version="1"><a>theirs</a><meta><instanceID>uuid:b</instanceID><deprecatedID>{root}</deprecatedID></meta></data>'
    assert office.server.take(theirs.encode(), {})[0] == 201
    for _time in range(2):
        found = office.push("two")
        assert (found.verdict, found.code) == (REFUSED, "interop.edited-there")
        office.forget()
    assert office.versions() == ["one", "theirs"]


def test_a_signature_is_of_one_submission_alone(office):
    """Whoever copies what ours says into an edit of their own has not made it ours."""
    office.push("one")
    [[root, held]] = office.server.submissions.items()
    xml = held["versions"][0][1].decode()
    copied = (
        xml.replace(root, "uuid:b")
        .replace("one", "theirs")
        .replace("<orx:instanceID>", f"<orx:deprecatedID>{root}</orx:deprecatedID><orx:instanceID>")
    )
    assert office.server.take(copied.encode(), {})[0] == 201
    assert office.push("two").code == "interop.edited-there"


def test_a_server_that_does_not_tell_is_never_guessed_about(office):
    office.server.tells = False
    office.push("one")
    office.push("two")
    office.forget()
    found = office.push("three")
    assert (found.verdict, found.code, found.params["status"]) == (REFUSED, "interop.not-told", 409)
    assert office.versions() == ["one", "two"]


def test_encrypted_records_are_found_again_too(office):
    office.key = KEY.public
    assert [office.push("one").verdict, office.push("two").verdict] == [SENT, EDITED]
    office.forget()
    assert office.push("one").code == "interop.newer-there"
    office.forget()
    assert office.push("two").verdict == PRESENT
    assert office.push("three").verdict == EDITED
    [held] = office.server.submissions.values()
    assert len(held["versions"]) == 3
    assert not any(b"<a>" in xml for _instance, xml in held["versions"])


def test_one_server_gets_records_by_one_profile(office):
    office.push("one")
    with pytest.raises(FieldkitError, match=r"interop\.other-profile"):
        Memory(office.folder, office.server.url, "archive", b"s")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["change", "push", "keep", "set back", "lose"]), min_size=1, max_size=10),
    st.booleans(),
)
def test_however_often_it_is_set_back_a_record_stands_there_once(server, steps, is_encrypted):
    """States are numbered; the office that is set back forgets its states too, and goes on with others."""
    server.submissions, server.versions, server.tells, server.faults = {}, {"f": {"1"}}, True, []
    made = Path(tempfile.mkdtemp())
    office = Office(server, made / "office", key=KEY.public if is_encrypted else "")
    state, count, kept = "s0", 0, ("s0", None)
    try:
        for step in steps:
            if step == "change":
                count += 1
                state = f"s{count}"
            elif step == "push":
                assert office.push(state).verdict != REFUSED
            elif step == "keep":
                backup = None
                if office.folder.exists():
                    backup = made / f"backup{len(list(made.iterdir()))}"
                    shutil.copytree(office.folder, backup)
                kept = state, backup
            else:
                shutil.rmtree(office.folder, ignore_errors=True)
                state = kept[0]
                if step == "set back" and kept[1] is not None:
                    shutil.copytree(kept[1], office.folder)
        assert office.push("last").verdict in {SENT, EDITED}
        assert office.push("last").verdict == PRESENT
        [held] = server.submissions.values()
        ids = [instance for instance, _xml in held["versions"]]
        assert len(ids) == len(set(ids))
        if not is_encrypted:
            assert office.versions()[-1] == "last"
            assert len(set(office.versions())) == len(ids), "no state stands there twice"
    finally:
        shutil.rmtree(made)
