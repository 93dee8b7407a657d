"""What laboratories write, and how it is read: headers, words, numbers as spreadsheets spoil them."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.explain import SENTENCES
from fieldkit.fieldwork.lab_rows import lab_rows
from fieldkit.fieldwork.lab_words import ADEQUACY, HEADERS, HPV, PID, TCT, TYPES, WORDS, column_of, result_of

NUMBER = "26031610010"


def rows(*lines):
    return lab_rows(enumerate(lines, 1))


def one(header, *cells):
    [row] = rows(header, cells)
    return row


def faults(row):
    return [(fault.column, fault.code) for fault in row.faults]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("受检编号", PID), ("编号", PID), ("PID", PID), ("Participant No.", PID), ("  受 检 编 号 ", PID), ("Sample ID", PID),
        ("HPV", HPV), ("HPV结果", HPV), ("hpv 结果：", HPV), ("ＨＰＶ检测结果", HPV), ("HPV result", HPV),
        ("分型", TYPES), ("HPV分型", TYPES), ("HPV_types", TYPES), ("Genotype", TYPES),
        ("TCT", TCT), ("细胞学", TCT), ("液基细胞学结果", TCT), ("TBS（诊断）", TCT), ("Cytology", TCT),
        ("标本满意度", ADEQUACY), ("Adequacy", ADEQUACY),
        ("姓名", ""), ("备注", ""), ("remarks", ""), ("日期", ""), ("date", ""), ("序号", ""), ("", ""), ("身份证号", ""),
    ],
)  # fmt: skip
def test_columns_are_known_by_what_laboratories_call_them(header, name):
    assert column_of(header) == name


def test_no_header_means_two_columns():
    plain = [word for words in HEADERS.values() for word in words]
    assert [column_of(word) for word in plain] == [name for name, words in HEADERS.items() for _ in words]
    for name, table in WORDS.items():
        assert [result_of(name, word) for words in table.values() for word in words] == [
            stored for stored, words in table.items() for _ in words
        ]


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        (HPV, "阴性", "neg"), (HPV, "阴性(-)", "neg"), (HPV, "阳性（＋）", "pos"), (HPV, "阴性(+)", None), (HPV, "阳性(16)", None), (HPV, "（-）", "neg"), (HPV, "－", "neg"), (HPV, "-", "neg"),
        (HPV, "Negative", "neg"), (HPV, "NEG", "neg"), (HPV, "未检出", "neg"), (HPV, "阳性", "pos"), (HPV, "+", "pos"),
        (HPV, "＋", "pos"), (HPV, "pos.", "pos"), (HPV, "无效", "invalid"), (HPV, "检测失败", "invalid"), (HPV, "", ""),
        (HPV, "待检", "pending"), (HPV, "弱阳性", None), (HPV, "1", None), (HPV, "16", None),
        (TYPES, "16", "16"), (TYPES, "16,18", "16 18"), (TYPES, "18、16", "16 18"), (TYPES, "HPV16，HPV52", "16 52"),
        (TYPES, "16型/58型", "16 58"), (TYPES, "16(+)", "16"), (TYPES, "其他高危", "other_hr"), (TYPES, "其它高危型", "other_hr"),
        (TYPES, "16+其他高危", "16 other_hr"), (TYPES, "Other HR", "other_hr"), (TYPES, "１６", "16"), (TYPES, "-", ""),
        (TYPES, "无", ""), (TYPES, "6", None), (TYPES, "16,6", None), (TYPES, "161", None),
        (TCT, "NILM", "NILM"), (TCT, "未见上皮内病变或恶性病变（NILM）", "NILM"), (TCT, "NILM（LSIL）", None), (TCT, "未见上皮内病变", "NILM"), (TCT, "ASC-US", "ASCUS"),
        (TCT, "asc us", "ASCUS"), (TCT, "ASC—H", "ASCH"), (TCT, "低级别鳞状上皮内病变", "LSIL"), (TCT, "HSIL", "HSIL"),
        (TCT, "鳞状细胞癌", "SCC"), (TCT, "原位腺癌", "AIS"), (TCT, "腺癌", "ADENO"), (TCT, "炎症", None),
        (ADEQUACY, "满意", "sat"), (ADEQUACY, "不满意", "unsat"), (ADEQUACY, "Unsat", "unsat"), (ADEQUACY, "?", None),
    ],
)  # fmt: skip
def test_results_are_read_in_the_words_of_laboratories_and_never_guessed(name, text, stored):
    assert result_of(name, text) == stored


@pytest.mark.parametrize(
    "text", [NUMBER, "２６０３１６１００１０", f" {NUMBER} ", "2603161-001-0", f"{NUMBER}-C", f"{NUMBER}-c"]
)
def test_numbers_are_read_as_they_are_typed_scanned_or_labelled(text):
    row = one(["编号", "HPV"], text, "阴性")
    assert (row.pid, dict(row.results), row.faults) == (NUMBER, {HPV: "neg"}, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [("26031610011", "participant.check"), ("2603161001", "participant.length"), ("王某某", "participant.signs"), ("", "participant.length")],
)  # fmt: skip
def test_a_wrong_number_says_what_is_wrong_with_it(text, code):
    assert faults(one(["编号", "HPV"], text, "阴性")) == [("编号", code)]


def test_columns_that_are_not_read_leave_nothing():
    row = one(
        ["序号", "姓名", "编号", "HPV结果", "分型", "备注"], "1", "王秀兰", NUMBER, "阳性", "16", "复查"
    )
    assert dict(row.results) == {HPV: "pos", TYPES: "16"}
    assert "王秀兰" not in repr(row)
    assert "复查" not in repr(row)


def test_titles_stand_above_the_header_and_empty_rows_are_none():
    found = rows(["清溪镇卫生院检验科"], [], ["编号", "HPV"], ["", ""], [NUMBER, "阴性"], ["", None or ""])
    assert [(row.line, row.pid) for row in found] == [(5, NUMBER)]


def test_of_several_numbers_the_participants_own_is_read():
    assert one(["样本号", "受检编号", "HPV"], "L-778", NUMBER, "阴性").pid == NUMBER


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([["姓名", "HPV"], ["x", "阴性"]], "lab.no-header"),
        ([], "lab.no-header"),
        ([["编号", "姓名"], [NUMBER, "x"]], "lab.no-results"),
        ([["编号", "HPV", "HPV结果"], [NUMBER, "阴性", "阳性"]], "lab.twice"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused_whole(lines, code):
    with pytest.raises(FieldkitError) as refused:
        rows(*lines)
    assert refused.value.code == code


def test_a_cytology_result_says_that_the_specimen_could_be_read():
    header = ["编号", "TCT", "标本满意度"]
    assert dict(one(header, NUMBER, "NILM", "").results) == {TCT: "NILM", ADEQUACY: "sat"}
    assert dict(one(header, NUMBER, "标本不满意", "").results) == {ADEQUACY: "unsat"}
    assert dict(one(header, NUMBER, "", "不满意").results) == {ADEQUACY: "unsat"}
    assert dict(one(header, NUMBER, "待出结果", "").results) == {}


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("阳性", "", "", ""), [("分型", "lab.cell-no-type")]),
        (("阴性", "16", "", ""), [("分型", "lab.cell-type-without-positive")]),
        (("", "", "LSIL", "不满意"), [("TCT", "lab.cell-read-though-unsat")]),
        (("弱阳", "六型", "炎症", "?"), [
            ("HPV", "lab.cell-hpv"), ("分型", "lab.cell-hpv-types"), ("满意度", "lab.cell-tct-adequacy"), ("TCT", "lab.cell-tct"),
        ]),
    ],
)  # fmt: skip
def test_every_unreadable_cell_is_named(cells, wanted):
    row = one(["编号", "HPV", "分型", "TCT", "满意度"], NUMBER, *cells)
    assert faults(row) == wanted
    assert all(code in SENTENCES for _column, code in faults(row))
