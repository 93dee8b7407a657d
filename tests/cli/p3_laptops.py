"""Plays the rows of `p3_script` on real laptops: workspaces, forms and bundles as a crew would make them."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli import run
from fieldkit.library import shipped_folder
from fieldkit.session.filling import correct, fill
from fieldkit.session.session import Session
from tests.cli.p3_script import (
    CLOCK_OF_2019,
    ENCRYPTED,
    NEIGHBOUR,
    OLD_FORM,
    OURS,
    SHARED,
    TORN,
    Deed,
    script,
)  # fmt: skip
from tests.quick_keys import quick_keys
from tests.shared import once

PASSPHRASE = "清溪 走访 2026"
_VILLAGES = ("990101100200", "990101100201")


@dataclass
class Town:
    """Offices, laptops and the sticks they brought. records: what the script calls a record → its id."""

    folder: Path
    now: datetime
    deeds: list[Deed]
    office: Path
    laptops: dict[str, Path] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    sticks: dict[str, Path] = field(default_factory=dict)

    def open(self, laptop: str, clock: Clock | None = None) -> Session:
        """A laptop, opened as its people would."""
        passphrase = (lambda: PASSPHRASE) if laptop == ENCRYPTED else None
        return Session.open(self.laptops[laptop], passphrase, clock or Clock(self.now))

    def command(self, *arguments: object, laptop: str = "", lang: str = "en", code: int = 0) -> str:
        """One command of fieldkit in this process; what it prints."""
        where = ["--workspace", self.laptops[laptop]] if laptop else []
        said, refused = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(refused):
            done = run(["--lang", lang, *map(str, [*arguments, *where])])
        assert done == code, (arguments, said.getvalue(), refused.getvalue())
        return said.getvalue() + refused.getvalue()

    def json(self, *arguments: object, **options: Any) -> Any:
        """The answer of a command to a program."""
        text = self.command(*arguments, "--json", **options)
        return json.loads(next(line for line in text.splitlines() if line.startswith(("{", "["))))

    def copied(self, folder: Path) -> Town:
        """The same in another folder."""
        shutil.copytree(self.folder, folder)

        def there(places: dict[str, Path]) -> dict[str, Path]:
            return {laptop: folder / place.relative_to(self.folder) for laptop, place in places.items()}

        office = folder / self.office.relative_to(self.folder)
        return replace(
            self, folder=folder, office=office, laptops=there(self.laptops), sticks=there(self.sticks)
        )


class Clock:
    """The clock of a laptop, set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def build(folder: Path, now: datetime) -> Town:
    """Enrol the laptops, bring last month's households to the office and to the second laptop, then do the month."""
    town = Town(folder, now, script(now), folder / "office")
    neighbours = folder / "neighbours"
    town.command("office", "init", town.office, "--open", "--name", "清溪镇", "--code", "990101100000")
    town.command("office", "init", neighbours, "--open", "--name", "邻镇")
    for laptop in [*OURS, NEIGHBOUR]:
        _enrol(town, laptop, neighbours if laptop == NEIGHBOUR else town.office)
    _last_month(town)
    # Two at a time, each on its own laptop, as it is in the villages.
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as crews:
        done = list(crews.map(_month, repeat(town), town.laptops))
    for laptop, (stick, records) in zip(town.laptops, done, strict=True):
        town.sticks[laptop] = stick
        town.records |= records
    torn = town.sticks[TORN]
    torn.write_bytes(torn.read_bytes()[:-1000])
    return town


def played(folders: pytest.TempPathFactory) -> Town:
    """Thirty laptops with their month's work, and their sticks: for a fixture of a session, which may change what it gets."""

    def play(folder: Path) -> None:
        town = build(folder / "p3", datetime.now().astimezone())
        (folder / "town").write_bytes(pickle.dumps(town))

    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        shared = once(folders, "month", play)
    town: Town = pickle.loads((shared / "town").read_bytes())
    return town.copied(folders.mktemp("p3") / "p3")


def _enrol(town: Town, laptop: str, office: Path) -> None:
    number = len(town.laptops) + 1
    workspace = town.laptops[laptop] = town.folder / "laptops" / f"{number:02d}"
    workspace.parent.mkdir(exist_ok=True)
    with _passphrase(town, laptop):
        town.command("init", workspace, "--name", laptop, *(["--open"] if laptop != ENCRYPTED else []))
        card = town.folder / "laptops" / f"{number:02d}.fkkey"
        town.command("sync", "key", "--out", card, laptop=laptop)
        answer = town.json("office", "enroll", card, "--office", office)["file"]
        town.command("sync", "import", answer, laptop=laptop)
    if laptop == OLD_FORM:
        old = (shipped_folder() / "visit.yaml").read_text(encoding="utf-8")
        old = re.sub(r'version: "\d+"', 'version: "2025010101"', old, count=1)
        old = re.sub(r"  - type: select_multiple companion\n.*?(?=\n\n)", "", old, count=1, flags=re.DOTALL)
        path = town.folder / "visit.yaml"
        path.write_text(old, encoding="utf-8")
        town.command("forms", "add", path, laptop=laptop)


@contextlib.contextmanager
def _passphrase(town: Town, laptop: str):
    """What an unattended machine would have: the passphrase in a file."""
    with pytest.MonkeyPatch.context() as patch:
        if laptop == ENCRYPTED:
            path = town.folder / "passphrase"
            path.write_text(PASSPHRASE, encoding="utf-8")
            patch.setenv("FIELDKIT_PASSPHRASE_FILE", str(path))
        yield


def _last_month(town: Town) -> None:
    """The households that two laptops know: registered on one, merged, handed on to the other."""
    stick = town.folder / "last month"
    stick.mkdir()
    owners = {owner for owner, _other in SHARED.values()}
    for owner in sorted(owners):
        rows = [deed for deed in town.deeds if deed.stick == 0 and deed.laptop == owner]
        _play(town, owner, rows, stick)
    town.command("office", "merge", stick, "--office", town.office)
    town.command("office", "return", stick, "--office", town.office)
    for owner in sorted(owners):
        with _passphrase(town, owner):
            town.command("sync", "import", stick, laptop=owner)
    for record, (owner, other) in SHARED.items():
        with town.open(owner) as one, town.open(other) as two:
            assert two.exchange.take_records(one.exchange.revisions(town.records[record])) == 1


def _month(town: Town, laptop: str) -> tuple[Path, dict[str, str]]:
    """The month of one laptop: its bundle, and the ids of its records."""
    stick = town.folder / "sticks" / f"stick {laptop}"
    stick.mkdir(parents=True)
    rows = [deed for deed in town.deeds if deed.stick == 1 and deed.laptop == laptop]
    return _play(town, laptop, rows, stick), town.records


def _play(town: Town, laptop: str, deeds: Iterable[Deed], stick: Path) -> Path:
    clock = Clock(town.now)
    with town.open(laptop, clock) as session:
        for deed in deeds:
            clock.moment = datetime.fromisoformat(deed.when)
            _do(town, session, deed)
        if laptop != CLOCK_OF_2019:
            clock.moment = town.now
        return session.export(stick).bundle.path


def _do(town: Town, session: Session, deed: Deed) -> None:
    known = town.records
    if deed.deed == "register":
        [known[deed.record]] = fill(session, "household", [_household(deed)], source="script", finalize=True)
    elif deed.deed == "visit":
        household = session.exchange.record(known[deed.record.split("/")[0]])
        assert household is not None
        visit = _visit(deed, household.text("hh_id"))
        [known[deed.record]] = fill(session, "visit", [visit], source="script", finalize=True)
    elif deed.deed == "amend":
        answers = {deed.field: deed.value}
        done = correct(session, known[deed.record], [answers], source="script", reason="住户说的")
        assert done.changed
    else:
        session.withdraw(known[deed.record], scope=deed.value, reason="本人提出")


def _household(deed: Deed) -> dict[str, Any]:
    member = {
        "name": "覃秀兰", "alias_ok": "no", "sex": "2", "birth_year": 1970, "rel": "0",
        "stay": "home_ge6m", "exact_date": "no",
    }  # fmt: skip
    return {
        "village": _VILLAGES[int(deed.record[2:4], 36) % len(_VILLAGES)], "group_no": 2, "notice_read": "read_aloud", "basic": "yes",
        "given_by": "self", "contact": ["visit"], "stats": "yes", "mode": "oral_witness", "copy_given": "yes",
        "hh_kind": "family", "lang": "local", "declared_size": 1, "members": [member], "private_now": "no",
        "date": deed.when[:10], deed.field: deed.value,
    }  # fmt: skip


def _visit(deed: Deed, household: str) -> dict[str, Any]:
    answers = {"hh_id": household, "date": deed.when[:10], deed.field: deed.value}
    if deed.value == "done":
        answers |= {
            "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["visit"],
            "respondent": "other_adult", "stats": "yes", "mode": "oral_witness", "copy_given": "yes",
            "needs": "vaccine", "need_top": "vaccine", "private_now": "no",
        }  # fmt: skip
    return answers
