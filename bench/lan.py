"""The local network against the stick: the same bundle of 200,000 revisions of 2.8 KB, merged by an office from a file, and
sent over TLS on loopback to a process that serves a copy of that office; from the bundle to the report, in one run.

BENCH_SYNC=20000 takes fewer.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.revisions import Revisions
from bench.rows import row
from sync import Archive, DeviceKey, KeyCard, write_bundle
from sync.lan.address import Address
from sync.lan.client import OfficeLink

COUNT = int(os.environ.get("BENCH_SYNC", "200000"))


def _now():
    return datetime.now(UTC)


def _from_stick(office, path):
    """Seconds from the file to the report."""
    archive = Archive.open(office, now=_now)
    began = time.perf_counter()
    report = archive.import_bundle(path)
    taken = time.perf_counter() - began
    archive.close()
    assert report.new == COUNT, report.counts()
    return taken


def _over_network(office, made, enrolment, key):
    """Seconds until all is sent, then until the report; and the most memory that the office's process took, in MB."""
    command = [
        sys.executable,
        "-m",
        "fieldkit",
        "office",
        "serve",
        "--office",
        office,
        "--port",
        "0",
        "--json",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = Address.parse(json.loads(process.stdout.readline())["address"])
        sent = [0.0]

        def told(what, _done, _of):
            if what == "merging" and not sent[0]:
                sent[0] = time.perf_counter() - began

        began = time.perf_counter()
        with OfficeLink(address, enrolment, key) as link:
            answer = link.send(made.path, made.sha256, told)
        taken = time.perf_counter() - began
        assert answer.counts["new"] == COUNT, answer
        memory = Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0]
    finally:
        process.kill()  # it would bring its tables up to date first
        process.wait(60)
        process.stdout.close()
    return sent[0], taken, int(memory) / 1024


def rows():
    folder = Path(tempfile.mkdtemp())
    try:
        key = DeviceKey.generate()
        archive = Archive.create(folder / "office", name="bench", division="", now=_now)
        enrolment = archive.enroll(KeyCard("bench", key.public, "e1"))
        for name in ("forms", "lists", "worklist", "reports"):
            (folder / "office" / name).mkdir()
        made = write_bundle(
            folder,
            Revisions(COUNT, key),
            key=key,
            office=archive.id,
            recipients=archive.recipients,
            now=_now(),
        )
        archive.close()
        stick, network, sent, memory = [], [], [], []
        # Each way twice, neither of them always first: what else the machine does falls on both.
        for way in "stick", "network", "network", "stick":
            office = Path(shutil.copytree(folder / "office", folder / "copy"))
            if way == "stick":
                stick.append(_from_stick(office, made.path))
            else:
                for kept, each in zip(
                    (sent, network, memory), _over_network(office, made, enrolment, key), strict=True
                ):
                    kept.append(each)
            shutil.rmtree(office)
    finally:
        shutil.rmtree(folder)
    each = 1e6 / COUNT
    fastest = min(network) * each
    yield row(
        "lan: merge over the network",
        "µs/revision",
        fastest,
        min(stick) * each,
        "the same bundle from a file",
    )
    yield row("lan: of it until all is sent", "µs/revision", min(sent) * each)
    yield row("lan: memory of the office's process", "MB", max(memory))
