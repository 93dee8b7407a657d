"""The whole screening day of P2, woman by woman, on three laptops: the figures, the ledger, and what keeps it from closing."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict

import pytest

from fieldkit.cli import run
from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.explain import explain
from fieldkit.fieldwork.screening import Kind, screening_day
from fieldkit.fieldwork.screening_rows import FORMS
from fieldkit.office import Office
from tests.screening.p2_day import AGES, EVENT, recount, women
from tests.screening.tent import LAPTOPS, Clock, cervix, found, made, opened, play, registration

P2 = {
    "arrived": 184, "left": 4, "registered": 180, "eligible": 165, "deferred": 9, "ineligible": 6, "sampled": 163,
    "void": 1, "sent": 162, "breast": 171,
}  # fmt: skip


def test_the_script_is_the_day_of_the_programme():
    registered = [each for each in women() if each.outcome == "registered"]
    assert recount() == P2
    assert (sum(each.listed for each in registered), sum(not each.listed for each in registered)) == (126, 54)
    outside = [each for each in registered if 2026 - each.born not in AGES]
    assert len(outside) == 6
    assert {each.course for each in outside} == {"ineligible"}
    assert sum(each.course == "prefers-not" for each in registered) == 2
    assert len({each.pid for each in registered}) == len({each.name for each in registered}) == 180


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The day, played once; the laptops are closed."""
    folder, clock = tmp_path_factory.mktemp("p2") / "tent", Clock()
    found(folder, clock)
    with opened(folder, clock) as tent:
        play(tent)
    return folder, clock.now


@pytest.fixture
def tent(played, tmp_path):
    """The laptops at the end of the day, before the last stick goes round; a test may change them."""
    folder, moment = played
    shutil.copytree(folder, tmp_path / "tent")
    clock = Clock()
    clock.now = moment
    with opened(tmp_path / "tent", clock) as tent:
        yield tent


def refused(tent, at="registration"):
    """What closing the day says of why it cannot be."""
    with pytest.raises(FieldkitError) as error:
        tent.laptops[at].closing.begin(EVENT).close()
    assert error.value.code == "closing.open"
    return explain(error.value)


def test_figures_and_ledger_are_those_of_the_script_on_every_laptop_and_in_the_office(tent, capsys):
    codes = {tent.laptops[each].closing.begin(EVENT).code for each in LAPTOPS}
    assert len(codes) == 3, "nobody has everything yet"
    tent.share()
    days = {name: session.closing.day(EVENT) for name, session in tent.laptops.items()}
    assert [asdict(each.counts) for each in days.values()] == [P2] * 3
    assert len({each.ledger for each in days.values()}) == 1
    assert [each.findings() for each in days.values()] == [[], [], []]
    assert [each.pid for each in days["cervix"].waiting("cervix")] == []
    assert {each.pid for each in women() if each.course == "eligible"} == {
        pid for pid, each in days["breast"].women.items() if each.sampled
    }

    closing = tent.registration.closing.begin(EVENT)
    assert closing.notes() == []
    assert closing.close().amended
    [record] = tent.registration.exchange.records("scr_event")
    assert (record.text("closing"), record.text("arrived"), record.text("samples_sent")) == (
        "yes",
        "184",
        "162",
    )
    assert closing.is_closed
    assert closing.day.ledger == days["breast"].ledger, "closing does not change the ledger"

    with Office.open(tent.folder / "office", now=tent.clock) as office:
        for session in tent.laptops.values():
            office.merge([session.export(tent.stick).bundle.path])
        records = [as_record(view) for form in FORMS for view in office.archive.views(form)]
    merged = screening_day(EVENT, records)
    assert asdict(merged.counts) == P2
    assert merged.findings(merged.held.typed) == []
    assert merged.ledger == days["breast"].ledger
    assert asdict(tent.registration.closing.day(EVENT).counts) == P2, "the declines are sealed now"

    code = closing.code
    tent.registration.close()
    folder = str(tent.folder / "registration")
    assert run(["--lang", "en", "screening", "day", "--workspace", folder, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counts"] == {**P2, "arrived": 184}
    assert (said["closed"], said["findings"], said["code"]) == (True, [], code)
    assert run(["--lang", "en", "screening", "day", "--event", EVENT, "--workspace", folder]) == 0
    assert "Samples sent: 162" in capsys.readouterr().out


def test_before_the_last_stick_it_says_whose_records_are_missing(tent):
    alone = tent.registration.closing.begin(EVENT)
    assert "cervix 163, breast 171" in alone.notes()[0]
    alone.take(next(each for each in alone.lines() if each.figure == "sampled"), "163")
    [finding] = [each for each in alone.findings() if each.figure == "sampled"]
    assert finding.counted == 0
    assert set(finding.pids) == {each.pid for each in women() if each.course in {"eligible", "prefers-not"}}


@pytest.mark.parametrize(
    ("form", "course", "sample", "image", "kind"),
    [
        ("scr_participant", "eligible", "16", "1", Kind.NOT_REGISTERED),
        ("scr_participant", "deferred", "-", "-", Kind.FIGURE),
        ("scr_cervix", "eligible", "18", "1", Kind.FIGURE),
        ("scr_breast", "eligible", "neg", "4A", Kind.FIGURE),
    ],
)
def test_a_record_that_is_lost_keeps_the_day_open_and_its_number_is_named(
    tent, form, course, sample, image, kind
):
    tent.share()
    lost = next(
        each
        for each in women()
        if (each.course, each.sample) == (course, sample) and image in {each.left, each.right}
    )
    closing = tent.registration.closing.begin(EVENT)
    [gone] = [each.id for each in tent.registration.exchange.records(form) if each.text("pid") == lost.pid]
    tent.registration.erase(gone, "asked")
    with pytest.raises(FieldkitError) as error:
        closing.close()
    assert lost.pid in explain(error.value)
    assert {each.kind for each in closing.findings() if lost.pid in each.pids} == {kind}
    [event] = tent.registration.exchange.records("scr_event")
    assert event.text("closing") == "no"


def test_a_number_that_was_used_twice_is_found_and_the_day_closes_once_it_is_gone(tent):
    tent.share()
    first = women()[0]
    other = next(each for each in women() if not each.listed and each.outcome == "registered")
    made(tent.laptops["breast"], "scr_participant", registration(other, {}))
    twice = tent.laptops["breast"].closing.day(EVENT).findings()
    assert [(each.kind, each.pids) for each in twice] == [(Kind.NUMBER_TWICE, (first.pid,))]
    tent.carry("breast", "registration")
    assert first.pid in refused(tent)
    [again] = [
        each.id
        for each in tent.laptops["breast"].exchange.records("scr_participant")
        if each.text("pid") == first.pid and each.text("name") == other.name
    ]
    tent.laptops["breast"].erase(again, "asked")
    tent.carry("breast", "registration")
    tent.registration.closing.begin(EVENT).close()


def test_who_was_sampled_though_she_is_put_off_or_twice_is_named(tent):
    tent.share()
    put_off = next(each for each in women() if each.course == "deferred")
    twice = next(each for each in women() if each.sample == "neg")
    for woman in (put_off, twice):
        made(tent.laptops["cervix"], "scr_cervix", cervix(woman))
    tent.carry("cervix", "registration")
    found = {each.kind: each.pids for each in tent.registration.closing.day(EVENT).findings()}
    assert found == {Kind.NOT_ELIGIBLE: (put_off.pid,), Kind.EXAMINED_TWICE: (twice.pid,)}


def test_what_people_counted_stands_beside_the_records(tent):
    tent.share()
    closing = tent.registration.closing.begin(EVENT)
    arrived = next(each for each in closing.lines() if each.figure == "arrived")
    assert (arrived.typed, arrived.counted) == ("184", 184)
    closing.take(arrived, "１８５")
    kinds = [(each.kind, each.figure) for each in closing.findings()]
    assert kinds == [(Kind.ARRIVED, ""), (Kind.FIGURE, "arrived")]
    gaps = {each.pid for each in women() if each.outcome != "registered"}
    assert set(closing.findings()[1].pids) == gaps, "numbers of those who left say where to look"
    with pytest.raises(FieldkitError):
        closing.close()
    closing.take(arrived, "184")
    box = next(each for each in closing.lines() if not each.figure)
    closing.take(box, "4.5")
    closing.close()
    [record] = tent.registration.exchange.records("scr_event")
    assert record.text("transport_temp") == "4.5"
