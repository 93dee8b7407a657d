"""What the clerk does with the sticks; what that must come to, counted again from the rows alone; what then stands there."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sync import Archive
from sync.lan.address import Address
from sync.lan.client import OfficeLink
from tests.cli.p3_script import LOST, NEIGHBOUR, TORN
from tests.program import here

COUNTS = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")
FIGURES = {
    "offered": 1716, "new": 1501, "held": 156, "quarantined": 0, "refused": 52, "missing": 7, "conflicts": 14,
}  # fmt: skip


# -- counted again, from the rows alone -------------------------------------------------------------------


def arrived(deeds, sticks, lost=LOST):
    """The rows of this month that reach the office on these sticks, of which the torn one lacks its last."""
    return [
        deed
        for laptop in dict.fromkeys(sticks)
        if laptop != NEIGHBOUR
        for deed in brought(deeds, laptop)[: -lost if laptop == TORN and lost else None]
    ]


def brought(deeds, laptop):
    return [deed for deed in deeds if deed.stick == 1 and deed.laptop == laptop]


def recount(deeds, sticks, lost=LOST):
    """What the insertions of these sticks, one after another, must come to."""
    counts = Counter(dict.fromkeys(COUNTS, 0))
    seen = set()
    for laptop in sticks:
        own = len(brought(deeds, laptop))
        torn = lost if laptop == TORN else 0
        counts["offered"] += own
        if laptop == NEIGHBOUR:
            counts["refused"] += own
        else:
            counts["missing"] += torn
            counts["held" if laptop in seen else "new"] += own - torn
        seen.add(laptop)
    counts["conflicts"] = len(disputed(arrived(deeds, sticks, lost)))
    return dict(counts)


def standing(rows):
    """What each laptop says last of each field of a record that it corrected; nothing of what is withdrawn."""
    said = {}
    for deed in rows:
        if deed.deed == "amend":
            said.setdefault((deed.record, deed.field), {})[deed.laptop] = deed.value
    gone = {deed.record for deed in rows if deed.deed == "withdraw"}
    return {place: set(values.values()) for place, values in said.items() if place[0] not in gone}


def disputed(rows):
    return {record for (record, _field), values in standing(rows).items() if len(values) > 1}


# -- by stick and by cable -------------------------------------------------------------------------------


class Insertion(NamedTuple):
    """A stick put in: which, what the command answered, how long it took on the clock and of the processor."""

    laptop: str
    code: int
    answer: dict
    refused: str
    seconds: float
    processor: float


def copied(town, name):
    """The office as it was before the first stick."""
    return Path(shutil.copytree(town.office, town.folder / name))


def insert(town, office, order):
    """Put the sticks in, each by a command, and each fourth by one in a process of its own."""
    return [_insert(town, office, laptop, alone=number % 4 == 0) for number, laptop in enumerate(order)]


def _insert(town, office, laptop, *, alone):
    words = ["office", "merge", town.sticks[laptop].parent, "--office", office, "--json"]
    before, start = _processor(), time.perf_counter()
    if alone:
        done = subprocess.run(
            [sys.executable, "-m", "fieldkit", *words, "--lang", "zh"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    else:
        done = here(*words, lang="zh")
    seconds, processor = time.perf_counter() - start, _processor() - before
    assert "Traceback" not in done.stderr
    return Insertion(laptop, done.returncode, json.loads(done.stdout), done.stderr, seconds, processor)


def _processor():
    """What this process and those it has waited for took of the processor, in seconds."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def of(insertions, laptop):
    return [each for each in insertions if each.laptop == laptop]


def figures(answer):
    return {name: answer[name] for name in COUNTS}


def state(town, office):
    return town.json("office", "verify", "--office", office)["state"]


def sticks_of(town, order):
    return [town.sticks[laptop] for laptop in order]


def bring_back(town, laptop, stick):
    """A laptop takes what the office wrote for it on a stick."""
    with town.open(laptop) as session:
        own = session.exchange.device.key.id
        [pack] = [path for path in stick.glob("*.fkr") if own[:6] in path.name]
        session.exchange.take_return(pack)


@contextmanager
def served(office):
    """The office served by a process of its own; gives the address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "office", "serve", "--office", office, "--port", "0", "--json"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


def by_cable(town, address, laptop):
    """What the office answers to the bundle of a stick."""
    carrier = "电脑01" if laptop == NEIGHBOUR else laptop
    path = town.sticks[laptop]
    with town.open(carrier) as session:
        device = session.exchange.device
        with OfficeLink(Address.parse(address), device.enrolment, device.key) as link:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            answer = link.send(path, sha256, lambda _what, _done, _of: None)
    if answer.refusal:
        return {"offered": answer.params["revisions"], "refused": answer.params["revisions"]}
    return dict(answer.counts)


# -- what then stands in the archive ---------------------------------------------------------------------


def views(office):
    """Every record as the archive shows it."""
    archive = Archive.open(office, now=lambda: datetime.now().astimezone())
    try:
        return list(archive.views())
    finally:
        archive.close()


def answers(view, field):
    """Every value that a record has for a field: one, or those in conflict."""
    disputed_here = [v for path, v in view.conflicts.items() if path.rsplit("/", 1)[-1] == field]
    if disputed_here:
        return {version.answer for version in disputed_here[0]}
    return {answer for path, answer in view.fields.items() if path.rsplit("/", 1)[-1] == field}
