"""The line breaks anywhere, in either direction, again and again: each bundle is taken in once, and little is sent twice."""

from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import SyncError, read_return_pack
from sync.lan import asking
from sync.lan.address import Address
from sync.lan.client import OfficeLink
from sync.lan.limits import Limits, Rate
from tests.sync.lan.cable import Cable
from tests.sync.lan.offices import Served, silent

_RECORDS = 40
_TWICE = 1024 * 1024
"""How much one cut may cost: a segment of a bundle, as large as they usually are."""
_A_NEW_LINE = 8 * 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An office that does not mind how often a laptop begins anew."""
    limits = Limits(room=0, knock=Rate(10_000, 1_000.0))
    office = Served(tmp_path_factory.mktemp("cut") / "office", limits=limits).start()
    yield office
    office.stop()
    assert office.faults == []


@pytest.fixture(scope="module")
def laptop(served):
    return served.laptop(100)


def through(cable, laptop, wait=lambda _seconds: None):
    """The laptop's line to its office, through the cable; it does not wait between two tries."""
    return OfficeLink(Address("127.0.0.1", cable.port), laptop.enrolment, laptop.key, wait)


def sent_through(cable, laptop, path, *wait):
    with through(cable, laptop, *wait) as link:
        return link.send(path, sha256_of(path), silent)


def fetched_through(cable, laptop, folder):
    with through(cable, laptop) as link:
        return link.fetch(folder, silent)


def tried(way):
    """A person tries again when told that nobody is there."""
    for _ in range(5):
        try:
            return way()
        except SyncError as error:
            assert error.code in {"lan.cut", "lan.unreachable"}, error
    raise AssertionError("whole lines, and nobody there")


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_line_cut_at_any_part_of_the_way_costs_one_more_line(served, laptop, tmp_path):
    with Cable(served.address.port) as cable:
        answer = sent_through(cable, laptop, laptop.write(tmp_path, _RECORDS).path)
    assert answer.counts["new"] == _RECORDS
    [up], [down] = cable.up, cable.down
    steps = [(up * each // 7, None) for each in range(7)] + [(None, down * each // 5) for each in range(5)]
    for number, cut in enumerate(steps):
        before = served.takes
        path = laptop.write(tmp_path, _RECORDS).path
        with Cable(served.address.port, [cut], reset=number % 2 == 1) as cable:
            answer = sent_through(cable, laptop, path)
        assert answer.counts["offered"] == answer.counts["new"] == _RECORDS, cut
        assert served.takes == before + 1, "taken in once"
        assert sum(cable.up) <= up + _A_NEW_LINE + min(cable.up[0], _TWICE)
    assert not list((served.folder / "inbox").rglob("*.fkb*"))


def cut_at_random(served, laptop, folder, cuts, *, reset):
    before = served.takes
    path = laptop.write(folder, _RECORDS).path
    with Cable(served.address.port, cuts, reset=reset) as cable:
        answer = tried(lambda: sent_through(cable, laptop, path))
        pack = read_return_pack(tried(lambda: fetched_through(cable, laptop, folder)), laptop.identity)
    assert answer.counts["offered"] == answer.counts["new"] == _RECORDS
    assert served.takes == before + 1
    assert pack.receipt.held[0].sequence == laptop.sequence
    assert [each.name for each in folder.iterdir() if each.name.startswith(".")] == []


_cuts = st.lists(st.tuples(st.none() | st.integers(0, 30_000), st.none() | st.integers(0, 6_000)), max_size=7)
_unhurried = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(cuts=_cuts, reset=st.booleans())
@settings(_unhurried, max_examples=10)
def test_whatever_is_cut_each_bundle_is_taken_in_once_and_its_pack_is_whole(
    served, laptop, tmp_path_factory, cuts, reset
):
    cut_at_random(served, laptop, tmp_path_factory.mktemp("cut"), cuts, reset=reset)


@pytest.mark.soak
@given(cuts=_cuts, reset=st.booleans())
@settings(_unhurried, max_examples=200)
def test_whatever_is_cut_hundreds_of_times(served, laptop, tmp_path_factory, cuts, reset):
    cut_at_random(served, laptop, tmp_path_factory.mktemp("cut"), cuts, reset=reset)


def test_of_a_large_bundle_little_more_than_a_segment_is_sent_twice(served, laptop, tmp_path):
    path = laptop.write(tmp_path, 600, size=24_000).path
    size = path.stat().st_size
    cuts = [(size * each // 10, None) for each in (1, 4, 2, 3)]
    with Cable(served.address.port, cuts) as cable:
        # With its own pauses: whoever comes again at once takes the turn from what is still being read.
        answer = sent_through(cable, laptop, path, time.sleep)
    assert answer.counts["new"] == 600
    assert len(cable.up) == len(cuts) + 1
    assert sum(cable.up) <= size * 1.01 + len(cuts) * (_TWICE + _A_NEW_LINE)


def test_a_line_that_falls_silent_is_left_for_a_new_one(served, laptop, tmp_path, monkeypatch):
    """Nothing comes and nothing says so: a laptop that gave up its first line does not wait for the office to notice."""
    monkeypatch.setattr(asking, "_SECONDS", 1.0)
    path = laptop.write(tmp_path, 400, size=4_000).path
    with Cable(served.address.port, [(path.stat().st_size // 2, None)], silent=True) as cable:
        answer = sent_through(cable, laptop, path)
    assert answer.counts["new"] == 400
    assert len(cable.up) == 2


def test_an_office_that_is_cut_off_for_good_is_told_and_nothing_is_lost(served, laptop, tmp_path):
    path = laptop.write(tmp_path, _RECORDS).path
    waits = []
    with Cable(served.address.port, [(5_000, None)] + [(0, 0)] * 50) as cable:
        with through(cable, laptop, waits.append) as link, pytest.raises(SyncError) as refused:
            link.send(path, sha256_of(path), silent)
        assert refused.value.code in {"lan.cut", "lan.unreachable"}
        assert len(cable.up) < 20
        assert waits == sorted(waits)
    with Cable(served.address.port) as cable:
        assert sent_through(cable, laptop, path).counts["new"] == _RECORDS
