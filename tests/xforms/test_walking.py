"""Walking back is walking forward, reversed, whatever the answers are."""

from __future__ import annotations

import random

import pytest

from fieldkit.xforms import Event, FormEntry, load_form

FORM = """
survey:
  - {type: integer, name: a, label: A}
  - {type: begin group, name: g, label: G, relevant: "${a} != 3"}
  - {type: integer, name: b, label: B}
  - {type: begin repeat, name: r, label: R}
  - {type: integer, name: c, label: C}
  - {type: begin repeat, name: s, label: S, relevant: "${c} != 2"}
  - {type: integer, name: d, label: D, relevant: "${c} != 1"}
  - {type: end repeat}
  - {type: begin group, name: p, label: P, appearance: field-list}
  - {type: integer, name: e, label: E}
  - {type: integer, name: f, label: F}
  - {type: end group}
  - {type: end repeat}
  - {type: begin repeat, name: t, label: T, appearance: field-list, repeat_count: "${b}"}
  - {type: integer, name: h, label: H}
  - {type: end repeat}
  - {type: end group}
  - {type: integer, name: z, label: Z}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "walk.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


def grown(form, seed):
    """An entry after some random answers and instances."""
    chance = random.Random(seed)
    entry = FormEntry(form, seed=seed)
    for _ in range(25):
        place = chance.choice(list(entry.places()) or [entry.index])
        if place.event is Event.PROMPT_NEW_REPEAT:
            entry.add_repeat(place.path)
        else:
            for path in entry.page(place):
                entry.set(path, chance.randint(1, 4))
    return entry


@pytest.mark.parametrize("seed", range(30))
def test_previous_undoes_next(form, seed):
    entry = grown(form, seed)
    walked = []
    while entry.next().event is not Event.END:
        walked.append(entry.index)
    assert walked == list(entry.places())
    back = []
    while entry.previous().event is not Event.BEGINNING:
        back.append(entry.index)
    assert back == walked[::-1]


@pytest.mark.parametrize("seed", range(5))
def test_every_place_can_be_jumped_to_and_left_in_both_directions(form, seed):
    entry = grown(form, seed)
    places = list(entry.places())
    for number, place in enumerate(places):
        entry.index = place
        assert entry.next() == (places[number + 1] if number + 1 < len(places) else entry.index)
        entry.index = place
        before = entry.previous()
        assert before == places[number - 1] if number else before.event is Event.BEGINNING
