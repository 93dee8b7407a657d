"""A forgotten passphrase: a request, an answer, a new passphrase; what is found on the stick is of no use."""

from __future__ import annotations

import pyrage
import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost
from fieldkit.store.recovery import RecoveryRequest, take_answer, write_request

CHEAP = Cost(8 * 1024, 1, 1)


@pytest.fixture
def office():
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def locked(tmp_path, office):
    folder = tmp_path / "w"
    with Workspace.create(folder, passphrase="forgotten", name="清溪 1", cost=CHEAP) as workspace:
        workspace.drafts.insert({"n": 1})
        workspace.seal_for([str(office.to_public())])
    return folder


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def refused(code, step):
    with pytest.raises(StoreError) as caught:
        step()
    assert caught.value.code == code


def answer(path, office, stick):
    request = RecoveryRequest.from_file(path)
    return request.write_answer(pyrage.decrypt(request.sealed, [office]), stick)


def test_the_way_back_in(locked, office, stick):
    path = answer(write_request(locked, stick), office, stick)
    take_answer(locked, path, "new", CHEAP)
    with Workspace.open(locked, passphrase=lambda: "new") as workspace:
        assert workspace.drafts.all() == [{"n": 1}]
    refused("workspace.wrong-passphrase", lambda: Workspace.open(locked, passphrase=lambda: "forgotten"))
    refused("recovery.no-request", lambda: take_answer(locked, path, "again", CHEAP))


def test_the_stick_alone_opens_nothing(locked, office, stick, tmp_path):
    path = answer(write_request(locked, stick), office, stick)
    found = b"".join(file.read_bytes() for file in stick.iterdir())
    with Workspace.open(locked, passphrase=lambda: "forgotten") as workspace:
        key = workspace._key
    assert key not in found
    other = tmp_path / "other"
    with Workspace.create(other, passphrase="x", name="other", cost=CHEAP) as workspace:
        workspace.seal_for([str(office.to_public())])
    write_request(other, tmp_path)
    refused("recovery.other-request", lambda: take_answer(other, path, "y", CHEAP))


def test_a_newer_request_makes_the_older_answer_void(locked, office, stick):
    old = answer(write_request(locked, stick), office, stick)
    write_request(locked, stick)
    refused("recovery.other-request", lambda: take_answer(locked, old, "new", CHEAP))
    Workspace.open(locked, passphrase=lambda: "forgotten").close()


def test_who_cannot_be_helped_is_told_so(tmp_path, stick):
    alone = tmp_path / "alone"
    Workspace.create(alone, passphrase="x", name="w", cost=CHEAP).close()
    refused("recovery.none", lambda: write_request(alone, stick))
    bare = tmp_path / "bare"
    Workspace.create(bare, passphrase=None, name="w").close()
    refused("workspace.not-encrypted", lambda: write_request(bare, stick))
    refused("recovery.no-request", lambda: take_answer(alone, stick / "x", "y"))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"fieldkit": "recovery request 1"}', b'{"fieldkit": 1}', b"[]"]
)
def test_what_is_no_request_is_refused(stick, content):
    path = stick / "a.fkrequest"
    path.write_bytes(content)
    refused("recovery.unreadable", lambda: RecoveryRequest.from_file(path))
    refused("medium.gone", lambda: RecoveryRequest.from_file(stick / "none"))


def test_an_answer_with_another_key_changes_nothing(locked, office, stick):
    request = RecoveryRequest.from_file(write_request(locked, stick))
    path = request.write_answer(bytes(32), stick)
    refused("keys.unreadable", lambda: take_answer(locked, path, "new", CHEAP))
    Workspace.open(locked, passphrase=lambda: "forgotten").close()
