"""A whole township at the office's table at once: laptops over the network and some with sticks, real processes.

What the office holds then is what the same bundles come to one after another from sticks, and its server's memory does not
grow with what is brought.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from sync import Archive, KeyCard
from sync.lan.address import Address
from tests.sync.lan.offices import NOW, Laptop, Served, silent
from tests.sync.lan.stranger import Stranger, hear

_SECONDS = 120
_MB = 1024 * 1024


@pytest.fixture
def table(place, tmp_path):
    """Lays an office and laptops with bundles out; ends the servers."""
    tables = []

    def laid(laptops, records, size):
        tables.append(Table(place, tmp_path, laptops, records, size))
        return tables[-1]

    yield laid
    for each in tables:
        each.leave()


class Table:
    """bundles: of each laptop, those it brings one after another."""

    def __init__(self, place, folder, laptops, records, size):
        self.folder, self.sticks, self.alone = folder / "office", folder / "sticks", folder / "sticks only"
        office = place.new(self.folder)
        shutil.copytree(place.template, self.alone)
        alone = opened(self.alone)
        self.laptops = [Laptop(SimpleNamespace(archive=office), number) for number in range(1, laptops + 1)]
        for each in self.laptops:
            word = each.enrolment
            alone.enroll(KeyCard(word.name, word.device_public, "e1", word.device_recipient))
        office.close()
        alone.close()
        self.bundles = {}
        for number, laptop in enumerate(self.laptops):
            place = self.sticks / str(number)
            place.mkdir(parents=True)
            counts = (records, 1, records // 2) if number % 3 == 0 else (records // 4 + number,)
            self.bundles[number] = [laptop.write(place, count, size=size) for count in counts]
        self.servers = []

    def serve(self, port=0):
        """One more server of this office; gives its process and where it is."""
        process = subprocess.Popen(
            [sys.executable, "-m", "fieldkit", "office", "serve", "--office", self.folder, "--port", str(port), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.servers.append(process)
        # What waits from before may be taken in, and told, before that.
        said: dict = {}
        while "address" not in said:
            said = json.loads(process.stdout.readline())
        return process, Address.parse(said["address"])

    def leave(self):
        for each in self.servers:
            each.kill()
            each.communicate(timeout=_SECONDS)

    def brought_by_network(self, number, address):
        """What becomes of a laptop's bundles, each twice, as by somebody who is not sure; and its return pack is there."""
        laptop = self.laptops[number]
        laptop.served = SimpleNamespace(address=address)
        counts = []
        with laptop.link() as link:
            for bundle in self.bundles[number]:
                counts += [link.send(bundle.path, bundle.sha256, silent).counts for _ in range(2)]
            link.fetch(bundle.path.parent, silent)
        return counts

    def brought_by_stick(self, number):
        said = subprocess.run(
            [sys.executable, "-m", "fieldkit", "office", "merge", self.sticks / str(number), "--office", self.folder, "--json"],
            capture_output=True, text=True, check=True, timeout=_SECONDS,
        )  # fmt: skip
        return json.loads(said.stdout)

    def holds_all(self):
        """The office holds what all bundles come to, taken in one after another from sticks."""
        archive, alone = opened(self.folder), opened(self.alone)
        for number in reversed(self.bundles):
            for bundle in self.bundles[number]:
                alone.import_bundle(bundle.path)
        proof, expected = archive.verify(), alone.verify()
        assert (proof.damaged, archive.quarantine()) == ((), [])
        assert (proof.state, proof.records, proof.revisions) == (
            expected.state,
            expected.records,
            expected.revisions,
        )
        assert proof.revisions == sum(bundle.revisions for each in self.bundles.values() for bundle in each)
        archive.close()
        alone.close()


def opened(folder):
    return Archive.open(folder, now=lambda: NOW)


def memory(process, name):
    """What a process has in memory, in MB: VmRSS now, VmHWM at most."""
    for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def everybody_comes(table, addresses, sticks):
    """All at the same moment, those with sticks too."""
    gate = threading.Barrier(len(table.laptops))

    def come(number):
        gate.wait(_SECONDS)
        if number in sticks:
            return table.brought_by_stick(number)
        return table.brought_by_network(number, addresses[number % len(addresses)])

    with ThreadPoolExecutor(len(table.laptops)) as pool:
        return list(pool.map(come, range(len(table.laptops))))


def whole_afternoon(table, tried, *, sticks, servers=1, most):
    running = [table.serve() for _ in range(servers)]
    before = [memory(process, "VmRSS") for process, _ in running]
    found = everybody_comes(table, [address for _, address in running], sticks)
    for number, counts in enumerate(found):
        brought = sum(bundle.revisions for bundle in table.bundles[number])
        if number in sticks:
            assert (counts["new"], counts["held"]) == (brought, 0)
        else:
            assert sum(each["new"] for each in counts) in {brought, 2 * brought}, (
                "the second answer is the first"
            )
            assert {each["missing"] + each["refused"] + each["quarantined"] for each in counts} == {0}
    peaks = [memory(process, "VmHWM") for process, _ in running]
    size = sum(bundle.path.stat().st_size for each in table.bundles.values() for bundle in each) / _MB
    for process, _ in running:
        process.send_signal(signal.SIGTERM)
        _said, errors = process.communicate(timeout=_SECONDS)
        assert (process.returncode, errors) == (0, "")
    table.holds_all()
    grown = ", ".join(f"{b:.0f} MB, then {p:.0f} MB at most" for b, p in zip(before, peaks, strict=True))
    tried(f"{len(found)} laptops brought {size:.1f} MB; server: {grown}")
    assert all(peak - begin < most for begin, peak in zip(before, peaks, strict=True)), grown
    assert [each for each in (table.folder / "inbox").rglob("*") if each.is_file()] == []


def test_an_office_killed_while_laptops_bring_goes_on_with_each_where_it_stopped(table):
    """Killed when the first bundles are in, started again at once; whoever asks a second time is told "held"."""
    laid = table(6, 40, 4_000)
    process, address = laid.serve()
    with ThreadPoolExecutor(len(laid.laptops)) as pool:
        coming = [pool.submit(laid.brought_by_network, number, address) for number in laid.bundles]
        while "took" not in json.loads(process.stdout.readline()):
            pass
        process.kill()
        process.wait(_SECONDS)
        process, _ = laid.serve(address.port)
        found = [each.result(_SECONDS) for each in coming]
    for number, counts in enumerate(found):
        for bundle, said in zip(laid.bundles[number], counts[1::2], strict=True):
            assert said["new"] + said["held"] == said["offered"] == bundle.revisions
    process.send_signal(signal.SIGTERM)
    _said, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (0, "")
    laid.holds_all()


def test_more_lines_than_the_system_gives_end_nothing_and_are_no_fault(table):
    laid = table(1, 4, 400)
    process, address = laid.serve()
    _, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (40, most))
    with contextlib.ExitStack() as lines:
        stranger = Stranger(address, "127.0.0.2")
        for _ in range(60):
            lines.enter_context(stranger.plain())
        # Which of them the office has taken it says by listening to it.
        with contextlib.suppress(OSError):
            lines.enter_context(stranger.line())
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, most))
    laid.brought_by_network(0, address)
    process.send_signal(signal.SIGTERM)
    _said, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (0, "")
    laid.holds_all()


def test_what_strangers_and_an_ill_willed_laptop_send_takes_no_room(table, tried):
    """Thirty lines with as much as they like, of which hardly anything is kept in memory, and three parts on the disk."""
    laid = table(2, 4, 400)
    process, address = laid.serve()
    laid.brought_by_network(0, address)
    before, stranger = memory(process, "VmRSS"), Stranger(address, "127.0.0.2")
    own = stranger.token(laid.laptops[1].key, laid.laptops[1].enrolment.office)
    piece = random.Random(0).randbytes(_MB)

    def pour(number):
        token = own if number % 3 == 0 else "0" * 64
        path = (f"/bundles/{number:064x}?at=0&of={9 * _MB}", "/session", f"/bundles/{number:064x}")[
            number % 3
        ]
        begin = f"{('PUT', 'POST', 'GET')[number % 3]} /fieldkit/1{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {8 * _MB}\r\n"
        with contextlib.suppress(OSError), stranger.line() as line:
            line.sendall((begin + f"Authorization: Bearer {token}\r\n\r\n").encode())
            for _ in range(8):
                line.sendall(piece)
            return hear(line, begin.encode()).status
        return None

    with ThreadPoolExecutor(16) as pool:
        heard = list(pool.map(pour, range(32)))
    assert {status for status in heard if status and status != 200} <= {400, 401, 408, 409, 413, 429}
    grown = memory(process, "VmHWM") - before
    tried(f"32 lines that poured {32 * 8} MB: {before:.0f} MB and {grown:.0f} MB more at most")
    assert grown < 160
    assert len(list((laid.folder / "inbox").rglob("*.part"))) <= 3
    laid.brought_by_network(1, address)
    process.send_signal(signal.SIGTERM)
    _said, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (0, "")
    laid.holds_all()


def test_a_second_server_that_comes_and_goes_takes_nothing_from_the_laptops_of_the_first(tmp_path):
    first = Served(tmp_path / "office").start()
    laptop, other, stranger = first.laptop(1), first.laptop(2), Stranger(first.address)
    token = stranger.token(other.key, other.enrolment.office)
    made = json.loads(stranger.ask("POST", "/fieldkit/1/return?wait=15", b"", token).body)
    bundles = [laptop.write(tmp_path, 20), other.write(tmp_path, 20)]
    first.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        coming = [
            pool.submit(sent, each, bundle) for each, bundle in zip((laptop, other), bundles, strict=True)
        ]
        for bundle in bundles:
            while not list((first.folder / "inbox").glob(f"*/{bundle.sha256}.fkb")):
                assert not any(each.done() for each in coming)
        second = Served(first.folder).start()
        second.stop()
        first.gate.set()
        for each in coming:
            counts = each.result(_SECONDS)
            assert (counts["offered"], counts["new"] + counts["held"]) == (20, 20)
    heard = stranger.ask("GET", f"/fieldkit/1/return/{made['sha256']}", b"", token)
    assert (heard.status, heard.code) == (404, "lan.unknown")
    with other.link() as link:
        assert link.fetch(tmp_path, silent).is_file()
    assert first.archive.verify().revisions == 40
    assert first.faults == second.faults == []
    first.stop()


def sent(laptop, bundle):
    with laptop.link() as link:
        return link.send(bundle.path, bundle.sha256, silent).counts


def test_laptops_at_once_and_a_stick_beside_them(table, tried):
    whole_afternoon(table(8, 60, 40_000), tried, sticks={7}, most=220)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("place", "servers"),
    [("sqlite", 1), ("sqlite", 2), ("postgresql", 2), ("two servers", 1)],
    indirect=["place"],
)
def test_thirty_laptops_with_half_a_gigabyte(table, tried, servers):
    whole_afternoon(table(30, 2_000, 24_000), tried, sticks={7, 15, 22}, servers=servers, most=450)
