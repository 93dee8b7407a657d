"""In whatever order sticks come, and however often, what is found is what is found from scratch."""

from __future__ import annotations

import random
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.office import Office
from fieldkit.office.checks.found import found
from sync import derived
from tests.conftest import NOW
from tests.office.checked import DECLINED, Town, household, visit

KINDS = ("finding", "asked", "tie", "settled", "between", "question", "outlier")


@pytest.fixture(scope="module")
def sticks(tmp_path_factory):
    """An office with nothing in it, and twelve sticks of two laptops: records that begin, change and go, in all sorts of odds."""
    folder = tmp_path_factory.mktemp("sticks")
    town = Town(folder)
    town.office.close()
    shutil.copytree(town.office.folder, folder / "empty")
    town.office = Office.open(town.office.folder, now=lambda: NOW)
    made = []
    source = random.Random(7)
    records = []
    for _round in range(6):
        for running in range(1, 5):
            on = source.choice("ab")
            size = source.choice(["2", "3", "4", "3", "90"])
            kind = source.choice(["household", "visit", "visit", "change", "delete", "decline"])
            if kind == "household":
                records.append(
                    (
                        town.put("household", household(running, **{"home/declared_size": size}), on=on),
                        running,
                        on,
                    )
                )
            elif kind == "visit":
                town.put("visit", visit(running), on=on)
            elif kind == "decline":
                town.put("visit", DECLINED, on=on)
            elif records:
                record, of, by = source.choice(records)
                if kind == "change":
                    town.put(
                        "household",
                        household(of, **{"home/declared_size": size, "home/hh_id": "12"}),
                        on=by,
                        record=record,
                    )
                elif town.office.view(record):
                    town.delete(record, on=by)
        made += town.bring()
    town.close()
    return folder / "empty", made


def everything(office):
    return {kind: sorted(office.lists.rows(kind), key=repr) for kind in KINDS}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_found_is_what_is_found_from_scratch(sticks, tmp_path_factory, data):
    empty, made = sticks
    order = data.draw(st.permutations(range(len(made))))
    again = data.draw(st.lists(st.integers(0, len(made) - 1), max_size=2))
    tables = data.draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    folder = tmp_path_factory.mktemp("office") / "office"
    shutil.copytree(empty, folder)
    with Office.open(folder, now=lambda: NOW) as office:
        for number, with_tables in zip([*order, *again], [*tables, *([True] * len(again))], strict=True):
            office.merge([made[number]])
            if with_tables:
                office.keep_tables()
        office.keep_tables()
        grown, listed = everything(office), found(office)
        with office.archive.database.writing() as connection:
            connection.execute(derived.derived.delete())
            connection.execute(derived.derived_state.delete())
        office.keep_tables()
        assert everything(office) == grown
        assert found(office) == listed
        assert grown["tie"]
        assert grown["between"]
