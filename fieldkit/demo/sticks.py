"""What waits at the demonstration's office: the sticks of two more laptops, which disagree about three households."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldkit.demo.making import EXAMPLE
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.office import Office
from fieldkit.records import Record
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from fieldkit.xforms.answers import Answer

NAMES = (f"电脑2（{EXAMPLE}）", f"电脑3（{EXAMPLE}）")
_SAY: tuple[tuple[Mapping[str, str], ...], tuple[Mapping[str, str], ...]] = (
    (
        {"home/presence": "part_out"},
        {"home/addr_note": f"小学旁（{EXAMPLE}）"},
        {"home/lang": "putonghua", "group_no": "3"},
        {"home/addr_note": f"桥头第二家（{EXAMPLE}）"},
    ),
    (
        {"home/presence": "all_out"},
        {"home/addr_note": f"村口第二家（{EXAMPLE}）"},
        {"home/lang": "other"},
        {"home/declared_size": "4"},
    ),
)
"""What each of the two laptops says of the same households: of the first three something else, of the last other things."""


def two_sticks(office: Office, inbox: Path, now: datetime, seed: int) -> None:
    """Enrol two laptops that know the first households of the last village, let each correct them, and put their sticks into
    folders where its inbox looks. Raises SyncError, StoreError.
    """
    known = _last_households(office)
    for number, (name, said) in enumerate(zip(NAMES, _SAY, strict=True), 1):
        with TemporaryDirectory() as folder:
            clock = _Clock(now - timedelta(hours=20 + number))
            workspace = Workspace.create(
                Path(folder, "w"), passphrase=None, name=name, demo=True, settings={"user": name}
            )
            with Session(workspace, clock, seed=seed + number) as session:
                card = Path(folder, "laptop.fkkey")
                session.exchange.device.write_card(card)
                session.exchange.device.enrol(office.enroll(card)[1])
                _correct(session, office, known, said, clock)
                stick = inbox / name
                stick.mkdir(parents=True)
                clock.moment = now
                session.export(stick)


def _last_households(office: Office) -> list[Record]:
    """Of those whose registration says neither of what the laptops say."""
    found = [
        record
        for record in office.records(HOUSEHOLD)
        if (record.text("presence"), record.text("lang")) == ("home", "local")
    ]
    return sorted(found, key=lambda record: record.household)[-len(_SAY[0]) :]


def _correct(
    session: Session,
    office: Office,
    known: Sequence[Record],
    said: Sequence[Mapping[str, str]],
    clock: _Clock,
) -> None:
    form = session.library.get(HOUSEHOLD)
    for record, changes in zip(known, said, strict=True):
        session.exchange.take_records(office.archive.revisions(record.id))
        before = session.exchange.record(record.id)
        assert before is not None
        clock.moment += timedelta(minutes=25)
        answers: dict[str, Answer] = {**before.answers, **changes}
        session.exchange.put(form, record.id, answers, note={"reason": f"上门核对（{EXAMPLE}）"})


class _Clock:
    """The clock of a laptop, set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment
