"""`fk:check` in forms: unknown names are refused with their cell, answers are kept in their normal form, and what does not
follow its standard is a hard fault said in words.
"""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from string import Formatter

import pytest

import fieldkit.datatypes
from fieldkit.datatypes.checks import CHECKS
from fieldkit.explain import SENTENCES, explain
from fieldkit.i18n import set_language
from fieldkit.refusal_words import REFUSALS
from fieldkit.session.reading import ReadingError, beside, read, typing_hint
from fieldkit.wording import problem_text
from fieldkit.xforms import FormEntry, FormError, load_form
from fieldkit.xforms.lint import look_over, try_out

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=timezone(timedelta(hours=8)))
ROWS = "\n".join(
    f'  - {{type: text, name: {name.replace("-", "_")}, label: A, "fk:check": {name}}}' for name in CHECKS
)


@pytest.fixture
def write(tmp_path):
    def written(rows):
        path = tmp_path / "checked.yaml"
        path.write_text(
            f'settings: [{{form_id: checked, form_title: Checked, version: "1"}}]\nsurvey:\n{rows}\n',
            encoding="utf-8",
        )
        return path

    return written


@pytest.fixture
def entry(write):
    return lambda **options: FormEntry(load_form(write(ROWS)), now=NOW, **{"demo": True, **options})


FITTING = {
    "resident_id": ("９９０１０１ 19850312 002９", "990101198503120029"),
    "mobile": ("+86 100000-12345", "10000012345"),
    "phone": ("0713 615 0000", "0713-6150000"),
    "division_code": ("990101 100 200", "990101100200"),
    "division_county": ("４２１１２１", "421121"),
    "household_number": ("990101100200 0001 1", "99010110020000011"),
    "participant_number": ("260331-1001-9", "26033110019"),
    "lunar_date": ("甲子年冬月廿九", "1984年冬月廿九"),
    "money": ("￥81,945.5", "81945.50"),
}
WRONG = {
    "resident_id": ("990101197802290015", "identity.no-date"),
    "mobile": ("1381234567", "mobile.length"),
    "phone": ("6150000", "phone.no-area"),
    "division_code": ("990101100000", "division.village"),
    "division_county": ("420100", "division.county"),
    "household_number": ("99010110020000012", "household.check"),
    "participant_number": ("26033110018", "participant.check"),
    "lunar_date": ("2015年正月三十", "lunar.short-month"),
    "money": ("5.005", "money.fen"),
}


def test_every_check_has_its_row_here():
    assert (
        {name.replace("_", "-") for name in FITTING}
        == {name.replace("_", "-") for name in WRONG}
        == set(CHECKS)
    )


@pytest.mark.parametrize("name", FITTING)
def test_what_is_kept_is_the_normal_form(entry, name):
    typed, kept = FITTING[name]
    e = entry()
    e.set(f"/data/{name}", typed)
    assert e.answers()[name] == kept
    assert e.problems() == []
    assert e.set(f"/data/{name}", typed) <= {f"/data/{name}"}
    assert e.value(f"/data/{name}") == kept
    assert FormEntry(e.form, answers=e.answers(), now=NOW, demo=True).problems() == []


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_follow_its_standard_is_kept_as_typed_and_told(entry, name):
    typed, code = WRONG[name]
    e = entry()
    e.set(f"/data/{name}", typed)
    [problem] = e.problems()
    assert e.value(f"/data/{name}") == typed
    assert (problem.path, problem.kind, problem.type, problem.code) == (
        f"/data/{name}", "check", name.replace("_", "-"), code,
    )  # fmt: skip
    said = set()
    for language in ("en", "zh"):
        set_language(language)
        said.add(problem_text(problem))
    assert len(said) == 2
    assert not any("{" in each for each in said)
    assert hash(problem)


def test_words_say_what_is_wrong_and_how_to_mend_it(entry):
    e = entry()
    e.set("/data/resident_id", "990101197802290015")
    assert (
        problem_text(e.problems()[0])
        == "The date 1978-02-29 does not exist. Check digits 7 to 14, the date of birth."
    )
    e.set("/data/resident_id", "990101198503120028")
    assert problem_text(e.problems()[0]).startswith("The last sign does not fit: one of the digits is wrong")


def test_invented_numbers_are_wrong_where_the_work_is_real(entry):
    e = entry(demo=False)
    for name in ("resident_id", "mobile", "division_code", "household_number"):
        e.set(f"/data/{name}", FITTING[name][0])
    assert [problem.code for problem in e.problems()] == [
        "identity.province",
        "mobile.beginning",
        "division.province",
    ]


def test_a_missing_answer_needs_no_standard(entry):
    from fieldkit.xforms import Missing

    e = entry()
    e.set("/data/mobile", Missing.DECLINED)
    assert e.problems() == []


def test_the_check_comes_before_the_constraint_and_after_the_type(write):
    row = '  - {type: decimal, name: paid, label: P, "fk:check": money, constraint: ". < 100", constraint_message: Too much}'
    e = FormEntry(load_form(write(row)), now=NOW)
    kinds = []
    for typed in ("much", "5.005", "¥1,000.00", "50元"):
        e.set("/data/paid", typed)
        kinds.append([problem.kind for problem in e.problems()])
    assert kinds == [["type"], ["check"], ["constraint"], []]
    assert e.value("/data/paid") == "50"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{type: text, name: b, label: B, "fk:check": passport}', "there is no check 'passport'; known are resident-id, mobile, phone"),
        ('{type: integer, name: b, label: B, "fk:check": resident-id}', "resident-id checks text, not answers of type int"),
        ('{type: date, name: b, label: B, "fk:check": lunar-date}', "lunar-date checks text, not answers of type date"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_be_is_refused_with_its_cell(write, row, words):
    with pytest.raises(FormError) as caught:
        load_form(write(f"  - {{type: text, name: a, label: A}}\n  - {row}"))
    [(sheet, line, column, message)] = caught.value.problems
    assert (sheet, line, column) == ("survey", 4, "fk:check")
    assert words in message


def test_every_check_can_be_tried_out_at_random(write):
    path = write(ROWS)
    form = load_form(path)
    assert look_over(form, path) == []
    assert try_out(form, 5) == ([], [])


def test_what_is_typed_is_read_by_its_standard(entry):
    form = entry().form
    lunar, money = form.find("lunar_date"), form.find("money")
    assert read(lunar, "腊月廿三", NOW) == "2025年腊月廿三"
    assert beside(lunar, "2025年腊月廿三") == "2026-02-10  Tuesday"
    assert beside(lunar, "腊月廿三") == beside(lunar, "乱") == ""
    assert read(money, "3.5万元", NOW) == "35000"
    for item, typed in ((lunar, "1985-1-19"), (money, "一万")):
        assert typing_hint(item)
        with pytest.raises(ReadingError) as caught:
            read(item, typed, NOW)
        assert typed in explain(caught.value)


def codes_of(path):
    """The codes that a file of datatypes may refuse with; `{…}` stands for the kinds it serves."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RefusedError":
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield code.value
            elif isinstance(code, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else ".+" for part in code.values)


def test_every_reason_has_its_sentence_and_every_sentence_its_reason():
    folder = Path(fieldkit.datatypes.__file__).parent
    patterns = [re.compile(code) for path in folder.glob("*.py") for code in codes_of(path)]
    patterns += [re.compile(code) for code in ("lunar.no-leap", "lunar.leap-needs-year")]
    for code in REFUSALS:
        assert any(pattern.fullmatch(code) for pattern in patterns), code
    for pattern in patterns:
        assert any(pattern.fullmatch(code) for code in REFUSALS), pattern
    assert set(REFUSALS) <= set(SENTENCES)


def test_no_sentence_repeats_a_number_that_names_a_person():
    for code, sentence in REFUSALS.items():
        fields = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        assert "text" not in fields or code.startswith(("lunar.", "money.")), code
