"""One way through everything a workspace can do, in steps that know what each of them changes.

A state is what a person would find: `rows` of two tables, the `passphrase` ("" for an open workspace), the
passphrases of the `past`, which open nothing any more, and the numbers of the documents `erased`.
"""

from __future__ import annotations

import contextlib
import copy
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tinydb.table import Document

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from fieldkit.store.frames import FILE_HEADER_LENGTH, _size_of
from fieldkit.store.keys import Cost, KeyFile
from fieldkit.store.workspace import ring_of
from tests.durability.system import Counted

State = dict[str, Any]
CHEAP = Cost(8, 1, 1)
TABLES = ("drafts", "meta")


def canary(number: int) -> str:
    """What is searched for when document `number` was erased."""
    return f"<canary {number}>"


def empty(passphrase: str) -> State:
    """The state of a new workspace."""
    return {"rows": {name: {} for name in TABLES}, "passphrase": passphrase, "past": [], "erased": []}


class Step(NamedTuple):
    """Something done to a workspace: `do` it, and what it `change`s in a copy of the state it is given.

    `change` gives False where the step makes no sense in that state. `opens`: it is done on a closed workspace.
    """

    name: str
    do: Callable[[Walk], None]
    change: Callable[[State], bool | None]
    opens: bool = False


class Walk:
    """A workspace and the state it is in as far as is known; None before there is one."""

    def __init__(self, folder: Path, hook: Counted, state: State | None = None) -> None:
        self.folder = folder
        self.hook = hook
        self.state = state
        self.workspace: Workspace | None = None

    @property
    def drafts(self) -> Any:
        assert self.workspace is not None
        return self.workspace.drafts

    def after(self, step: Step) -> State | None:
        """The state that a step leads to, None where it cannot be done now."""
        if step.opens is not (self.workspace is None) or (self.state is None) is not (step.name == "create"):
            return None
        then = copy.deepcopy(self.state) if self.state is not None else {}
        return None if step.change(then) is False else then

    def run(self, steps: Iterable[Step], told: Callable[[str, Step, State], None] = lambda *_: None) -> None:
        """Do what can be done of the steps; `told` hears of each before ("try") and after it ("done")."""
        for step in steps:
            then = self.after(step)
            if then is not None:
                told("try", step, then)
                step.do(self)
                self.state = then
                told("done", step, then)

    def abandon(self) -> None:
        """Leave the workspace as a process does that ends: nothing sealed, the lock free."""
        if self.workspace is not None:
            journal = self.workspace.db.storage.journal
            if journal._handle >= 0:
                os.close(journal._handle)
                journal._handle = -1
            journal._trusted = False
            if self.workspace._lock is not None:  # none where it was opened to be read only
                self.workspace._lock.release()
            self.workspace = None


def memory(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """What a workspace shows."""
    return {name: {str(row.doc_id): dict(row) for row in getattr(workspace, name)} for name in TABLES}


def _told(workspace: Workspace, state: State) -> str:
    """How what a workspace shows differs from a state."""
    shown = memory(workspace)
    other = [
        f"{name} {number}: {shown[name].get(number)!s:.60} for {state['rows'][name].get(number)!s:.60}"
        for name in TABLES
        for number in shown[name].keys() | state["rows"][name].keys()
        if shown[name].get(number) != state["rows"][name].get(number)
    ]
    return f"{workspace.notices} {other}"


def opened(folder: Path, passphrase: str) -> Workspace:
    """The workspace, opened with cheap keys."""
    return Workspace.open(folder, passphrase=(lambda: passphrase) if passphrase else None)


# -- the steps ----------------------------------------------------------------------------------------------


def _document(number: int, size: int) -> dict[str, Any]:
    return {"n": number, "text": canary(number) + "x" * size}


def create(passphrase: str) -> Step:
    def do(walk: Walk) -> None:
        walk.workspace = Workspace.create(walk.folder, passphrase=passphrase or None, name="w", cost=CHEAP)

    return Step("create", do, lambda state: state.update(empty(passphrase)), opens=True)


def put(number: int, size: int = 0) -> Step:
    def change(state: State) -> bool:
        state["rows"]["drafts"].setdefault(str(number), {}).update(_document(number, size))
        return state["rows"]["drafts"].keys().isdisjoint(map(str, state["erased"]))

    return Step("put", lambda walk: walk.drafts.upsert(Document(_document(number, size), number)), change)


def patch(number: int, value: int) -> Step:
    def change(state: State) -> bool:
        row = state["rows"]["drafts"].get(str(number))
        if row is not None:
            row["value"] = value
        return row is not None

    return Step("patch", lambda walk: walk.drafts.patch({"value": value}, number), change)


def batch(number: int, value: int) -> Step:
    """Another value, a mark in another table: both or neither."""

    def do(walk: Walk) -> None:
        assert walk.workspace is not None
        with walk.workspace.db.batch():
            walk.drafts.patch({"value": value}, number)
            walk.workspace.meta.upsert(Document({"value": value}, number))

    def change(state: State) -> bool | None:
        state["rows"]["meta"][str(number)] = {"value": value}
        return patch(number, value).change(state)

    return Step("batch", do, change)


def remove(number: int) -> Step:
    return Step(
        "remove",
        lambda walk: walk.drafts.remove(doc_ids=[number]),
        lambda state: state["rows"]["drafts"].pop(str(number), None) is not None,
    )


def erase(number: int) -> Step:
    def change(state: State) -> bool:
        state["erased"].append(number)
        return state["rows"]["drafts"].pop(str(number), None) is not None

    def do(walk: Walk) -> None:
        assert walk.workspace is not None
        walk.workspace.db.erase("drafts", [number])

    return Step("erase", do, change)


def compact() -> Step:
    return Step("compact", lambda walk: walk.drafts._storage.journal.compact(), lambda _state: None)


def passphrase(new: str) -> Step:
    def change(state: State) -> bool:
        if not state["passphrase"] or new == state["passphrase"]:
            return False
        state["past"] = [old for old in [*state["past"], state["passphrase"]] if old != new]
        state["passphrase"] = new
        return True

    def do(walk: Walk) -> None:
        assert walk.workspace is not None
        walk.workspace.change_passphrase(new, CHEAP)

    return Step("passphrase", do, change)


def close() -> Step:
    def do(walk: Walk) -> None:
        workspace, walk.workspace = walk.workspace, None
        assert workspace is not None
        workspace.close()

    return Step("close", do, lambda _state: None)


def abandon() -> Step:
    return Step("abandon", Walk.abandon, lambda _state: None)


def reopen() -> Step:
    def do(walk: Walk) -> None:
        assert walk.state is not None
        walk.workspace = opened(walk.folder, walk.state["passphrase"])
        assert memory(walk.workspace) == walk.state["rows"], _told(walk.workspace, walk.state)

    return Step("open", do, lambda _state: None, opens=True)


def tear(number: int) -> Step:
    """An unfinished frame at the end, as a crash leaves one."""

    def do(walk: Walk) -> None:
        assert walk.state is not None
        said = os.urandom(99) if walk.state["passphrase"] else canary(number).encode()
        _spoil(walk, -1, struct.pack("<BBBBI", 1, bool(walk.state["passphrase"]), 1, 0, 5000) + said)

    return Step("tear", do, lambda state: number not in state["erased"], opens=True)


def damage() -> Step:
    """A byte that the medium lost, in a frame that others follow, of a journal that has a whole copy."""

    def do(walk: Walk) -> None:
        with walk.hook.pause(), contextlib.suppress(OSError):
            ring = ring_of(walk.folder)
            whole = ring._journal.read_bytes()
            if _end_of(whole) <= FILE_HEADER_LENGTH + _size_of(whole[FILE_HEADER_LENGTH:][:8]):
                return
            for name in ring.folder.glob("journal-*"):
                if name.samefile(ring._journal):
                    # The second name that an unfinished compaction gave the file is no copy of it.
                    return
            ring.folder.mkdir(exist_ok=True)
            kept = ring.folder / f"journal-{time.time_ns():020}.fkj"
            shutil.copyfile(ring._journal, kept)
            for path in (kept, ring.folder, ring.folder.parent):
                handle = os.open(path, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)
            _spoil(walk, FILE_HEADER_LENGTH + 30, None)

    return Step("damage", do, lambda _state: None, opens=True)


def _spoil(walk: Walk, place: int, data: bytes | None) -> None:
    """Write over a place in the journal (-1: behind its last frame), durably; None turns a bit there."""
    with walk.hook.pause(), contextlib.suppress(OSError):
        path = walk.folder / "data" / "journal.fkj"
        whole = path.read_bytes()
        place = _end_of(whole) if place < 0 else place
        handle = os.open(path, os.O_RDWR)
        os.lseek(handle, place, os.SEEK_SET)
        if data or place < len(whole):
            os.write(handle, data or bytes([whole[place] ^ 1]))
        os.fsync(handle)
        os.close(handle)


def _end_of(whole: bytes) -> int:
    """Where the last frame ends; zeros may belong to it, and to the room behind it."""
    end = FILE_HEADER_LENGTH
    while whole[end : end + 1] == b"\1" and end + _size_of(whole[end : end + 8]) <= len(whole):
        end += _size_of(whole[end : end + 8])
    return end


def script(first: str) -> list[Step]:
    """Everything once: an open workspace for "", else one with that passphrase."""
    return [
        create(first), put(1), put(2, 5000), patch(1, 1), batch(1, 2), close(), reopen(), put(3), compact(),
        passphrase("two"), put(4, 9000), erase(2), put(5), close(), reopen(), remove(5), close(), tear(3), reopen(),
        put(6), erase(3), put(7), close(), damage(), reopen(), patch(6, 3), erase(4), put(8), abandon(), reopen(),
        passphrase("three"), erase(1), abandon(), tear(6), reopen(), put(9), erase(6), close(), reopen(), close(),
    ]  # fmt: skip


# -- what must be found afterwards --------------------------------------------------------------------------


def bytes_below(folder: Path) -> bytes:
    """Every byte of every file, and the names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"\n".join([*(path.read_bytes() for path in files), *(path.name.encode() for path in files)])


def found(folder: Path, states: list[State]) -> tuple[State, list[str]]:
    """Open a workspace; give which of the states it is in, and the codes of its notices. Fails where it is in none.

    A state is not met where something erased in it is still in a file, or where a past passphrase opens one.
    """
    workspace = None
    for state in states:
        try:
            workspace = opened(folder, state["passphrase"])
        except StoreError as error:
            if error.code != "workspace.wrong-passphrase":
                raise
            continue
        break
    assert workspace is not None, "no passphrase opens it"
    try:
        rows = memory(workspace)
        possible = [
            each for each in states if each["rows"] == rows and each["passphrase"] == state["passphrase"]
        ]
        assert possible, [_told(workspace, each) for each in states]
        state = possible[-1]
        assert not left_of(folder, state), f"erased, yet there: {left_of(folder, state)}"
        return state, [code for code, _ in workspace.notices]
    finally:
        workspace.close()


def left_of(folder: Path, state: State) -> list[str]:
    """What a state says is gone and is in the folder all the same; in an encrypted one any clear text."""
    everything = bytes_below(folder)
    hidden = range(100) if state["passphrase"] else state["erased"]
    left = [canary(number) for number in hidden if canary(number).encode() in everything]
    for path in folder.rglob("*keys.json*"):
        for old in state["past"]:
            with contextlib.suppress(StoreError):
                KeyFile(path).open(old)
                left.append(f"{path.name} opens with {old}")
    return left
