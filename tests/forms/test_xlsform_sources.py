"""The shipped forms as they lie in `forms/`: whole for pyxform, in both languages, and true to the people asked."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from pyxform.xls2json_backends import xlsx_to_dict
from pyxform.xls2xform import convert

from fieldkit.xforms import FormEntry, Missing, load_form

FORMS = Path(__file__).parents[2] / "forms"
SOURCES = ("household.xlsx", "visit.yaml")
LANGUAGES = ("中文 (zh)", "English (en)")
TRANSLATED = (
    "label",
    "hint",
    "required_message",
    "constraint_message",
    "fk:why",
    "fk:who_sees",
    "fk:warning_message",
)
STRUCTURE = ("begin group", "end group", "begin repeat", "end repeat", "csv-external")
UNASKED = (*STRUCTURE, "calculate", "hidden", "note")
EXPRESSIONS = (
    "relevant",
    "constraint",
    "calculation",
    "default",
    "choice_filter",
    "required",
    "trigger",
    "fk:warning",
)
HEALTH_LISTS = {
    "household.xlsx": {"support_status", "rel"},
    "visit.yaml": {"service", "need", "barrier", "true_false", "go_on", "topic", "offer_how", "appt_topic"},
}
RESTRICTED = {
    "household.xlsx": {"support_status"},
    "visit.yaml": {"offer_go_on", "offer_topics", "offer_how"},
}
FORBIDDEN_WORDS = re.compile(
    r"节育|避孕措施|上环|取环|查环|查孕|超生|政策外|计划外|社会抚养费|罚款|重点对象|落实率|合规|达标分"
    r"|生育意愿|流产|人工终止|结婚证|身份证|宗教|党员|怀孕了"
    r"|\bIUD\b|birth order|out of plan|fertility intention|abortion|marriage certificate|key person|compliance score",
    re.IGNORECASE,
)
FORBIDDEN_NAMES = re.compile(
    r"(^|_)(method|iud|pregnan\w*|parity|birth_order|abortion|fee|fine|key_person|score|id_no|religion|party"
    r"|marital|edu|ethnic|occupation|legal\w*)($|_)"
)
CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 16, 8, 5, tzinfo=CHINA)
VILLAGE = "990101100200"
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

Row = dict[str, str]


def damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = int(DAMM[state][int(digit)])
    return state


HOUSEHOLD = f"{VILLAGE}0007{damm(f'{VILLAGE}0007')}"
LISTS = {
    "households": [
        {"name": HOUSEHOLD, "label": "曾秀兰", "village": VILLAGE, "group_no": "3", "visits": "2"}
    ],
    "members": [
        {"name": "a", "label": "曾秀兰", "hh": HOUSEHOLD, "birth_year": "1971", "age": "55"},
        {"name": "b", "label": "曾小花", "hh": HOUSEHOLD, "birth_year": "2013", "age": "13"},
        {"name": "c", "label": "曾大明", "hh": HOUSEHOLD, "birth_year": "2010", "age": "16"},
        {"name": "d", "label": "别家人", "hh": "99010110020000081", "birth_year": "1980", "age": "46"},
        {"name": "other_adult", "label": "其他成年人", "label::English (en)": "another adult", "hh": ""},
    ],
    "numbers": [{"name": "household", "next": "7"}, {"name": "demo", "next": "0"}],
}


def sheets(source: str) -> dict[str, list[Row]]:
    path = FORMS / source
    if path.suffix == ".yaml":
        with path.open(encoding="utf-8") as file:
            book = yaml.load(file, Loader=yaml.BaseLoader)  # every cell is text, as in a spreadsheet
    else:
        book = xlsx_to_dict(str(path))
        book = (
            book
            if isinstance(book, dict)
            else {name: getattr(book, name) for name in ("survey", "choices", "settings")}
        )
    return {
        name: [
            {column: str(cell) for column, cell in row.items() if cell not in (None, "")}
            for row in book[name]
        ]
        for name in ("survey", "choices", "settings")
    }


def plain(rows: list[Row]) -> list[Row]:
    """Rows without fieldkit's own columns, as any other tool sees them."""
    return [{column: cell for column, cell in row.items() if not column.startswith("fk:")} for row in rows]


def questions(source: str) -> Iterator[Row]:
    return (row for row in sheets(source)["survey"] if row["type"] not in STRUCTURE)


def words(source: str) -> Iterator[tuple[str, str]]:
    for sheet, rows in sheets(source).items():
        for row in rows:
            for column, cell in row.items():
                if "::" in column or column == "form_title":
                    yield f"{sheet} {row.get('name', row.get('form_id'))} {column}", cell


def entry(source: str, **lists: list[Row]) -> FormEntry:
    return FormEntry(load_form(FORMS / source), now=NOW, tz=CHINA, seed=1, lists={**LISTS, **lists})


def answer(form: FormEntry, **answers: object) -> FormEntry:
    for name, value in answers.items():
        form.set(form.form.find(name).path, value)
    return form


def problems(form: FormEntry, name: str) -> list[str]:
    return [problem.kind for problem in form.problems(form.form.find(name).path)]


def asked(form: FormEntry) -> set[str]:
    """Names of the questions that are relevant and meant for a person."""
    return {
        item.name
        for path, item in form.form.items.items()
        if getattr(item, "control", "") and form.is_relevant(path)
    }


# -- the sources --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_pyxform_converts_without_errors_or_warnings(source: str) -> None:
    book: dict[str, list[Row]] = {}
    for name, rows in sheets(source).items():
        book[name] = plain(rows)
        book[f"{name}_header"] = [dict.fromkeys(column for row in book[name] for column in row)]
    warnings: list[str] = []
    result = convert(book, warnings=warnings, form_name="data", pretty_print=False)
    assert "<h:title>" in result.xform
    assert warnings == []


@pytest.mark.parametrize("source", SOURCES)
def test_settings_name_the_form_its_purpose_and_its_declines(source: str) -> None:
    (settings,) = sheets(source)["settings"]
    assert settings["form_id"] == Path(source).stem
    assert re.fullmatch(r"20\d{8}", settings["version"])
    assert settings["default_language"] == LANGUAGES[0]
    assert settings["fk:declined_keeps"] == "village date outcome"
    assert settings["fk:retention"]
    names = {row.get("name") for row in questions(source)}
    assert set(re.findall(r"\$\{(\w+)\}", settings["fk:declined"])) <= names
    assert set(settings["fk:declined_keeps"].split()) <= names
    assert "处罚" in settings["fk:purpose::中文 (zh)"]


@pytest.mark.parametrize("source", SOURCES)
def test_every_text_exists_in_both_languages(source: str) -> None:
    faults = []
    for sheet, rows in sheets(source).items():
        for row in rows:
            for column in {column.partition("::")[0] for column in row if "::" in column}:
                missing = [language for language in LANGUAGES if not row.get(f"{column}::{language}")]
                faults += [f"{sheet} {row.get('name')} {column}: {language}" for language in missing]
            plain_texts = [column for column in TRANSLATED if column in row]
            faults += [f"{sheet} {row.get('name')} {column}: no language" for column in plain_texts]
    assert faults == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_question_has_words_where_people_need_them(source: str) -> None:
    zh = LANGUAGES[0]
    for row in questions(source):
        if row["type"] not in ("calculate", "hidden"):
            assert row.get(f"label::{zh}"), row["name"]
        if row["type"] not in UNASKED:
            assert row.get(f"fk:why::{zh}"), row["name"]
            assert row.get(f"fk:who_sees::{zh}"), row["name"]
        for rule, said in (
            ("constraint", "constraint_message"),
            ("fk:warning", "fk:warning_message"),
            ("required", "required_message"),
        ):
            assert (rule in row) == (f"{said}::{zh}" in row), (row["name"], rule)


@pytest.mark.parametrize("source", SOURCES)
def test_chinese_is_chinese_and_english_is_english(source: str) -> None:
    for place, text in words(source):
        shown = re.sub(r"\$\{\w+\}", "", text)
        if place.endswith("(en)"):
            assert not re.search(r"[\u3400-\u9fff，。；：？！]", shown), place
        elif place.endswith("(zh)"):
            assert re.search(r"[\u3400-\u9fff]", shown), place
            assert not re.search(r"[\u3400-\u9fff][,;:?!.]", shown), place
        assert not re.search("[“”‘’]", shown), f"{place}: pyxform would straighten these quotation marks"


@pytest.mark.parametrize("source", SOURCES)
def test_names_are_unique_and_every_tier_is_set(source: str) -> None:
    names = [
        row["name"] for row in sheets(source)["survey"] if not row["type"].startswith(("end", "csv-external"))
    ]
    assert len(names) == len(set(names))
    assert [
        row["name"] for row in questions(source) if row.get("fk:tier") not in {"P", "N", "C", "R", "X"}
    ] == []


@pytest.mark.parametrize("source", SOURCES)
def test_lists_are_used_and_have_no_doubles(source: str) -> None:
    book = sheets(source)
    used = {
        row["type"].split()[1] for row in book["survey"] if re.match(r"select_(one|multiple) ", row["type"])
    }
    choices = [(row["list_name"], row["name"]) for row in book["choices"]]
    assert {name for name, _ in choices} == used
    assert len(choices) == len(set(choices))
    for row in book["survey"]:
        if row["type"].startswith("select_one_from_file"):
            assert (FORMS / row["type"].split()[1]).is_file()
        if row["type"] == "csv-external":
            assert (FORMS / f"{row['name']}.csv").is_file()


# -- the rules that protect people ----------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_forbidden_is_asked(source: str) -> None:
    assert [
        place for place, text in words(source) if FORBIDDEN_WORDS.search(re.sub("勿写电话和证件号", "", text))
    ] == []
    book = sheets(source)
    named = [row["name"] for sheet in ("survey", "choices") for row in book[sheet] if "name" in row]
    assert [name for name in named if FORBIDDEN_NAMES.search(name)] == []


@pytest.mark.parametrize("source", SOURCES)
def test_health_and_the_like_can_be_declined(source: str) -> None:
    lists: dict[str, dict[str, str]] = {}
    for row in sheets(source)["choices"]:
        lists.setdefault(row["list_name"], {})[row["name"]] = row.get("missing", "")
    assert HEALTH_LISTS[source] <= set(lists)
    for name in HEALTH_LISTS[source]:
        assert lists[name].get("declined") == "declined", name
        assert lists[name].get("pns") == "pns", name
    for name, choices in lists.items():
        for value, missing in choices.items():
            assert missing in {"", value}, f"{name} {value}"
            ordinary = name == "outcome" and value == "declined"
            assert bool(missing) == (value in {"dk", "pns", "declined", "na"} and not ordinary), (
                f"{name} {value}"
            )
    restricted = [row for row in questions(source) if row["fk:tier"] == "R"]
    assert all(row["type"].split()[1] in HEALTH_LISTS[source] for row in restricted)


@pytest.mark.parametrize("source", SOURCES)
def test_missing_answers_trigger_nothing(source: str) -> None:
    """No rule asks whether something was declined or not answered, except to leave questions out."""
    for row in questions(source):
        for column in ("required", "fk:warning", "calculation", "default"):
            allowed = row["name"] == "outcome"
            assert allowed or not re.search(r"'(declined|pns|dk|na)'", row.get(column, "")), (
                row["name"],
                column,
            )


@pytest.mark.parametrize("source", SOURCES)
def test_none_stands_alone_in_multiple_choices(source: str) -> None:
    book = sheets(source)
    lists: dict[str, set[str]] = {}
    for row in book["choices"]:
        lists.setdefault(row["list_name"], set()).add(row["name"])
    for row in book["survey"]:
        if row["type"].startswith("select_multiple"):
            for value in lists[row["type"].split()[1]] & {"none", "pns", "declined", "na"}:
                assert f"selected(., '{value}')" in row["constraint"], (row["name"], value)


@pytest.mark.parametrize("source", SOURCES)
def test_restricted_fields_are_read_only_inside_their_group(source: str) -> None:
    groups: dict[str, tuple[str, ...]] = {}
    rows: list[tuple[Row, tuple[str, ...]]] = []
    stack: list[str] = []
    for row in sheets(source)["survey"]:
        if row["type"].startswith("end "):
            stack.pop()
            continue
        rows.append((row, tuple(stack)))
        groups[row["name"]] = tuple(stack)
        if row["type"].startswith("begin "):
            stack.append(row["name"])
    restricted = {row["name"] for row, _ in rows if row.get("fk:tier") in {"R", "X"}}
    assert restricted == RESTRICTED[source]
    for row, place in rows:
        for column, cell in row.items():
            pattern = r"\w+" if column in EXPRESSIONS else r"(?<=\$\{)\w+"
            for name in restricted & set(re.findall(pattern, cell)):
                assert place == groups[name] != (), f"{row['name']} {column} reads {name}"
    (settings,) = sheets(source)["settings"]
    assert not any(name in cell for name in restricted for cell in settings.values())
    for name in restricted:
        (gate,) = [row["relevant"] for row, _ in rows if row["name"] == groups[name][-1]]
        assert "${private_now} = 'yes'" in gate
        assert "${health} = 'yes'" in gate


@pytest.mark.parametrize("source", SOURCES)
def test_separate_consent_is_the_last_thing_before_the_first_restricted_field(source: str) -> None:
    order = [row["name"] for row in questions(source)]
    first = next(row["name"] for row in questions(source) if row["fk:tier"] == "R")
    assert order[order.index("health") + 1] == first
    health = next(row for row in questions(source) if row["name"] == "health")
    assert "default" not in health


# -- lists and numbers ----------------------------------------------------------------------------------------


def rows_of(name: str) -> list[Mapping[str, str]]:
    with (FORMS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_divisions_carry_twelve_digits_and_their_damm_state() -> None:
    rows = rows_of("divisions.csv")
    assert len(rows) == 12
    for row in rows:
        assert re.fullmatch(r"990101100\d{3}", row["name"])
        assert int(row["damm"]) == damm(row["name"])
        assert row["kind"] == ("community" if row["name"][9:] < "200" else "village")
        assert row["town"] == row["name"][:9]
        assert all(row[f"label::{language}"] for language in LANGUAGES)


def test_run_time_lists_are_shipped_with_their_columns() -> None:
    assert (FORMS / "households.csv").read_text(
        encoding="utf-8"
    ).strip() == "name,label,village,group_no,visits,declined_until"
    assert [row["name"] for row in rows_of("members.csv")] == ["other_adult"]
    assert {row["name"]: row["next"] for row in rows_of("numbers.csv")} == {"household": "1", "demo": "0"}


def test_damm_table_of_the_form_is_a_damm_table() -> None:
    tables = {
        found
        for row in sheets("household.xlsx")["survey"]
        for found in re.findall(r"\d{100}", row.get("calculation", ""))
    }
    (table,) = tables
    cells = [[int(table[10 * row + column]) for column in range(10)] for row in range(10)]
    assert table == "".join(DAMM)
    assert all(sorted(row) == list(range(10)) for row in cells)
    assert all(sorted(column) == list(range(10)) for column in zip(*cells, strict=True))
    assert all(cells[digit][digit] == 0 for digit in range(10))
    for state, a, b in itertools.product(range(10), repeat=3):
        assert a == b or cells[cells[state][a]][b] != cells[cells[state][b]][a]
    assert damm("572") == 4


@pytest.mark.parametrize("running", [1, 7, 42, 305, 9999])
def test_household_number_is_village_running_number_and_check_digit(running: int) -> None:
    form = entry("household.xlsx", numbers=[{"name": "household", "next": str(running)}])
    answer(form, village=VILLAGE, notice_read="read_aloud", basic="yes")
    number = form.value("/data/home/hh_id")
    assert number == f"{VILLAGE}{running:04d}{damm(f'{VILLAGE}{running:04d}')}"
    assert damm(number) == 0
    assert not form.is_relevant("/data/home/no_number")
    assert number in form.label("/data/hh_card")


@pytest.mark.parametrize("following", ["", "0", "10000"])
def test_without_a_number_left_no_household_number_is_made(following: str) -> None:
    form = entry("household.xlsx", numbers=[{"name": "household", "next": following}])
    answer(form, village=VILLAGE, notice_read="read_aloud", basic="yes")
    assert form.value("/data/home/hh_id") == ""
    assert form.is_relevant("/data/home/no_number")


def test_household_number_stays_when_the_form_is_opened_again() -> None:
    form = entry("household.xlsx")
    kept = form.answers()
    later = FormEntry(
        form.form,
        answers=kept,
        now=NOW,
        tz=CHINA,
        lists={**LISTS, "numbers": [{"name": "household", "next": "8"}]},
    )
    answer(later, village=VILLAGE, notice_read="read_aloud", basic="yes")
    assert later.value("/data/home/hh_id") == HOUSEHOLD


# -- the household form ---------------------------------------------------------------------------------------


def registered() -> FormEntry:
    form = entry("household.xlsx")
    return answer(
        form, village=VILLAGE, notice_read="read_aloud", basic="yes", given_by="self", contact="phone"
    )


def member(form: FormEntry, number: int, **answers: object) -> None:
    if number > 1:
        form.add_repeat("/data/home/members")
    for name, value in answers.items():
        form.set(f"/data/home/members[{number}]/{name}", value)


def warned(form: FormEntry) -> set[str]:
    return {problem.path for problem in form.problems() if problem.kind == "warning"}


def refused(form: FormEntry) -> set[str]:
    return {problem.path for problem in form.problems() if problem.kind == "constraint"}


def test_household_ends_at_once_when_declined() -> None:
    form = answer(entry("household.xlsx"), village=VILLAGE, notice_read="read_aloud", basic="no")
    assert asked(form) == {"village", "notice", "notice_read", "basic", "date"}
    assert form.value("/data/outcome") == "declined"
    assert form.problems() == []


def test_household_later_only_agrees_a_time() -> None:
    form = answer(entry("household.xlsx"), village=VILLAGE, notice_read="read_aloud", basic="later")
    assert asked(form) == {"village", "notice", "notice_read", "basic", "revisit_on", "date"}
    assert form.value("/data/outcome") == "postponed"
    assert form.value("/data/revisit_on") == "2026-03-23"
    assert form.problems() == []


def test_phone_needs_a_real_shape_and_demo_numbers_the_demo() -> None:
    form = registered()
    for good in ("13812345678", "0713-1234567", "07131234567"):
        assert problems(answer(form, phone=good), "phone") == []
    for bad in ("12812345678", "1381234567", "10000012345", "713-1234567"):
        assert problems(answer(form, phone=bad), "phone") == ["constraint"]
    demo = entry(
        "household.xlsx", numbers=[{"name": "household", "next": "1"}, {"name": "demo", "next": "1"}]
    )
    answer(demo, village=VILLAGE, notice_read="read_aloud", basic="yes", contact="sms", phone="10000012345")
    assert problems(demo, "phone") == []
    assert not answer(form, contact="visit").is_relevant("/data/home/phone")


def test_one_head_one_spouse() -> None:
    form = registered()
    member(form, 1, name="曾秀兰", sex="2", birth_year=1971, rel="0")
    member(form, 2, name="王建国", sex="1", birth_year=1969, rel="1")
    assert refused(form) == set()
    member(form, 3, name="王海", sex="1", birth_year=1999, rel="0")
    assert refused(form) == {"/data/home/members[1]/rel", "/data/home/members[3]/rel"}
    form.set("/data/home/members[3]/rel", "1")
    assert refused(form) == {"/data/home/members[2]/rel", "/data/home/members[3]/rel"}
    form.set("/data/home/members[3]/rel", Missing.PNS)
    assert refused(form) == set()


def test_unlikely_households_are_warned_about() -> None:
    form = registered()
    answer(form, declared_size=2)
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    assert warned(form) == {"/data/home/declared_size"}
    member(form, 2, name="李海", birth_year=1960, rel="2")
    assert warned(form) == {"/data/home/members[2]/rel"}
    form.set("/data/home/members[2]/rel", "5")
    assert warned(form) == set()
    form.set("/data/home/members[2]/birth_year", 1912)
    assert warned(form) == {"/data/home/members[2]/rel"}


def test_the_same_person_twice_is_warned_about() -> None:
    form = registered()
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    member(form, 2, name="李敏", birth_year=1972, rel="7")
    assert warned(form) == {"/data/home/members[1]/birth_year", "/data/home/members[2]/birth_year"}
    form.set("/data/home/members[2]/birth_year", 1974)
    assert warned(form) == set()
    others = entry(
        "household.xlsx",
        members=[{"name": "x", "label": "李敏", "hh": f"{VILLAGE}00018", "birth_year": "1971", "age": "55"}],
    )
    answer(others, village=VILLAGE, notice_read="read_aloud", basic="yes", given_by="self")
    member(others, 1, name="李敏", birth_year=1970, rel="0")
    assert warned(others) == {"/data/home/members[1]/birth_year"}


def test_age_is_counted_in_full_years_on_the_day_of_registration() -> None:
    form = registered()
    member(form, 1, name="李敏", birth_year=1971)
    assert form.value("/data/home/members[1]/age") == "55"
    member(form, 1, exact_date="yes", birth_date="1971-03-16")
    assert form.value("/data/home/members[1]/age") == "55"
    form.set("/data/home/members[1]/birth_date", "1971-03-17")
    assert form.value("/data/home/members[1]/age") == "54"
    form.set("/data/home/members[1]/birth_date", "1975-03-17")
    assert warned(form) == {"/data/home/members[1]/birth_date"}


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("曾秀兰", True),
        ("古丽·买买提", True),
        ("𠮷田", True),
        ("Anna Li", True),
        ("王", False),
        ("13812345678", False),
    ],
)
def test_names_are_chinese_latin_or_joined_by_a_dot(name: str, right: bool) -> None:
    form = registered()
    member(form, 1, name=name)
    assert ("/data/home/members[1]/name" not in refused(form)) == right


def test_where_somebody_went_is_asked_only_with_consent_to_contact() -> None:
    form = registered()
    member(form, 1, name="李敏", stay="out_ge6m")
    assert form.is_relevant("/data/home/members[1]/out_where")
    assert not answer(form, contact="none").is_relevant("/data/home/members[1]/out_where")


def test_support_is_asked_only_in_private_and_with_consent() -> None:
    form = registered()
    assert not form.is_relevant("/data/support/support_status")
    answer(form, private_now="yes", health="yes", support_status="dibao monitored")
    assert problems(form, "support_status") == []
    assert problems(answer(form, support_status="dibao none"), "support_status") == ["constraint"]
    assert not answer(form, private_now="no").is_relevant("/data/support/support_status")


# -- the visit ------------------------------------------------------------------------------------------------


def talking(**answers: object) -> FormEntry:
    form = answer(
        entry("visit.yaml"),
        hh_id=HOUSEHOLD,
        outcome="done",
        notice_read="read_aloud",
        basic="yes",
        given_by="self",
    )
    return answer(form, **answers)


def test_visit_knows_its_household() -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD)
    assert form.value("/data/village") == VILLAGE
    assert form.value("/data/visit_no") == "3"
    assert form.value("/data/header/date") == "2026-03-16"
    assert form.value("/data/header/arrive").startswith("08:05")
    unknown = f"{HOUSEHOLD[:-1]}{(int(HOUSEHOLD[-1]) + 1) % 10}"
    assert problems(answer(form, hh_id=unknown), "hh_id") == ["constraint"]


@pytest.mark.parametrize("outcome", ["moved", "notfound", "unsafe", "nobody", "postponed", "declined"])
def test_without_a_talk_the_form_ends_at_once(outcome: str) -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD, outcome=outcome)
    extra = {
        "nobody": {"revisit_on", "arrive", "companion"},
        "postponed": {"revisit_on", "arrive", "companion"},
        "declined": {"wants_no_more"},
    }.get(outcome, {"arrive", "companion"})
    assert asked(form) == {"hh_id", "outcome", "date"} | extra
    assert form.problems() == []


def test_declining_at_the_consent_question_ends_the_form() -> None:
    form = talking(known="vaccine", basic="no")
    assert asked(form) == {"hh_id", "outcome", "wants_no_more", "date"}
    assert form.value("/data/outcome") == "declined"
    assert form.problems() == []


def test_later_leaves_a_time_only() -> None:
    form = talking(basic="later")
    assert asked(form) == {"hh_id", "outcome", "revisit_on", "date", "arrive", "companion"}
    assert form.value("/data/outcome") == "postponed"
    assert form.value("/data/consent/basic") == ""
    answer(form, outcome="done")
    assert problems(form, "basic") == ["required"]


def test_leaving_half_way_keeps_what_was_said() -> None:
    form = talking(respondent="a", known="vaccine")
    answer(form, outcome="part")
    assert form.value("/data/consent/basic") == "yes"
    assert form.value("/data/services/known") == "vaccine"
    assert form.problems() == []


def test_revisit_lies_within_sixty_days() -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD, outcome="nobody")
    for day, kinds in (
        ("2026-03-17", []),
        ("2026-05-15", []),
        ("2026-03-16", ["constraint"]),
        ("2026-05-16", ["constraint"]),
    ):
        assert problems(answer(form, revisit_on=day), "revisit_on") == kinds, day


def test_respondents_are_of_the_household_and_of_age_or_have_a_guardian() -> None:
    form = talking()
    assert [choice.value for choice in form.choices("/data/respondent")] == ["a", "b", "c", "other_adult"]
    for respondent, kinds in (("a", []), ("other_adult", []), ("b", ["constraint"]), ("c", ["constraint"])):
        assert problems(answer(form, respondent=respondent), "respondent") == kinds
    answer(form, given_by="guardian", respondent="b")
    assert {"assent"} == asked(form) & {"assent", "capacity_flag"}
    assert problems(answer(form, assent="no"), "assent") == ["constraint"]
    answer(form, respondent="c")
    assert {"capacity_flag"} == asked(form) & {"assent", "capacity_flag"}
    assert problems(form, "capacity_flag") == ["required"]
    assert problems(answer(form, capacity_flag="no"), "capacity_flag") == ["constraint"]
    assert problems(answer(form, capacity_flag="yes"), "capacity_flag") == []


@pytest.mark.parametrize(
    ("private", "health", "shown"),
    [("yes", "yes", True), ("no", "yes", False), ("yes", "no", False), ("yes", "later", False)],
)
def test_restricted_page_needs_privacy_and_separate_consent(private: str, health: str, shown: bool) -> None:
    form = talking(respondent="a", health=health, private_now=private)
    assert form.is_relevant("/data/offer/offer_go_on") == shown
    assert form.is_relevant("/data/health_consent/health") == (private == "yes")
    assert not form.is_relevant("/data/offer/offer_topics")
    assert form.is_relevant("/data/close/leaflet")


def test_declined_topics_satisfy_and_lead_nowhere() -> None:
    form = talking(
        respondent="a", private_now="yes", health="yes", offer_go_on="yes", offer_topics="declined"
    )
    assert form.missing("/data/offer/offer_topics") is Missing.DECLINED
    assert not form.is_relevant("/data/offer/offer_how")
    answer(form, needs="pns")
    assert not form.is_relevant("/data/needs_block/need_top")
    assert form.problems() == []


def test_top_need_is_one_of_the_needs() -> None:
    form = talking(needs="vaccine job")
    assert [choice.value for choice in form.choices("/data/needs_block/need_top")] == [
        "vaccine",
        "job",
        "pns",
        "declined",
    ]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("电话13812345678", False), ("第一行\n138 1234 5678", False), ("990101198503120029", False),
        ("９９０１０１１９８５０３１２００２９", False), ("3月8日，2楼", True),
    ],
)  # fmt: skip
def test_long_numbers_in_free_text_are_warned_about(text: str, clean: bool) -> None:
    form = talking(staff_note=text, complaint=text)
    assert [problems(form, name) for name in ("staff_note", "complaint")] == [
        [] if clean else ["warning"]
    ] * 2


def test_leaving_is_after_arriving() -> None:
    form = talking(arrive="08:05", leave="08:30")
    assert problems(form, "leave") == []
    assert problems(answer(form, leave="08:05"), "leave") == ["constraint"]
    assert problems(answer(form, arrive=None), "leave") == []
