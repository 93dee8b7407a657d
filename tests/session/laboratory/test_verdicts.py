"""A laboratory's file against what is recorded: a verdict for each row, and what goes back to the laboratory."""

from __future__ import annotations

import csv
import io

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.lab_verdicts import Verdict
from fieldkit.session.lab_words import more_of
from tests.lab_day import record, registration
from tests.session.laboratory.women import (
    FIRST,
    FOURTH,
    LAST,
    NO_CERVIX,
    NO_HPV,
    NO_SAMPLE,
    NOT_CAME,
    SECOND,
    THIRD,
    UNKNOWN,
    WOMEN,
    cervix,
    result,
    verdicts,
)

# -- verdicts -------------------------------------------------------------------------------------------------


def test_every_row_has_its_verdict(session, laboratory, numbers, sent):
    wrong = numbers[FIRST][:-1] + str((int(numbers[FIRST][-1]) + 1) % 10)
    preview = laboratory.preview(
        sent(
            [numbers[FIRST], "阴性", "", ""],
            [UNKNOWN, "阴性", "", ""],
            [wrong, "阴性", "", ""],
            [numbers[SECOND], "阳性", "16", ""],
            [numbers[SECOND], "阳性", "16", ""],
            [numbers[THIRD], "阳性", "16", ""],
            [numbers[THIRD], "阴性", "", ""],
            [numbers[NO_HPV], "阴性", "", ""],
            [numbers[NO_CERVIX], "", "", "NILM"],
            [numbers[NO_SAMPLE], "阴性", "", ""],
            [numbers[NOT_CAME], "阴性", "", ""],
            [numbers[FOURTH], "弱阳性", "", ""],
            [numbers[LAST], "待检", "", ""],
        )
    )
    assert verdicts(preview) == [
        Verdict.NEW, Verdict.UNKNOWN, Verdict.NUMBER, Verdict.NEW, Verdict.TWICE, Verdict.CONTRADICTS,
        Verdict.CONTRADICTS, Verdict.NO_CONSENT, Verdict.NO_CONSENT, Verdict.NO_SAMPLE, Verdict.NO_SAMPLE,
        Verdict.UNREADABLE, Verdict.NO_RESULT,
    ]  # fmt: skip
    assert [row.lines for row in preview.of(Verdict.TWICE, Verdict.CONTRADICTS)] == [(5,), (8,), (7,)]
    said = more_of(preview.of(Verdict.UNREADABLE)[0], laboratory.words())
    assert preview.of(Verdict.UNREADABLE)[0].row.line == 13
    assert all(word in said for word in ("HPV结果", "弱阳性", "neg, pos, invalid"))
    taken = laboratory.take(preview)
    assert (taken.new, taken.changed) == (2, 0), "good rows are taken although others are faulty"
    assert result(session, numbers[FIRST])["hpv"] == "neg"
    assert result(session, numbers[THIRD])["hpv"] == "pending"
    assert result(session, numbers[FOURTH])["hpv"] == "pending"


def test_cytology_alone_needs_no_consent_to_hpv(session, laboratory, numbers, sent):
    preview = laboratory.preview(sent([numbers[NO_HPV], "", "", "NILM"]))
    assert verdicts(preview) == [Verdict.NEW]
    laboratory.take(preview)
    assert result(session, numbers[NO_HPV]) == {
        "hpv": "", "hpv_types": "", "tct_adequacy": "sat", "tct": "NILM", "triage": "routine_3y", "triage_final": "routine_3y",
    }  # fmt: skip


def test_nothing_is_written_by_looking(session, laboratory, numbers, sent):
    before = session.exchange.state()
    laboratory.preview(sent([numbers[FIRST], "阴性", "", ""]))
    assert session.exchange.state() == before
    assert session.unfinished() == []


def test_a_number_that_two_women_have_is_nobodys(session, laboratory, numbers, sent):
    twin = registration(WOMEN[FIRST]) | {"running": int(numbers[FIRST][7:10])}
    record(session, "scr_participant", twin)
    assert verdicts(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""]))) == [Verdict.SHARED]


def test_a_record_that_is_being_corrected_is_left_alone(session, laboratory, numbers, sent):
    session.interviews.amend(cervix(session, numbers[FIRST]).id)
    preview = laboratory.preview(sent([numbers[FIRST], "阴性", "", ""]))
    assert verdicts(preview) == [Verdict.OPEN]
    assert laboratory.take(preview).new == 0


def test_whoever_took_her_consent_back_is_unknown(session, laboratory, numbers, sent):
    [own] = [
        each for each in session.exchange.records("scr_participant") if each.text("pid") == numbers[FIRST]
    ]
    session.withdraw(own.id, scope="basic", reason="she asked")
    assert verdicts(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""]))) == [Verdict.UNKNOWN]


# -- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_spreadsheets_write(laboratory, numbers, sent, encoding):
    preview = laboratory.preview(sent([numbers[FIRST], "阴性", "", ""], encoding=encoding))
    assert verdicts(preview) == [Verdict.NEW]


def test_a_workbook_spoils_nothing(session, laboratory, numbers, sent):
    preview = laboratory.preview(
        sent(
            [float(numbers[FIRST]), "阳性", 16.0, None],
            [int(numbers[SECOND]), "阳性", "16,18", None],
            ["'" + numbers[THIRD], "阳性", "其他高危", "NILM"],
            ["".join(chr(ord(digit) + 0xFEE0) for digit in numbers[FOURTH]), "－", None, None],
            [None, None, None, None],
            name="结果.xlsx",
        )
    )
    assert verdicts(preview) == [Verdict.NEW] * 4
    laboratory.take(preview)
    assert result(session, numbers[FIRST])["hpv_types"] == "16"
    assert result(session, numbers[SECOND])["hpv_types"] == "16 18"
    assert result(session, numbers[THIRD])["triage"] == "repeat_12m"
    assert result(session, numbers[FOURTH])["hpv"] == "neg"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.doc", b"x", "lab.unknown-format"), ("a.xlsx", b"no book", "lab.unreadable"), ("a.csv", b"", "lab.no-header"),
        ("a.csv", b"\x00\x00", "lab.unreadable"), ("gone.csv", None, "medium.gone"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_results_is_refused_in_words(laboratory, tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FieldkitError) as refused:
        laboratory.preview(path)
    assert refused.value.code == code


# -- back to the laboratory -------------------------------------------------------------------------------------


def test_the_faults_go_back_without_a_word_of_what_is_recorded(session, laboratory, numbers, sent):
    laboratory.take(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""])))
    preview = laboratory.preview(
        sent(
            [numbers[FIRST], "阳性", "16", ""], [numbers[NO_HPV], "阳性", "16", ""], [numbers[NO_SAMPLE], "阳性", "16", ""],
            [UNKNOWN, "阳性", "16", ""], [numbers[FOURTH], "弱阳性", "", ""],
        )
    )  # fmt: skip
    text = preview.faults_csv()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[:2] for row in rows[1:]] == [
        ["3", numbers[NO_HPV]], ["4", numbers[NO_SAMPLE]], ["5", UNKNOWN], ["6", numbers[FOURTH]],
    ]  # fmt: skip
    assert rows[1][2] == rows[2][2] == rows[3][2], "it does not say who consented to what, or who came"
    assert "弱阳性" in rows[4][2]
    assert numbers[FIRST] not in text, "a change is no fault"
