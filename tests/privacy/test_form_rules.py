"""Forms that break a rule for the people asked, and what the check says of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldkit.privacy.forms import advice, refusals
from fieldkit.xforms import Form, load_form
from tests.program import fieldkit

Rows = list[dict[str, Any]]

YES = [{"list_name": "yes_no", "name": name, "label": name} for name in ("yes", "no")]
WAYS_OUT = [
    {"list_name": "offer", "name": "talk", "label": "Talk"},
    {"list_name": "offer", "name": "declined", "label": "Declined", "missing": "declined"},
    {"list_name": "offer", "name": "pns", "label": "Prefer not to say", "missing": "pns"},
]
SETTINGS = {
    "form_id": "kind",
    "form_title": "Kind",
    "fk:purpose": "To arrange services.",
    "fk:who_sees": "The health worker.",
    "fk:retention": "R 3y after date",
    "fk:declined": "${basic} = 'no'",
    "fk:declined_keeps": "date",
}
KIND: Rows = [
    {"type": "date", "name": "date", "label": "Date", "fk:tier": "P", "fk:why": "to know when"},
    {"type": "select_one yes_no", "name": "basic", "label": "May we note it?", "fk:tier": "N", "fk:why": "consent", "fk:consent": "basic"},
    {"type": "select_one yes_no", "name": "health", "label": "May we ask about health?", "fk:tier": "N", "fk:why": "consent", "fk:consent": "health", "relevant": "${basic} = 'yes'"},
    {"type": "begin group", "name": "offer", "label": "An offer", "relevant": "${health} = 'yes'"},
    {"type": "select_multiple offer", "name": "topics", "label": "What would you like?", "fk:tier": "R", "fk:why": "to offer it"},
    {"type": "end group"},
]  # fmt: skip


def made(tmp_path: Path, survey: Rows, choices: Rows = (), **settings: str) -> Form:  # type: ignore[assignment]
    book = {
        "settings": [{**SETTINGS, **settings}],
        "survey": survey,
        "choices": [*YES, *WAYS_OUT, *choices],
    }
    path = tmp_path / "kind.yaml"
    path.write_text(json.dumps(book, ensure_ascii=False, indent=1), encoding="utf-8")
    return load_form(path)


def text(name: str, label: str, **more: str) -> dict[str, str]:
    return {"type": "text", "name": name, "label": label, "fk:tier": "N", "fk:why": "to know", **more}


def changed(name: str, **more: str) -> Rows:
    return [{**row, **more} if row.get("name") == name else row for row in KIND]


def without(*names: str) -> Rows:
    return [row for row in KIND if row.get("name") not in names]


def test_a_kind_form_is_refused_for_nothing_and_advised_nothing(tmp_path: Path) -> None:
    form = made(tmp_path, KIND)
    assert refusals(form) == []
    assert advice(form) == []


@pytest.mark.parametrize(
    ("name", "label", "what"),
    [
        ("a", "您家采取什么节育措施？", "contraceptive method"),
        ("a", "Which method of contraception is used?", "contraceptive method"),
        ("iud", "Device", "contraceptive method"),
        ("a", "查环日期", "IUD or pregnancy check"),
        ("a", "本季度查孕结果", "IUD or pregnancy check"),
        ("pregnant", "Status", "pregnancy of a person"),
        ("a", "Is she pregnant now?", "pregnancy of a person"),
        ("a", "家里有人怀孕吗？", "pregnancy of a person"),
        ("a", "第几孩次", "birth order"),
        ("a", "是否政策外生育", "birth order"),
        ("a", "生育意愿", "wish to have children"),
        ("a", "Do you want another child?", "wish to have children"),
        ("a", "流产史", "abortions"),
        ("abortion_history", "History", "abortions"),
        ("a", "结婚证号码", "marriage certificate"),
        ("a", "欠缴社会抚养费", "fees or fines"),
        ("a", "是否重点对象", "a mark on a person"),
        ("key_person", "Mark", "a mark on a person"),
        ("a", "落实率", "score, rank or rate"),
        ("compliance_score", "Points", "score, rank or rate"),
        ("a", "本村排名", "score, rank or rate"),
    ],
)
def test_a_forbidden_field_is_refused_where_it_stands(
    tmp_path: Path, name: str, label: str, what: str
) -> None:
    form = made(tmp_path, [*KIND, text(name, label)])
    (fault,) = refusals(form)
    assert what in fault.message
    assert (fault.sheet, fault.column) == ("survey", "name" if len(name) > 1 else "label")
    assert fault.row


def test_a_forbidden_choice_is_refused_too(tmp_path: Path) -> None:
    choices = [
        {"list_name": "what", "name": "a", "label": "查环"},
        {"list_name": "what", "name": "b", "label": "体检"},
    ]
    row = {"type": "select_one what", "name": "a", "label": "用过什么？", "fk:tier": "N", "fk:why": "to know"}
    (fault,) = refusals(made(tmp_path, [*KIND, row], choices))
    assert "IUD or pregnancy check" in fault.message


@pytest.mark.parametrize(
    "label", ["孕前优生检查", "产前检查", "避孕方法咨询", "Check-up before pregnancy", "健康积极分子"]
)
def test_offering_a_service_is_not_forbidden(tmp_path: Path, label: str) -> None:
    assert refusals(made(tmp_path, [*KIND, text("a", label)])) == []


@pytest.mark.parametrize(
    "row",
    [
        text("a", "More", relevant="selected(${topics}, 'talk')"),
        text("a", "More", constraint=". != ${topics}", constraint_message="no"),
        text("a", "More", required="${topics} = ''", required_message="no"),
        text("a", "More", read_only="${topics} = ''"),
        text("a", "You chose ${topics}"),
        text("a", "More", hint="You chose ${topics}"),
        text("a", "More", default="${topics}"),
        {**text("a", "More", calculation="'x'", trigger="${topics}")},
        {"type": "calculate", "name": "a", "calculation": "count-selected(${topics})", "fk:tier": "P"},
        {"type": "select_one yes_no", "name": "a", "label": "More", "fk:tier": "N", "fk:why": "w", "choice_filter": "selected(${topics}, name)"},
        {**text("a", "More"), "fk:warning": "${topics} = ''", "fk:warning_message": "no"},
    ],
    ids=["relevant", "constraint", "required", "read_only", "label", "hint", "default", "trigger", "calculate", "choice_filter", "warning"],
)  # fmt: skip
def test_a_restricted_answer_read_elsewhere_is_refused(tmp_path: Path, row: dict[str, str]) -> None:
    faults = refusals(made(tmp_path, [*KIND, row]))
    assert faults
    assert all("restricted topics" in fault.message for fault in faults)


def test_a_restricted_question_may_read_another_one(tmp_path: Path) -> None:
    inside = {
        "type": "calculate",
        "name": "chosen",
        "calculation": "count-selected(${topics})",
        "fk:tier": "R",
    }
    assert refusals(made(tmp_path, [*KIND[:-1], inside, KIND[-1]])) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"instance_name": "${topics}"},
        {"fk:declined": "${topics} = ''"},
        {"fk:slip_when": "${topics} != ''", "fk:slip": "see us"},
    ],
)
def test_no_setting_reads_a_restricted_answer(tmp_path: Path, settings: dict[str, str]) -> None:
    faults = refusals(made(tmp_path, KIND, **settings))
    assert any("restricted topics" in fault.message for fault in faults)


def test_no_list_of_entities_keeps_a_restricted_answer(tmp_path: Path) -> None:
    path = tmp_path / "kind.yaml"
    survey = changed("topics", save_to="topics")
    book = {
        "settings": [SETTINGS],
        "survey": survey,
        "choices": [*YES, *WAYS_OUT],
        "entities": [{"list_name": "people", "label": "${date}"}],
    }
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    assert any("list of entities" in fault.message for fault in refusals(load_form(path)))
    book["survey"] = KIND
    book["entities"] = [{"list_name": "people", "label": "${topics}"}]
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    assert any("restricted topics" in fault.message for fault in refusals(load_form(path)))


def test_the_list_of_a_family_is_read_in_it_alone(tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text("name,label\n", encoding="utf-8")
    survey = [{"type": "csv-external", "name": "participants"}, *KIND]
    (fault,) = refusals(made(tmp_path, survey))
    assert "family screening" in fault.message
    assert refusals(made(tmp_path, survey, **{"fk:family": "screening"})) == []


def test_a_restricted_question_needs_a_separate_consent(tmp_path: Path) -> None:
    for relevant in ("", "${basic} = 'yes'"):
        faults = refusals(made(tmp_path, changed("offer", relevant=relevant)))
        assert any("without a separate consent" in fault.message for fault in faults), relevant
    (fault,) = refusals(made(tmp_path, changed("offer", relevant="${health} != 'yes'")))
    assert "before anybody consented" in fault.message


def test_consent_stands_right_before_what_it_opens(tmp_path: Path) -> None:
    survey = [*KIND[:3], text("between", "Something else"), *KIND[3:]]
    (fault,) = refusals(made(tmp_path, survey))
    assert "right before the first restricted question" in fault.message
    assert fault.row


def test_consent_never_comes_filled_in(tmp_path: Path) -> None:
    (fault,) = refusals(made(tmp_path, changed("health", default="yes")))
    assert "may not come filled in" in fault.message


@pytest.mark.parametrize("value", ["spouse", "head"])
def test_nobody_consents_for_an_adult(tmp_path: Path, value: str) -> None:
    choices = [{"list_name": "who", "name": each, "label": each} for each in ("self", "guardian", value)]
    row = {
        "type": "select_one who",
        "name": "given_by",
        "label": "Who consents?",
        "fk:tier": "N",
        "fk:why": "w",
    }
    (fault,) = refusals(made(tmp_path, [*KIND, row], choices))
    assert f"{value} cannot consent for an adult" in fault.message


def test_the_number_of_a_card_is_looked_at_and_never_stored(tmp_path: Path) -> None:
    row = text("id_no", "Number on the card", **{"fk:check": "resident-id"})
    (fault,) = refusals(made(tmp_path, [*KIND, row]))
    assert "give the question tier X" in fault.message
    assert refusals(made(tmp_path, [*KIND, {**row, "fk:tier": "X"}])) == []


@pytest.mark.parametrize("retention", ["for ever", "R 3 years after date", "R 3y after nothing"])
def test_a_retention_must_be_readable(tmp_path: Path, retention: str) -> None:
    (fault,) = refusals(made(tmp_path, KIND, **{"fk:retention": retention}))
    assert (fault.sheet, fault.column) == ("settings", "fk:retention")


# -- advice ---------------------------------------------------------------------------------------------------


def advised(form: Form) -> list[str]:
    return [f"{problem.column}: {problem.message}" for problem in advice(form)]


def test_health_questions_are_to_offer_a_way_out(tmp_path: Path) -> None:
    choices = [{"list_name": "sick", "name": name, "label": name} for name in ("yes", "no")]
    row = {"type": "select_one sick", "name": "ill", "label": "Any illness?", "fk:tier": "N", "fk:why": "w"}
    (said,) = advised(made(tmp_path, [*KIND, row], choices))
    assert "offer declined and pns" in said
    choices += [{"list_name": "sick", "name": "pns", "label": "Rather not", "missing": "pns"}]
    (said,) = advised(made(tmp_path, [*KIND, row], choices))
    assert "offer declined among" in said
    restricted = [{**each, "list_name": "offer"} for each in WAYS_OUT[:2]]
    bare = {"settings": [SETTINGS], "survey": KIND, "choices": [*YES, *restricted]}
    (tmp_path / "bare.yaml").write_text(json.dumps(bare, indent=1), encoding="utf-8")
    assert any("offer pns" in said for said in advised(load_form(tmp_path / "bare.yaml")))


def test_a_form_says_what_it_is_for_how_long_and_who_sees_it(tmp_path: Path) -> None:
    for setting in ("fk:purpose", "fk:retention", "fk:who_sees", "fk:declined"):
        (said,) = advised(made(tmp_path, KIND, **{setting: ""}))
        assert said.startswith(setting)


@pytest.mark.parametrize("label", ["身份证号或电话", "Please note the phone", "Passport"])
def test_free_text_does_not_invite_numbers(tmp_path: Path, label: str) -> None:
    (said,) = advised(made(tmp_path, [*KIND, text("a", label)]))
    assert "invites numbers" in said
    assert advised(made(tmp_path, [*KIND, text("a", label, **{"fk:tier": "C"})])) == []


@pytest.mark.parametrize("label", ["备注（勿写电话和证件号）", "Note (no phone or ID numbers)"])
def test_saying_not_to_write_them_is_enough(tmp_path: Path, label: str) -> None:
    assert advised(made(tmp_path, [*KIND, text("a", label)])) == []


def test_tiers_reasons_and_coordinates_are_looked_at(tmp_path: Path) -> None:
    place = {"type": "geopoint", "name": "a", "label": "Where?", "fk:tier": "N", "fk:why": "w"}
    (said,) = advised(made(tmp_path, [*KIND, place]))
    assert "coordinates" in said
    bare = {"type": "text", "name": "a", "label": "Anything?"}
    assert [said.partition(":")[0] for said in advised(made(tmp_path, [*KIND, bare]))] == ["fk", "fk"]


# -- the command ----------------------------------------------------------------------------------------------


def test_forms_check_refuses_and_says_where(tmp_path: Path) -> None:
    made(tmp_path, [*KIND, text("a", "查环日期")])
    said = fieldkit("forms", "check", tmp_path / "kind.yaml", "--walks", 1, code=1).stderr
    assert "sheet survey, row" in said
    assert "IUD or pregnancy check" in said


def test_forms_check_warns_and_lets_it_pass(tmp_path: Path) -> None:
    made(tmp_path, KIND, **{"fk:purpose": ""})
    (result,) = json.loads(fieldkit("forms", "check", tmp_path / "kind.yaml", "--walks", 1, "--json").stdout)
    assert result["problems"] == []
    assert any("what its records are for" in warning["message"] for warning in result["warnings"])
