"""What was answered with yes lasts: through kill -9, a stop, a backup; declines come shuffled, once; nothing lies in clear."""

from __future__ import annotations

import http.client
import os
import re
import signal
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fieldkit.cli import office_serve
from fieldkit.errors import StoreError
from fieldkit.interop.openrosa.admitting import add_phone
from fieldkit.interop.openrosa.phones import phones
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.interop.openrosa.receiving import Receiving
from fieldkit.office import Office
from fieldkit.office.backup import restore
from fieldkit.office.sent import attachments_of
from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import Collect, Served, card, free_port, made_office, new_id, talk

CANARY = "絕無僅有 4711"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    quick_keys(monkeypatch)
    made_office(tmp_path / "office", NOW).close()
    return tmp_path / "office"


def opened(folder):
    return Office.open(folder, now=lambda: NOW, passphrase=lambda: "office words")


class Process:
    """The office's program in a process of its own."""

    def __init__(self, folder, tmp_path):
        words = tmp_path / "words"
        words.write_text("office words", encoding="utf-8")
        self.plain = free_port()
        self._run = subprocess.Popen(
            [sys.executable, "-m", "fieldkit", "office", "serve", "--office", str(folder), "--openrosa", "--plain",
             "--port", "0", "--phones-port", str(self.plain)],
            env={**os.environ, "FIELDKIT_PASSPHRASE_FILE": str(words)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = self._run.stdout.readline() + self._run.stdout.readline() + self._run.stdout.readline()
        assert str(self.plain) in said
        self.tls = int(re.search(r":(\d+)", said)[1])

    def kill(self, how=signal.SIGKILL):
        self._run.send_signal(how)
        self._run.communicate(timeout=30)


def test_kill_9_between_posts_loses_nothing_that_was_answered(folder, tmp_path):
    with opened(folder) as office:
        made, password = add_phone(office, "一号机", ["talk", "card"], by="office")
    kept, declined = [], 0
    xml = talk(new_id(), photo="a.jpg")
    for number in range(3):
        process = Process(folder, tmp_path)
        try:
            phone = Collect(process, made.user, password)
            for _each in range(2):
                instance = new_id()
                assert phone.send(talk(instance)).status == 201
                kept.append(instance)
            assert phone.send(xml, {"a.jpg": b"photo"} if number == 1 else {}).status in {201, 202}
            declined += phone.safe().send(card(f"uuid:{number}", "no")).status == 201
            assert phone.safe().send(card("uuid:0", "no")).status == 202
        finally:
            process.kill(signal.SIGINT if number == 2 else signal.SIGKILL)
    with opened(folder) as office:
        assert {each.record for each in office.archive.views("talk")} >= {
            record_id("talk", each) for each in kept
        }
        assert len(list(office.archive.views("talk"))) == len(kept) + 1
        assert len(list(office.archive.views("card"))) == declined == 3
        assert office.verify().damaged == ()


def test_what_could_not_be_handed_in_is_at_the_next_start(folder, monkeypatch):
    with opened(folder) as office:
        made, _password = add_phone(office, "一号机", ["talk"], by="office")
    instance = new_id()
    receiving = Receiving(opened(folder))
    receiving.open()
    with monkeypatch.context() as patch:
        patch.setattr("sync.archive.Archive.import_bundle", _broken)
        with pytest.raises(OSError, match="gone"):
            receiving.take(made, talk(instance), {}, safe=False)
    for desk in receiving._desks.values():
        desk.close()
    receiving._hold.release()
    receiving.office.close()
    with Receiving(opened(folder)) as again:
        assert again.office.view(record_id("talk", instance)).fields["came"] == "12"
        assert again.take(made, talk(instance), {}, safe=False).what == "held"


def _broken(*_given):
    raise OSError("gone")


def test_declines_are_told_from_nothing(folder):
    with Served(folder, NOW) as served:
        phone = served.phone("一号机", "card").safe()
        before = served.office.archive.came()
        for number in range(4):
            assert (
                phone.send(card(f"uuid:{number}", "no", outcome=CANARY, village=f"v{number}")).status == 201
            )
        assert phone.send(card("uuid:2", "no", outcome=CANARY, village="v2")).status == 202
        assert phone.send(card("uuid:2", "no", outcome="other")).status == 409
        assert served.office.archive.came() == before
    with opened(folder) as office:
        views = list(office.archive.views("card"))
        assert len(views) == 4
        for view in views:
            assert view.fields.keys() == {"village", "date", "outcome"}
            assert (view.fields["outcome"], view.wall) == ("declined", "2026-03-30T00:00:00+00:00")
            assert view.record not in {record_id("card", f"uuid:{number}") for number in range(4)}
            [revision] = office.archive.revisions(view.record)
            assert dict(revision.body.note) == {}


def test_nothing_lies_in_clear(folder):
    with Served(folder, NOW) as served:
        phone = served.phone("一号机", "card", "talk")
        record = card(new_id(), illness=CANARY, photo="a.jpg")
        assert phone.safe().send(record, {"a.jpg": CANARY.encode() * 9}).status == 201
        assert phone.send(talk(groups=[(CANARY, "1")])).status == 201
        while_served = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    after = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for each in (while_served, after):
        # The flat table has the talk's plain answer, as it does for laptops; nothing else has.
        assert phone.password.encode() not in each
        assert CANARY.encode() * 2 not in each
    assert CANARY.encode() not in while_served


def test_a_phone_goes_on_after_a_backup_with_a_new_key(folder, tmp_path):
    with Served(folder, NOW) as served:
        phone = served.phone("一号机", "talk")
        instance = new_id()
        xml = talk(instance, photo="a.jpg")
        assert phone.send(xml, {"a.jpg": b"photo"}).status == 201
        [before] = phones(served.office)
    with opened(folder) as office:
        made, _removed = office.back_up(tmp_path / "backups")
        secret = office.archive.secret
    restored = tmp_path / "restored"
    restore(made, restored, NOW, secret=lambda: secret)
    with Served(restored, NOW) as served:
        again = Collect(served, phone.user, phone.password)
        [revision] = served.office.archive.revisions(record_id("talk", instance))
        kept = revision.body.note["files"]["a.jpg"]["id"]
        assert b"".join(attachments_of(served.office).read(kept)) == b"photo"
        assert again.send(xml, {"a.jpg": b"photo"}).status == 202
        assert again.send(talk()).status == 201
        [now] = phones(served.office)
    assert (now.name, now.user) == (before.name, before.user)
    assert now.device != before.device


def test_a_second_server_is_told_who_takes_from_the_phones(folder):
    with Served(folder, NOW) as served:
        phone = served.phone("一号机", "talk")
        assert phone.send(talk()).status == 201
        with pytest.raises(StoreError, match=r"workspace\.locked"), Served(folder, NOW):
            pass
        assert phone.send(talk()).status == 201


def test_a_certificate_that_phones_trust_makes_the_line_safe(folder, tmp_path):
    path = certificate(tmp_path / "office.pem")
    _door, tls = office_serve._door(
        SimpleNamespace(openrosa=True, plain=False, certificate=path, phones_port=8421, host="127.0.0.1")
    )
    with Served(folder, NOW, tls) as served:
        served.tls, served.plain = served.plain, None
        trusting = ssl.create_default_context(cafile=path)
        phone = served.phone("一号机", "card").safe()
        line = http.client.HTTPSConnection("localhost", served.tls, timeout=20, context=trusting)
        line.request("GET", "/openrosa/formList", headers=phone._proof("GET", "/openrosa/formList", None))
        assert b"<formID>card</formID>" in line.getresponse().read()
        line.request("GET", "/fieldkit/1/challenge")
        assert line.getresponse().status == 404
        line.close()


def certificate(path):
    """A certificate for localhost and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begins, ends = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 9))
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, ends)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
        key, SHA256()
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + pem)
    return path
