"""The protocol of cervical and breast screening (F4) as tables: what each result leads to."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry
from tests.forms.screened import PID, begun, value
from tests.forms.shipped import answer

# -- cervix: HPV types, cytology, what is seen ----------------------------------------------------------------

OTHER_TYPES = (
    "31", "33", "35", "39", "45", "51", "52", "56", "58", "59", "66", "68", "other_hr",
)  # fmt: skip
HIGH = ("ASCH", "HSIL", "SCC", "AGC", "AIS", "ADENO")
LOW = ("ASCUS", "LSIL")
CYTOLOGY = ("", "pending", "NILM", *LOW, *HIGH, "OTHER")


def with_cytology(form: FormEntry, tct: str) -> FormEntry:
    return answer(form, tct_adequacy="sat" if tct else "", tct=tct)


@pytest.mark.parametrize("visual", ["normal", "inflammation", "polyp", "suspicious", "other", "not_done"])
@pytest.mark.parametrize("types", ["16", "18", "16 18", "16 52"])
def test_hpv_16_and_18_go_to_colposcopy_whatever_else_is_known(types: str, visual: str) -> None:
    form = begun("scr_cervix.yaml", pid=PID, visual=visual, hpv="pos", hpv_types=types)
    for tct in CYTOLOGY:
        assert value(with_cytology(form, tct), "triage") == "colposcopy", tct


@pytest.mark.parametrize("types", OTHER_TYPES)
def test_another_high_risk_type_goes_by_cytology(types: str) -> None:
    form = begun("scr_cervix.yaml", pid=PID, visual="normal", hpv="pos", hpv_types=types)
    wanted = {"": "", "pending": "", "NILM": "repeat_12m", "OTHER": ""}
    wanted |= dict.fromkeys((*LOW, *HIGH), "colposcopy")
    assert {tct: value(with_cytology(form, tct), "triage") for tct in CYTOLOGY} == wanted
    assert value(answer(form, visual="suspicious", tct_adequacy="sat", tct="NILM"), "triage") == "colposcopy"


@pytest.mark.parametrize(
    ("hpv", "tct", "wanted"),
    [
        ("neg", "", "routine_5y"),
        ("neg", "NILM", "routine_5y"),
        ("neg", "pending", ""),
        ("neg", "ASCUS", ""),
        ("neg", "LSIL", ""),
        ("neg", "OTHER", ""),
        ("pending", "", ""),
        ("pending", "NILM", ""),
        ("pending", "LSIL", ""),
        ("not_done", "", ""),
        ("not_done", "pending", ""),
        ("not_done", "NILM", "routine_3y"),
        ("not_done", "ASCUS", ""),
        ("not_done", "OTHER", ""),
        ("", "NILM", ""),
        ("invalid", "", "repeat_sample"),
        ("invalid", "NILM", "repeat_sample"),
        ("invalid", "LSIL", "repeat_sample"),
    ],
)
def test_without_a_positive_test(hpv: str, tct: str, wanted: str) -> None:
    form = with_cytology(begun("scr_cervix.yaml", pid=PID, hpv=hpv), tct)
    assert value(form, "triage") == wanted
    assert value(form, "triage_final") == wanted


@pytest.mark.parametrize("hpv", ["", "pending", "neg", "pos", "invalid", "not_done"])
@pytest.mark.parametrize("tct", HIGH)
def test_high_grade_or_glandular_cytology_goes_to_colposcopy(hpv: str, tct: str) -> None:
    form = begun("scr_cervix.yaml", pid=PID, hpv=hpv, tct_adequacy="sat", tct=tct)
    assert value(form, "triage") == "colposcopy"


@pytest.mark.parametrize(
    ("name", "seen", "wanted"),
    [
        ("visual", "normal", "routine_5y"),
        ("visual", "inflammation", "routine_5y"),
        ("visual", "polyp", "routine_5y"),
        ("visual", "other", "routine_5y"),
        ("visual", "not_done", "routine_5y"),
        ("visual", "suspicious", "colposcopy"),
        ("via", "neg", "routine_5y"),
        ("via", "not_assessable", "routine_5y"),
        ("via", "not_done", "routine_5y"),
        ("via", "pos", "colposcopy"),
        ("via", "suspect_ca", "colposcopy"),
        ("visual", "pns", "routine_5y"),
        ("visual", "declined", "routine_5y"),
        ("via", "pns", "routine_5y"),
        ("via", "declined", "routine_5y"),
    ],
)
def test_what_is_seen_with_a_negative_test(name: str, seen: str, wanted: str) -> None:
    assert value(begun("scr_cervix.yaml", pid=PID, hpv="neg", **{name: seen}), "triage") == wanted


@pytest.mark.parametrize(
    ("hpv", "types", "wanted"),
    [("neg", "", "repeat_sample"), ("not_done", "", "repeat_sample"), ("pending", "", "repeat_sample"),
     ("pos", "52", "repeat_sample"), ("pos", "16", "colposcopy")],
)  # fmt: skip
def test_an_inadequate_specimen_is_taken_again(hpv: str, types: str, wanted: str) -> None:
    form = begun("scr_cervix.yaml", pid=PID, hpv=hpv, hpv_types=types, tct_adequacy="unsat")
    assert value(form, "triage") == wanted


def test_the_162_results_of_a_day() -> None:
    """3 with 16 or 18, 11 with other types, 2 invalid, the others negative: before any cytology is read."""
    results = [*["16", "18", "16 58"], *["52"] * 11, *["invalid"] * 2, *["neg"] * 146]
    found = []
    for result in results:
        kind = result if result in {"invalid", "neg"} else "pos"
        types = "" if kind == result else result
        found.append(value(begun("scr_cervix.yaml", pid=PID, hpv=kind, hpv_types=types), "triage"))
    assert len(found) == 162
    assert {step: found.count(step) for step in set(found)} == {
        "colposcopy": 3,
        "": 11,
        "repeat_sample": 2,
        "routine_5y": 146,
    }


# -- breast: BI-RADS ------------------------------------------------------------------------------------------

ORDER = ("1", "2", "3", "0", "4A", "4B", "4C", "5", "6")
SUSPICIOUS = ("4A", "4B", "4C", "5")


@pytest.mark.parametrize("left", ORDER)
def test_the_worse_side_counts(left: str) -> None:
    form = begun("scr_breast.yaml", pid=PID, bus_l=left)
    for right in ORDER:
        worse = max(left, right, key=ORDER.index)
        assert value(answer(form, bus_r=right), "bus_max") == worse, right
    for right in ("not_done", "pns", "declined", ""):
        assert value(answer(form, bus_r=right), "bus_max") == left, right


@pytest.mark.parametrize(
    ("bus", "wanted"),
    [("1", "routine_3y"), ("2", "routine_3y"), ("0", "mmg"), ("3", "mmg"),
     *[(each, "specialist") for each in SUSPICIOUS], ("6", "care")],
)  # fmt: skip
def test_what_ultrasound_asks_for(bus: str, wanted: str) -> None:
    for left, right in ((bus, "1"), ("1", bus)):
        form = begun("scr_breast.yaml", pid=PID, cbe="normal", bus_l=left, bus_r=right)
        assert value(form, "br_action") == wanted
        assert value(form, "br_final") == wanted


@pytest.mark.parametrize(
    ("mmg", "wanted"),
    [("1", "routine_3y"), ("2", "routine_3y"), ("0", "senior_review"), ("3", "senior_review"),
     *[(each, "histology") for each in SUSPICIOUS], ("6", "care"), ("not_done", "mmg")],
)  # fmt: skip
@pytest.mark.parametrize("bus", ["0", "3"])
def test_what_a_mammogram_asks_for_after_0_or_3(bus: str, mmg: str, wanted: str) -> None:
    form = begun("scr_breast.yaml", pid=PID, cbe="normal", bus_l=bus, bus_r="1", mmg_l=mmg)
    assert value(form, "br_action") == wanted


@pytest.mark.parametrize("mmg", [*ORDER[:-1], "not_done"])
@pytest.mark.parametrize("bus", SUSPICIOUS)
def test_a_suspicious_ultrasound_needs_tissue_whatever_the_mammogram_says(bus: str, mmg: str) -> None:
    form = begun("scr_breast.yaml", pid=PID, bus_l=bus, bus_r="1", mmg_l=mmg)
    assert value(form, "br_action") == "specialist"
