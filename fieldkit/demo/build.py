"""Building the demonstration: a laptop with the whole town on it, and an office that has merged its first stick."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldkit.config import data_folder
from fieldkit.demo.backchecks import Visited
from fieldkit.demo.making import Entered
from fieldkit.demo.quarter import lately, quarter
from fieldkit.demo.screening_days import LAST_RUNNING
from fieldkit.demo.sticks import two_sticks
from fieldkit.demo.town import PERIOD, SEED, Written, earlier_visits, households, more_visits, visits
from fieldkit.errors import StoreError
from fieldkit.fieldwork.registry import Registry
from fieldkit.office import Office
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from fieldkit.xforms.answers import Answer

DUE = 12
_ONLY_HERE = 3
_DIVISION = "990101100000"
_Made = tuple[str, Mapping[str, Answer], datetime]


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demonstration lies."""

    workspace: Path
    office: Path
    period: str = PERIOD


def demo_at(workspace: Path) -> Demo:
    """The demonstration with this workspace; its office lies beside it."""
    return Demo(workspace, workspace.with_name(f"{workspace.name}-office"))


def practice_town(now: datetime, workspace: Path | None = None) -> Demo:
    """The demonstration, built if it is not there yet. workspace: where, beside a person's other data without.

    Raises as `build`.
    """
    demo = demo_at(workspace or data_folder() / "demo")
    if not exists(demo):
        build(demo, now)
    return demo


def exists(demo: Demo) -> bool:
    """Whether it was built already."""
    return (demo.workspace / "workspace.toml").is_file() and (demo.office / "office.toml").is_file()


def build(demo: Demo, now: datetime, seed: int = SEED) -> None:
    """Build laptop and office; the same for the same seed, but for what follows the calendar: the due date of the
    worklist, the reports sent lately, what is needed now.

    It is built beside and moved into place at the end, so that a build that was interrupted leaves nothing in
    the way. Raises StoreError("workspace.not-empty") where something else is there, SyncError.
    """
    for folder in (demo.workspace, demo.office):
        if folder.exists() and any(folder.iterdir()):
            raise StoreError("workspace.not-empty", path=str(folder))
    beside = demo_at(demo.workspace.with_name(f".{demo.workspace.name}.building"))
    for folder in (beside.workspace, beside.office):
        shutil.rmtree(folder, ignore_errors=True)
    _build(beside, now, seed)
    beside.office.replace(demo.office)
    beside.workspace.replace(demo.workspace)


def _build(demo: Demo, now: datetime, seed: int) -> None:
    settings = {"user": "demo", "town": "清溪镇（示例）"}
    workspace = Workspace.create(
        demo.workspace, passphrase=None, name="清溪镇示例", demo=True, settings=settings
    )
    office = Office.create(
        demo.office,
        name="清溪镇卫生健康办（示例）",
        division=_DIVISION,
        now=lambda: now,
        seed=seed.to_bytes(32, "big"),
    )
    with Session(workspace, lambda: now, seed=seed) as session:
        _enrol(session, office)
        kept = _fill(session, seed)
        _exchange(session, office)
        session.exchange.put_many(session.library.get("visit"), kept)
        session.assign(_route(session), now.date())
    two_sticks(office, demo.office / "sticks", now, seed)
    office.close()


def _enrol(session: Session, office: Office) -> None:
    with TemporaryDirectory() as folder:
        card = Path(folder, "laptop.fkkey")
        session.exchange.device.write_card(card)
        _, answer = office.enroll(card)
        session.exchange.device.enrol(answer)


def _fill(session: Session, seed: int) -> list[_Made]:
    """Register the town, visit it, and keep what else the quarter brought; give the last visits, which no stick carries yet."""
    town = _made(session, households(seed))
    session.exchange.put_many(session.library.get("household"), town)
    session.exchange.device.skip_numbers(max(int(str(answers["home/running"])) for _, answers, _ in town))
    registry = Registry(session.exchange.records())
    known = {number: (each.village, 0) for number, each in registry.households.items()}
    period = list(visits(known, seed))
    made = _made(session, period)
    visited = {str(answers.get("hh_id")) for _, answers, _ in made}
    unvisited = {number: known[number][0] for number in sorted(known) if number not in visited}
    # The first of them are the worklist of the demonstration.
    left = dict(list(unvisited.items())[DUE:])
    written = list(earlier_visits(left, seed))
    earlier = _made(session, [*written, *more_visits(left, written + period, seed)])
    session.exchange.put_many(session.library.get("visit"), earlier + made[:-_ONLY_HERE])
    seen = [Visited(record, answers) for record, answers, _ in earlier + made[:-_ONLY_HERE]]
    _keep(session, [*quarter(registry, seen, seed), *lately(session.now(), seed)])
    session.exchange.device.remember(participant=LAST_RUNNING)
    return made[-_ONLY_HERE:]


def _made(session: Session, written: Iterable[Written]) -> list[_Made]:
    """Records with ids, each of the moment it was made."""
    return [(session.exchange.new_record_id(each.moment), each.answers, each.moment) for each in written]


def _keep(session: Session, entered: Iterable[Entered]) -> None:
    """Keep records form by form."""
    by_form: dict[str, list[_Made]] = {}
    for form, answers, moment in entered:
        by_form.setdefault(form, []).append((session.exchange.new_record_id(moment), answers, moment))
    for form, made in by_form.items():
        session.exchange.put_many(session.library.get(form), made)


def _exchange(session: Session, office: Office) -> None:
    with TemporaryDirectory() as stick:
        session.sticks.export(Path(stick), remember=False)
        office.merge([Path(stick)])
        office.keep_tables()
        for pack in office.write_returns(Path(stick)):
            session.exchange.take_return(pack.path)


def _route(session: Session) -> list[str]:
    """The first households of a village that were not visited yet."""
    registry = session.registry()
    return [number for number in sorted(registry.households) if number not in registry.visits][:DUE]
