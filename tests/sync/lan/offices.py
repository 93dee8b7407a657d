"""An office that serves the local network, in a thread of the test, and laptops to talk to it."""

from __future__ import annotations

import hashlib
import os
import random
import threading
from datetime import UTC, datetime

from sync import (
    Archive,
    Body,
    DeviceKey,
    Envelope,
    HybridClock,
    KeyCard,
    Operation,
    new_record_id,
    seal,
    write_bundle,
)
from sync.enrolment import Enrolment
from sync.lan.address import Address
from sync.lan.client import OfficeLink
from sync.lan.limits import Limits
from sync.lan.server import OfficeServer
from sync.lan.site import Site
from sync.pack import ReturnPack, write_return_pack
from sync.recipients import identity_of
from sync.sealing import recipient_of

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
SOON = 10.0


class Served:
    """An archive with its server. takes: how often a bundle was taken in; faults: what nobody expected."""

    def __init__(self, folder, *, seed=bytes(32), limits=None, address=None):
        self.archive = (
            Archive.open(folder, now=lambda: NOW)
            if (folder / "office.toml").exists()
            else Archive.create(folder, name="清溪", division="990101100000", now=lambda: NOW, seed=seed)
        )
        self.folder = folder
        self.faults: list[Exception] = []
        self.takes = self.rests = 0
        self.extra: dict[str, bytes] = {}
        self.trouble: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()
        site = Site(
            self.archive.key,
            folder,
            self.archive.known,
            self._take,
            self._pack,
            self._rest,
            self.faults.append,
        )
        self.server = OfficeServer(site, address or Address("127.0.0.1", 0), limits or Limits(room=0))
        self._is_ready = threading.Event()
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def start(self):
        self._thread.start()
        assert self._is_ready.wait(SOON), self._failed
        return self

    def stop(self):
        self.server.stop()
        self.gate.set()
        self._thread.join(SOON)
        assert not self._thread.is_alive()
        self.archive.close()
        assert not self._failed, self._failed

    def _run(self):
        try:
            self.server.run(self._ready)
        except BaseException as error:
            self._failed.append(error)

    def _ready(self, address):
        self.address = address
        self._is_ready.set()

    def _take(self, path):
        assert self.gate.wait(SOON)
        self._maybe_fail()
        self.takes += 1
        return self.archive.import_bundle(path)

    def _maybe_fail(self):
        if self.trouble:
            raise self.trouble.pop(0)

    def _pack(self, device, folder):
        self._maybe_fail()
        [known] = [each for each in self.archive.devices() if each.id == device]
        pack = ReturnPack(self.archive.receipt(device), known.enrolment, lists=self.extra)
        return write_return_pack(folder, pack, self.archive.key, known.enrolment.device_recipient)

    def _rest(self):
        self.rests += 1

    def laptop(self, number, *, enrolled=True):
        return Laptop(self, number, enrolled=enrolled)


class Laptop:
    """A laptop of an office. enrolment: as that office signs it; where it is not `enrolled`, as of another archive."""

    def __init__(self, served, number, *, enrolled=True):
        self.key = DeviceKey.generate(bytes([number]) * 32)
        self.identity = identity_of(bytes([number]) * 32)
        self.served = served
        self.clock = HybridClock()
        self.sequence, self.previous = 0, None
        card = KeyCard(f"laptop {number}", self.key.public, "e1", recipient_of(self.identity))
        archive = served.archive
        self.enrolment = archive.enroll(card) if enrolled else _signed_but_unknown(archive, card)

    def link(self, **options):
        return OfficeLink(self.served.address, self.enrolment, self.key, **options)

    def write(self, folder, count, *, size=200):
        """A bundle of so many new records."""
        made = [self._revision(size) for _ in range(count)]
        return write_bundle(
            folder,
            made,
            key=self.key,
            office=self.enrolment.office,
            recipients=self.enrolment.recipients,
            now=NOW,
        )

    def _revision(self, size):
        self.sequence += 1
        body = Body({"a": os.urandom(size // 2).hex()}, ("a",)).to_bytes()
        envelope = Envelope(
            record=new_record_id(1_770_000_000_000 + self.sequence, random.Random(self.previous)), parents=(),
            form="visit", form_hash="1",
            device=self.key.id, epoch="e1", sequence=self.sequence, previous=self.previous,
            hlc=self.clock.tick(1_770_000_000_000), wall=NOW.isoformat(), user="u", operation=Operation.PUT,
            body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        revision = seal(envelope, body, self.key)
        self.previous = revision.id
        return revision


def _signed_but_unknown(archive, card):
    """An enrolment that the office's key signed and its archive does not hold: of a copy that was thrown away."""
    return Enrolment(
        office=archive.id, office_public=archive.key.public, office_name=archive.name, division="990101100000",
        device=card.device, device_public=card.public, name=card.name, since="2026-03-31", number_block=(9600, 9799),
        recipients=archive.recipients, device_recipient=card.recipient,
    ).signed_by(archive.key)  # fmt: skip


def silent(_what, _done, _of):
    """Nobody looks on."""
