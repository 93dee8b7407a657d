"""Checks of whole questions: what is suddenly unknown, far off, slow or often something else."""

from __future__ import annotations

import json

import pytest

from fieldkit.office.checks.found import found
from fieldkit.office.checks.robust import far_off
from tests.office.checked import Town, household, of, visit

# -- whole questions --------------------------------------------------------------------------------------


def asked(town, count, answer, *, days_ago, start=1):
    for running in range(start, start + count):
        more = {"satisfaction/sat_env": answer} if answer is not None else {}
        town.put("household", household(running), days_ago=90)
        town.put("visit", visit(running, **more), days_ago=days_ago)


@pytest.mark.parametrize(
    ("late", "is_told"),
    [
        ({"missing": "dk"}, True),
        (None, True),
        ("4", False),
        ({"missing": "declined"}, False),
        ({"missing": "pns"}, False),
        ({"missing": "na"}, False),
    ],
)
def test_a_question_that_is_suddenly_often_unknown_or_empty_is_told_and_a_declined_one_never(
    town, late, is_told
):
    asked(town, 24, "4", days_ago=60)
    asked(town, 24, late, days_ago=2, start=101)
    town.bring()
    said = [each for each in of(town, "often-missing") if each.path == "satisfaction/sat_env"]
    assert bool(said) is is_told
    if is_told:
        assert (said[0].facts["count"], said[0].facts["of"], said[0].records) == (24, 24, ())


def test_what_is_always_empty_is_usual(town):
    asked(town, 24, None, days_ago=60)
    asked(town, 24, None, days_ago=2, start=101)
    town.bring()
    assert of(town, "often-missing") == []


def test_more_declines_do_not_make_the_rest_look_worse(town):
    asked(town, 24, "4", days_ago=60)
    asked(town, 4, {"missing": "dk"}, days_ago=2, start=101)
    asked(town, 20, {"missing": "declined"}, days_ago=2, start=201)
    town.bring()
    assert of(town, "often-missing") == []


def sizes(town, numbers):
    for running, size in enumerate(numbers, 1):
        town.put("household", household(running, **{"home/declared_size": str(size)}))
    town.bring()
    return sorted(each.facts["value"] for each in of(town, "far-off"))


def test_a_number_far_from_all_others_is_told(town):
    assert sizes(town, [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 4, 3, 4, 3, 5, 90]) == [90]


def test_two_wrong_numbers_cannot_hide_each_other(town):
    """As they would with mean and standard deviation: the largest z-score of 22 numbers is then below 3.5."""
    ordinary = [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 4, 3, 4, 3, 5, 4]
    assert sizes(town, [*ordinary, 90, 90]) == [90, 90]


def test_fewer_than_twenty_numbers_or_hardly_different_ones_say_nothing(town):
    assert sizes(town, [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 90]) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(1.0, 5), (2.0, 5), (3.0, 5), (4.0, 5)], (-2.69, 7.69)),
        ([(3.0, 15), (9.0, 5)], None),
        ([(1.0, 10), (2.0, 9)], None),
    ],
)
def test_bounds_follow_the_median_of_distances(counts, expected):
    bounds = far_off(counts, 20, 3.5)
    assert bounds == (expected and pytest.approx(expected, abs=0.01))


def form(name, survey, choices=()):
    book = {
        "settings": [{"form_id": name, "form_title": name}],
        "survey": [{"label": "x", **row} if row["type"] != "audit" else row for row in survey],
        "choices": list(choices),
    }
    return {f"{name}.yaml": json.dumps(book)}


TALK = form(
    "talk",
    [
        {"type": "audit", "name": "audit", "parameters": "identify-user=true"},
        {"type": "select_one water", "name": "water", "fk:tier": "N", "label": "Water from where?"},
        {"type": "text", "name": "water_other", "fk:tier": "N", "relevant": "${water} = 'other'"},
        {"type": "integer", "name": "rooms", "fk:tier": "N"},
        {"type": "integer", "name": "secret", "fk:tier": "R"},
    ],
    [{"list_name": "water", "name": name, "label": name} for name in ("well", "tap", "other")],
)


def log(**seconds):
    rows = ["event,node,start,end,user"]
    rows += [f"question,/data/{name},1000,{1000 + int(1000 * each)},王芳" for name, each in seconds.items()]
    return "\n".join(rows) + "\n"


def test_a_question_that_takes_long_is_told_by_question_and_nobody_is_named(tmp_path):
    town = Town(tmp_path, forms=TALK)
    for each in range(24):
        seconds = {"water": 4 + each % 3, "rooms": 40 + each % 5, "water_other": 5, "secret": 90}
        town.put("talk", {"water": "tap", "rooms": "3", "meta/audit": log(**seconds)}, on="ab"[each % 2])
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.path, finding.records, finding.facts["median"]) == (
        "slow-question",
        "rooms",
        (),
        42.0,
    )
    with town.office.archive.database.reading() as connection:
        kept = repr(connection.exec_driver_sql("SELECT kind, key, state, place, facts FROM derived").all())
    devices = [each.id for each in town.office.devices()]
    assert not [each for each in ("王芳", "secret", *devices) if each in kept]
    town.close()


def test_a_question_often_answered_with_other_is_told_and_the_texts_are_masked(tmp_path):
    town = Town(tmp_path, forms=TALK)
    for each in range(24):
        is_other = each < 12
        more = {"water": "other", "water_other": f"河 13812345{each:03}"} if is_other else {"water": "tap"}
        town.put("talk", {**more, "rooms": "3"})
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.facts["count"], finding.facts["of"]) == ("often-other", 12, 24)
    town.office.close()
    with town.desk() as desk:
        texts = desk.checks.texts(finding)
    assert len(texts) == 12
    assert all(text.startswith("河") and "12345" not in text for text in texts)
