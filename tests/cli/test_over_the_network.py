"""`office serve` and `sync lan`: real processes, as on a table with two laptops and a cable."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from fieldkit.cli import run

FORM = 'settings:\n  - {form_id: talk, version: "1"}\nsurvey:\n  - {type: text, name: a, label: Says}\n'


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """A laptop and its office, enrolled; gives what a command printed, as data."""
    laptop, office = tmp_path / "笔记本 1", tmp_path / "office 1"
    monkeypatch.setenv("FIELDKIT_WORKSPACE", str(laptop))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(office))

    def command(*arguments, code=0, text=False, lang="en"):
        capsys.readouterr()
        as_data = [] if text else ["--json"]
        assert run(["--lang", lang, *map(str, arguments), *as_data]) == code
        said = capsys.readouterr()
        return said.err if code else said.out if text else json.loads(said.out)

    command("init", laptop, "--name", "laptop 1", "--open")
    command("office", "init", office, "--code", "990101100000", "--name", "清溪", "--open")
    command("sync", "key", "--out", tmp_path / "l.fkkey")
    command("sync", "import", command("office", "enroll", tmp_path / "l.fkkey")["file"])
    (laptop / "forms" / "talk.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "a.json").write_text('{"a": "1"}', encoding="utf-8")
    return command


@pytest.fixture
def serving():
    """Starts `office serve` in a process; gives it with what its first line said. Ended at the end."""
    started = []

    def serve(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "fieldkit", "--lang", "en", "office", "serve", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield serve
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def test_there_and_back_over_the_network(command, serving, tmp_path):
    process, said = serving()
    command("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    met = command("sync", "lan", said["address"])
    [sent] = met["sent"]
    assert (sent["offered"], sent["new"], sent["refusal"]) == (1, 1, "")
    assert (met["office"], met["acknowledged"], met["only_here"]) == ("清溪", 1, 0)
    assert command("sync", "status")["only_here"] == 0
    again = command("sync", "lan", said["address"])
    assert (again["sent"], again["acknowledged"]) == ([], 0)
    process.send_signal(signal.SIGTERM)
    rest, refused = process.communicate(timeout=20)
    assert (process.returncode, refused) == (0, "")
    lines = [json.loads(line) for line in rest.splitlines()]
    assert [line["laptop"] for line in lines] == ["laptop 1"] * 3
    assert lines[0]["code"] == sent["code"]
    assert command("office", "verify")["records"] == 1
