"""Tier X: an answer that is seen and never stored lives in its entry alone; what was calculated from it stands."""

from __future__ import annotations

import pytest

from fieldkit.privacy.tiers import without_what_was_seen
from fieldkit.xforms import FormEntry, FormError, Missing, load_form
from fieldkit.xforms.lint import look_over

FORM = """
settings: [{form_id: seen, form_title: Seen, version: "1"}]
survey:
  - {type: text, name: card, label: Card, "fk:tier": X, required: "yes"}
  - {type: text, name: suffix, label: Suffix}
  - {type: calculate, name: year, calculation: "concat(substr(${card}, 6, 10), ${suffix})", "fk:tier": N}
  - {type: calculate, name: decade, calculation: "substr(${year}, 0, 3)", "fk:tier": P}
  - {type: calculate, name: whole, calculation: "concat('card ', ${card})", "fk:tier": X}
  - {type: calculate, name: length, calculation: "string-length(${whole})", "fk:tier": P}
  - {type: begin repeat, name: people, label: People}
  - {type: text, name: own, label: Own, "fk:tier": X}
  - {type: calculate, name: tail, calculation: "substr(${own}, 2)", "fk:tier": N}
  - {type: end repeat}
  - {type: begin group, name: papers, label: Papers, "fk:tier": X}
  - {type: text, name: paper, label: Paper}
  - {type: begin repeat, name: stamps, label: Stamps}
  - {type: text, name: stamp, label: Stamp}
  - {type: end repeat}
  - {type: end group}
"""
CARD = "990101198503120029"


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("seen") / "seen.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


@pytest.fixture
def entry(form):
    e = FormEntry(form, seed=1)
    e.set("/data/card", CARD)
    e.set("/data/people[1]/own", "kanarie")
    e.add_repeat("/data/people")
    e.set("/data/people[2]/own", "vogel")
    e.set("/data/papers/paper", "papier")
    e.set("/data/papers/stamps[1]/stamp", "stempel")
    return e


def resumed(entry):
    return FormEntry(entry.form, answers=entry.answers(), is_new=False)


SECRET = (CARD, "kanarie", "vogel", "papier", "stempel")


def test_no_shape_of_the_answers_holds_it(entry):
    entry.finish()
    for shape in (entry.answers(), entry.answers(relevant_only=True), entry.to_json(), entry.to_xml()):
        assert not any(secret in str(shape) for secret in SECRET)
        assert "stamps" not in str(shape)
        assert all(kept in str(shape) for kept in ("1985", "198", "narie", "gel", "23"))
    assert entry.value("/data/card") == CARD
    assert not entry.is_stored("/data/card")
    assert not entry.is_stored("/data/papers/stamps[1]/stamp")
    assert entry.is_stored("/data/year")


def test_no_step_tells_of_it(form):
    e = FormEntry(form, seed=1)
    e.set("/data/card", CARD)
    assert e.changed_answers() == {"year": "1985", "decade": "198", "length": "23"}
    e.set("/data/people[1]/own", "kanarie")
    assert set(e.changed_answers().values()) == {"narie"}
    e.set("/data/papers/paper", "papier")
    assert e.changed_answers() == {}
    e.set("/data/card", Missing.DECLINED)
    assert CARD not in str(e.changed_answers())
    assert "card" not in e.answers()


def test_it_is_asked_again_and_what_was_calculated_from_it_stands(entry):
    e = resumed(entry)
    assert [e.value(path) for path in ("/data/card", "/data/whole", "/data/people[2]/own")] == ["", "", ""]
    assert [problem.path for problem in e.problems()] == ["/data/card"]
    stands = ["1985", "198", "23", "narie", "gel"]
    paths = ["/data/year", "/data/decade", "/data/length", "/data/people[1]/tail", "/data/people[2]/tail"]
    assert [e.value(path) for path in paths] == stands
    e.set("/data/suffix", "!")
    assert [e.value(path) for path in paths] == stands, (
        "what else it reads changes nothing while the card is not there"
    )
    assert resumed(resumed(e)).answers() == e.answers()


def test_given_again_it_counts_and_taken_away_it_is_gone(entry):
    entry.set("/data/suffix", "!")
    e = resumed(entry)
    e.set("/data/card", "990101199007150047")
    assert e.value("/data/year") == "1990!"
    e.set("/data/card", None)
    assert e.value("/data/year") == "!"
    e.set("/data/suffix", "?")
    assert e.value("/data/year") == "?"
    e.undo()
    e.undo()
    assert (e.value("/data/card"), e.value("/data/year")) == ("990101199007150047", "1990!")
    e.undo()
    assert (e.value("/data/card"), e.value("/data/year"), e.value("/data/decade")) == ("", "1985!", "198")
    e.set("/data/suffix", "?")
    assert e.value("/data/year") == "1985!", "undone is as if it had not been given"
    e.undo()
    e.redo()
    e.undo()
    e.redo()
    assert e.value("/data/year") == "1985!"
    e.undo()
    e.set("/data/card", "990101199007150047")
    assert (e.value("/data/card"), e.value("/data/year")) == ("990101199007150047", "1990!")
    assert e.value("/data/people[1]/tail") == "narie"
    e.set("/data/people[1]/own", "amsel")
    assert [e.value(f"/data/people[{n}]/tail") for n in (1, 2)] == ["sel", "gel"]


def test_in_a_new_entry_it_counts_as_not_answered(form):
    e = FormEntry(form)
    for suffix in ("a", "b"):
        e.set("/data/suffix", suffix)
        assert e.value("/data/year") == suffix
    assert e.value("/data/whole") == "card "


def test_whoever_corrects_a_record_need_not_see_it_again(entry):
    e = resumed(entry)
    assert without_what_was_seen(e, e.problems()) == []
    e.set("/data/card", "x")
    assert without_what_was_seen(e, e.problems()) == []


def test_a_file_cannot_be_seen_without_being_stored(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        'settings: [{form_id: f, form_title: F, version: "1"}]\nsurvey:\n  - {type: text, name: a, label: A}\n'
        '  - {type: image, name: b, label: B, "fk:tier": X}\n',
        encoding="utf-8",
    )
    with pytest.raises(FormError) as caught:
        load_form(path)
    [(sheet, row, column, message)] = caught.value.problems
    assert (sheet, row, column) == ("survey", 4, "fk:tier")
    assert "stored" in message


def test_an_author_is_told_what_hangs_on_it(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        'settings: [{form_id: f, form_title: F, version: "1"}]\nsurvey:\n'
        '  - {type: text, name: a, label: A, "fk:tier": X}\n'
        "  - {type: text, name: b, label: B, relevant: \"${a} != ''\"}\n"
        '  - {type: text, name: c, label: C, "fk:tier": X, relevant: "${a} != \'\'"}\n'
        "  - {type: calculate, name: has, calculation: \"${a} != ''\"}\n"
        "  - {type: text, name: d, label: D, relevant: \"${has} = 'true'\"}\n",
        encoding="utf-8",
    )
    found = [
        (each.row, each.column) for each in look_over(load_form(path), path) if "never stored" in each.message
    ]
    assert found == [(4, "relevant")]
