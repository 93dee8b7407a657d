"""Whatever three laptops do, in whatever order sticks go round, old copies of the stick among them: when all have met,
they show the same, nobody's answer is gone, and the office holds the same whoever brought it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sync import write_bundle
from tests.exchange.tent import DAY, VILLAGE, Tent

LAPTOPS = st.sampled_from("ABC")
NUMBER = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), LAPTOPS, NUMBER),
        st.tuples(st.just("amend"), LAPTOPS, NUMBER),
        st.tuples(st.just("erase"), LAPTOPS, NUMBER),
        st.tuples(st.just("withdraw"), LAPTOPS, NUMBER),
        st.tuples(st.just("leave"), LAPTOPS, NUMBER),
        st.tuples(st.just("carry"), LAPTOPS, NUMBER),
        st.tuples(st.just("carry"), LAPTOPS, NUMBER),
        st.tuples(st.just("keep"), LAPTOPS, NUMBER),
        st.tuples(st.just("swap"), LAPTOPS, NUMBER),
        st.tuples(st.just("office"), LAPTOPS, NUMBER),
        st.tuples(st.just("tear"), LAPTOPS, NUMBER),
        st.tuples(st.just("copy"), LAPTOPS, NUMBER),
        st.tuples(st.just("set back"), LAPTOPS, NUMBER),
    ),
    max_size=25,
)
_MEMORY = Path("/dev/shm")
_BASE = _MEMORY if os.access(_MEMORY, os.W_OK) else None


class Afternoon:
    """A tent in which steps are done."""

    def __init__(self, tent):
        self.tent, self.made, self.left, self.erased = tent, set(), 0, set()
        self.is_set_back = False

    def step(self, what, name, number):
        tent, exchange = self.tent, self.tent.laptops[name]
        there = sorted(tent.records(name))
        record = there[number % len(there)] if there else None
        if what == "put":
            self.made.add(tent.put(name, {"n": str(number)}))
        elif what == "amend" and record:
            tent.put(name, {"n": f"{name}{number}"}, record=record)
        elif what == "erase" and record:
            exchange.erase(record, "asked")
            self.erased.add(record)
        elif what == "withdraw" and record:
            exchange.withdraw(record, scope="basic", reason="asked")
        elif what == "leave":
            tent.leave(name)
            self.left += 1
        elif what == "carry":
            tent.carry(name)
        elif what == "keep":
            shutil.rmtree(tent.folder / "kept", ignore_errors=True)
            shutil.copytree(tent.stick, tent.folder / "kept")
        elif what == "swap" and (tent.folder / "kept").exists():
            for file in (tent.folder / "kept").iterdir():
                shutil.copy(file, tent.stick)
        elif what == "office" and exchange.status().only_here:
            tent.to_office(name)
        elif what == "copy":
            shutil.rmtree(tent.folder / f"{name} copy", ignore_errors=True)
            tent.copy(name, f"{name} copy")
        elif what == "set back" and (tent.folder / f"{name} copy").exists():
            tent.set_back(name, f"{name} copy")
            self.is_set_back = True
            # What nobody else had is gone with the disk.
            there = {each.envelope.record for other in "ABC" for each in tent.laptops[other].revisions()}
            gone = {
                record
                for record in self.erased
                if not any(is_erased(tent.laptops[other], record) for other in "ABC")
            }
            self.made &= there
            self.erased -= gone
        elif what == "tear":
            for file in sorted(tent.stick.iterdir())[: number % 3]:
                file.write_bytes(file.read_bytes()[: -7 * number - 1])


def is_erased(exchange, record):
    """Whether a laptop knows that a record was erased."""
    known = exchange.record(record)
    return known is not None and known.state == "erased"


def everything(tent, name):
    """The ids of all revisions of the event, whoever made them."""
    return {
        each.id for each in tent.laptops[name].revisions() if each.envelope.record in {*tent.records(name)}
    }


def own_only(tent, name, office):
    """What a laptop made itself goes to an office."""
    exchange = tent.laptops[name]
    own = [each for each in exchange.revisions() if each.envelope.device == exchange.device.key.id]
    if own:
        made = write_bundle(
            tent.folder, own, key=exchange.device.key, office=office.id, recipients=office.recipients,
            now=tent.clock(), tip=exchange.device.tip,
        )  # fmt: skip
        assert office.import_bundle(made.path).refused == 0


@settings(max_examples=40, deadline=None)
@given(STEPS, st.permutations("ABC"), st.permutations("ABC"), st.permutations("ABC"))
def test_all_end_with_the_same_once_every_pair_has_met(steps, first, second, third):
    folder = Path(tempfile.mkdtemp(dir=_BASE))
    tent = Tent.built(folder / "tent")
    try:
        afternoon = Afternoon(tent)
        for step in steps:
            afternoon.step(*step)
        tent.round([*first, *second, *third, *first])
        shown = [tent.records(name) for name in "ABC"]
        assert shown[0] == shown[1] == shown[2]
        kept = [everything(tent, name) for name in "ABC"]
        assert kept[0] == kept[1] == kept[2]
        for record in afternoon.made:
            views = [tent.laptops[name].record(record) for name in "ABC"]
            assert None not in views, "nothing is lost"
            assert views[0] == views[1] == views[2]
            assert (views[0].state == "erased") == (record in afternoon.erased)
        for name in "ABC" if not afternoon.is_set_back else "":
            here = [
                each
                for each in tent.laptops[name].records("scr_participant")
                if each.text("outcome") == "declined"
            ]
            assert len(here) + tent.laptops[name].left_elsewhere(VILLAGE, DAY) == afternoon.left
        # Direct or through others, the office ends with the same.
        for name in "ABC":
            if tent.laptops[name].status().only_here:
                tent.to_office(name)
        tent.office.close()
        shutil.copytree(folder / "tent" / "office", folder / "tent" / "direct")
        tent.office = tent.opened_office("office")
        direct = tent.opened_office("direct")
        before = direct.state()
        for name in second:
            own_only(tent, name, direct)
        assert direct.state() == before == tent.office.state()
        assert tent.office.verify().damaged == ()
        direct.close()
    finally:
        tent.close()
        shutil.rmtree(folder)
