"""`office serve` and `sync lan`: real processes, as on a table with two laptops and a cable."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from fieldkit.cli import office_serve
from fieldkit.cli.common import now
from fieldkit.errors import FieldkitError
from fieldkit.office import Office
from fieldkit.office.serving import Serving
from fieldkit.session.session import Session
from sync import MergeReport
from sync.lan import client
from sync.lan.address import Address
from tests.sync.lan.alone import network_of_its_own


@pytest.fixture
def office(pair, tmp_path):
    """Serves an office's folder in a thread; gives its address. Stopped at the end."""
    started = []

    def serve(folder=tmp_path / "office", port=0):
        opened = Office.open(folder, now=now)
        told, addresses, is_ready = [], [], threading.Event()
        server = Serving(opened, told.append).server(Address("127.0.0.1", port))

        def ready(address):
            addresses.append(str(address))
            is_ready.set()

        thread = threading.Thread(target=server.run, args=(ready,))
        thread.start()
        assert is_ready.wait(20)
        started.append((opened, server, thread, told))
        return addresses[0]

    yield serve
    for opened, server, thread, told in started:
        server.stop()
        thread.join(30)
        assert not thread.is_alive()
        opened.close()
        assert [each for each in told if isinstance(each, Exception)] == []


@pytest.fixture
def serving():
    """Starts `office serve` in a process; gives it with what its first line said. Ended at the end."""
    started = []

    def serve(*arguments, port=0):
        process = subprocess.Popen(
            [sys.executable, "-m", "fieldkit", "--lang", "en", "office", "serve", "--json", "--port", str(port), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield serve
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def test_there_and_back_over_the_network(pair, serving, tmp_path):
    process, said = serving()
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    met = pair("sync", "lan", said["address"])
    [sent] = met["sent"]
    assert (sent["offered"], sent["new"], sent["refusal"]) == (1, 1, "")
    assert (met["office"], met["acknowledged"], met["only_here"]) == ("清溪", 1, 0)
    assert pair("sync", "status")["only_here"] == 0
    again = pair("sync", "lan", said["address"])
    assert (again["sent"], again["acknowledged"]) == ([], 0)
    process.send_signal(signal.SIGTERM)
    rest, refused = process.communicate(timeout=20)
    assert (process.returncode, refused) == (0, "")
    lines = [json.loads(line) for line in rest.splitlines()]
    assert [line["laptop"] for line in lines] == ["laptop 1"] * 3
    assert lines[0]["code"] == sent["code"]
    assert pair("office", "verify")["records"] == 1


def test_an_office_that_is_killed_loses_nothing_and_the_next_try_goes_on(
    pair, serving, office, tmp_path, monkeypatch
):
    process, said = serving()
    for _record in range(3):
        pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")

    def kill(what, done, of):
        if what == "merging":
            process.kill()
            process.wait(10)

    with Session.open(tmp_path / "笔记本 1") as session:
        monkeypatch.setattr(client, "_PAUSES", (0.01, 0.01))
        with pytest.raises(FieldkitError, match=r"lan\.cut"):
            session.network.meet(said["address"], kill)
        [bundle] = session.outbox.glob("*.fkb")
        assert session.status().only_here == 3
    assert office(port=int(said["address"].rpartition(":")[2])) == said["address"]
    met = pair("sync", "lan", said["address"])
    [sent] = met["sent"]
    assert (sent["file"], sent["offered"], sent["new"] + sent["held"]) == (bundle.name, 3, 3)
    assert met["only_here"] == 0
    assert not bundle.exists()
    assert pair("office", "verify")["records"] == 3


def test_by_stick_and_by_cable_in_turn(pair, office, tmp_path):
    stick = tmp_path / "stick"
    address = office()
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    pair("sync", "export", stick)
    assert pair("office", "merge", stick)["new"] == 1
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    [sent] = pair("sync", "lan", address)["sent"]
    assert (sent["offered"], sent["new"], sent["held"]) == (2, 1, 1)
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    pair("sync", "export", stick)
    assert pair("office", "merge", stick)["new"] == 1
    pair("office", "return", stick)
    assert pair("sync", "import", stick)["only_here"] == 0
    assert pair("sync", "lan", address)["sent"] == []
    assert [each["what"] for each in pair("sync", "history")] == [
        "return", "return", "export", "return", "export", "export", "enrolment",
    ]  # fmt: skip


def test_a_laptop_of_another_office_a_revoked_one_and_nobody(pair, office, tmp_path):
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    other = tmp_path / "other"
    pair("office", "init", other, "--name", "邻镇", "--open")
    refused = pair("sync", "lan", office(other), code=1, text=True)
    assert "something else than the office 清溪" in refused
    address = office()
    pair("office", "revoke", "laptop 1")
    refused = pair("sync", "lan", address, code=1, text=True)
    assert "revoked" in refused
    assert "stick" in refused
    assert "没有应答" in pair("sync", "lan", "127.0.0.1:1", code=1, text=True, lang="zh")
    assert "is no address" in pair("sync", "lan", "a b", code=1, text=True)
    assert pair("sync", "status")["only_here"] == 1
    pair("init", tmp_path / "new", "--open")
    refused = pair("sync", "lan", address, "--workspace", tmp_path / "new", code=1, text=True)
    assert "No office knows this laptop yet" in refused
    refused = pair("office", "serve", "--port", address.rpartition(":")[2], code=1, text=True)
    assert "--port" in refused


def test_what_an_open_office_says_and_how_it_ends(pair, tmp_path):
    """Words for people: where it is, who may knock, the laptop's line; nothing of what anybody answered."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "--lang", "zh", "office", "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        first = process.stdout.readline()
        address = re.search(r"127\.0\.0\.1:\d+", first)[0]
        assert "清溪" in first
        assert "只有本机能连" in process.stdout.readline()
        (tmp_path / "a.json").write_text('{"a": "CANARY-说"}', encoding="utf-8")
        pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
        met = pair("sync", "lan", address)
        process.send_signal(signal.SIGINT)
        rest, refused = process.communicate(timeout=30)
    finally:
        process.kill()
    lines = rest.splitlines()
    assert re.fullmatch(
        rf"\d\d:\d\d  laptop 1：送来 1 条：1 新增，0 已有  核对码 {met['sent'][0]['code']}", lines[0]
    ), lines
    assert "回执包已做好" in lines[1]
    assert "已停止" in lines[2]
    assert (process.returncode, refused) == (0, "")
    assert "CANARY" not in rest


def test_a_laptop_finds_its_office_by_itself(pair, tmp_path):
    pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    done = subprocess.run(
        [*network_of_its_own(), sys.executable, "-c", ALONE], capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, met, status = map(json.loads, done.stdout.splitlines())
    assert (first["address"], met["address"]) == ("10.99.0.1:8420", "10.99.0.1:8420")
    assert (met["acknowledged"], status["only_here"]) == (1, 0)


ALONE = """
import subprocess, sys
from fieldkit.cli import office_serve, run

serving = [sys.executable, "-m", "fieldkit", "office", "serve", "--host", "0.0.0.0", "--json"]
office = subprocess.Popen(serving, stdout=subprocess.PIPE, text=True)
try:
    print(office.stdout.readline(), end="")
    assert run(["sync", "lan", "--json"]) == run(["sync", "status", "--json"]) == 0
finally:
    office.terminate()
    office.communicate(timeout=30)
"""


def test_two_threads_that_tell_write_a_line_each(monkeypatch):
    """The first has written its words and not yet the end of its line when the second comes."""

    class Slow(io.StringIO):
        def write(self, text):
            written = super().write(text)
            if second.ident is None:
                second.start()
                both.wait(0.2)
            return written

    def tell():
        log.told(MergeReport("b", "d" * 32, "0" * 64))
        both.set()

    both, second = threading.Event(), threading.Thread(target=tell)
    office = SimpleNamespace(known=lambda _device: None, key=SimpleNamespace(id="o"), name="office")
    log = office_serve._Log(SimpleNamespace(json=True), office)
    log.ready(Address("127.0.0.1", 1), is_open=False)
    out = Slow()
    monkeypatch.setattr(sys, "stdout", out)
    log.told(MergeReport("a", "c" * 32, "0" * 64))
    second.join(10)
    assert [json.loads(line)["laptop"][:20] for line in out.getvalue().splitlines()] == [
        "a laptop that is not"
    ] * 2
