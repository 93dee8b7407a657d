"""The laboratory's file of the walkthrough P2: 162 rows, and what comes of them (domain §6)."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from fieldkit.fieldwork.lab_verdicts import Verdict
from fieldkit.fieldwork.triage import Step
from fieldkit.i18n import set_language
from fieldkit.session.letters import letters_page
from fieldkit.session.result_words import due_words, summary_lines, why
from fieldkit.session.session import Session
from tests.lab_day import RESULTS_DAY, Woman, day_of, record

WAYS = ("collect_self", "sealed_via_doctor", "sms_neutral", "call", "none")
RESULTS = (
    [("阳性", "16"), ("阳性", "18"), ("阳性", "16,52")] + [("阳性", "其他高危")] * 8 + [("阳性", "52"), ("阳性", "33、58"), ("阳性", "68")]
    + [("无效", "")] * 2 + [("阴性", "")] * 146
)  # fmt: skip
"""What the laboratory says of the 162 tubes, in the order of the numbers."""
IMAGES = ["0", "3"] * 6 + ["4A"] + ["1", "2"] * 79
"""The worse side of the 171 breast examinations; the last nine are of women without a cervical sample."""
HEALTH = re.compile(
    "HPV|宫颈|乳|癌|瘤|妇|阴道|病|检|筛|结果|阳性|阴性|异常|感染|报告|复查|化验|医生|细胞", re.IGNORECASE
)
"""Words that would tell whoever reads over a shoulder what it is about."""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    women = [
        Woman(
            way=WAYS[place % 5], phone="13812340000" if WAYS[place % 5] == "sms_neutral" and place % 10 == 2 else "",
            kind="clinician" if place < 162 else None, bus=IMAGES[place],
        )
        for place in range(171)
    ]  # fmt: skip
    return day_of(tmp_path_factory.mktemp("p2") / "w", women)


@pytest.fixture
def numbers(built):
    return built[1]


@pytest.fixture
def session(built, tmp_path):
    with Session.open(Path(shutil.copytree(built[0], tmp_path / "w")), now=lambda: RESULTS_DAY) as opened:
        yield opened


def written(numbers, folder, kind):
    """The file as the laboratory sends it: `xlsx` with numbers as numbers, `csv` in the encoding of its spreadsheet."""
    rows = [["编号", "姓名", "HPV结果", "分型", "备注"]]
    rows += [[pid, "（略）", *result, ""] for pid, result in zip(numbers, RESULTS, strict=False)]
    path = folder / f"清溪3月.{kind}"
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_bytes(text.getvalue().encode("gb18030"))
        return path
    book = openpyxl.Workbook()
    for pid, *more in rows:
        book.active.append([int(pid) if pid.isdigit() else pid, *more])
    book.save(path)
    return path


def steps(triage):
    return Counter(line.step for line in triage.lines)


def test_162_rows_become_the_triage_list(session, numbers, tmp_path):
    laboratory = session.results.laboratory
    file = written(numbers, tmp_path, "xlsx")
    preview = laboratory.preview(file)
    as_text = laboratory.preview(written(numbers, tmp_path, "csv"))
    assert [(each.row, each.verdict) for each in as_text.rows] == [
        (each.row, each.verdict) for each in preview.rows
    ]
    assert len(preview.rows) == len(preview.of(Verdict.NEW)) == 162
    taken = laboratory.take(preview)
    assert (taken.new, taken.changed, taken.unconfirmed) == (162, 0, 16)
    assert len(laboratory.preview(file).of(Verdict.SAME)) == 162
    hpv = Counter(each.text("hpv") for each in session.exchange.records("scr_cervix"))
    assert hpv == {"pos": 14, "invalid": 2, "neg": 146}

    triage = session.results.triage()
    assert steps(triage) == {
        Step.COLPOSCOPY: 3, Step.CYTOLOGY: 11, Step.SAMPLE: 2, Step.MAMMOGRAPHY: 12, Step.SPECIALIST: 1,
    }  # fmt: skip
    assert (triage.managed, triage.unreached, triage.not_here, triage.shared) == (0, 0, 0, ())
    of = {step: [line.pid for line in triage.lines if line.step is step] for step in steps(triage)}
    assert of[Step.COLPOSCOPY] == sorted(numbers[:3])
    assert of[Step.SAMPLE] == sorted(numbers[14:16])
    assert of[Step.SPECIALIST] == [numbers[12]]
    days = {line.step: line.due for line in triage.lines}
    assert days == {
        Step.SPECIALIST: date(2026, 3, 26), Step.COLPOSCOPY: date(2026, 5, 25), Step.CYTOLOGY: None, Step.SAMPLE: None,
        Step.MAMMOGRAPHY: None,
    }, "14 days after the ultrasound, 60 after the laboratory; other days are agreed"  # fmt: skip
    order = [(line.due or date.max, line.pid) for line in triage.lines]
    assert order == sorted(order)
    set_language("en")
    assert {why(line) for line in triage.lines if line.step is Step.COLPOSCOPY} == {
        "HPV type 16 was found.", "HPV type 18 was found.",
    }  # fmt: skip
    assert {due_words(line) for line in triage.lines if line.step is Step.SAMPLE} == {"to be agreed"}
    assert "colposcopy: 3; cytology: 11; repeat the sample: 2; mammography: 12" in summary_lines(triage)[0]

    tell_and_follow(session, numbers)


def tell_and_follow(session, numbers):
    """What follows is seen on one laptop that has taken the file."""
    results = session.results
    due = {line.pid: line.due for line in results.triage().lines if line.step is Step.COLPOSCOPY}
    before = results.telling()
    silent = {pid for place, pid in enumerate(numbers[:171]) if WAYS[place % 5] == "none"}
    assert set(before.not_wanted) == silent
    assert set(before.unconfirmed) == {numbers[pid] for pid in (0, 1, 2, 15)}
    for line in results.triage().lines:
        if not line.confirmed and line.suggested:
            assert results.confirm(line)
            assert not results.confirm(line), "once is enough"
    assert {line.pid: line.due for line in results.triage().lines if line.step is Step.COLPOSCOPY} == due
    telling = results.telling()
    assert telling.unconfirmed == ()
    everybody = [
        *(letter.pid for letter in telling.letters), *(message.pid for message in telling.messages),
        *telling.otherwise, *telling.not_wanted,
    ]  # fmt: skip
    assert sorted(everybody) == sorted(numbers[:171]), "each in one way, and nobody left out"

    check_letters(telling, numbers)
    for message in telling.messages:
        assert len(message.text) <= 70
        assert not HEALTH.search(message.text)
    listed = list(csv.reader(io.StringIO(telling.messages_csv().removeprefix("\ufeff"))))
    assert listed
    assert {row[0] for row in listed} == {"13812340000"}
    assert not any(pid in telling.messages_csv() for pid in numbers)
    assert telling.without_phone

    # Her follow-up begins with what is known, and her answer counts
    line = next(each for each in results.triage().lines if each.step is Step.COLPOSCOPY)
    interview = results.follow(line)
    value = {
        name: interview.entry.value(interview.form.find(name).path)
        for name in ("pid", "reason", "due", "event")
    }
    assert value == {"pid": line.pid, "reason": "colpo", "due": "2026-05-25", "event": "2603122051"}
    assert results.follow(line).id == interview.id, "it is not begun twice"
    session.interviews.discard(interview.id)
    settle = {
        numbers[0]: {"reason": "colpo", "final": "declined"},
        numbers[3]: {"reason": "repeat", "final": "moved"},
        numbers[4]: {"reason": "repeat", "attempt": [{"att_date": "2026-03-26", "channel": "phone", "att_result": "asked_stop"}]},
        numbers[12]: {"reason": "histology", "final": "completed_elsewhere"},
    }  # fmt: skip
    for pid, answers in settle.items():
        record(session, "scr_follow", {"pid": pid, **answers})
    triage = results.triage()
    assert steps(triage) == {
        Step.COLPOSCOPY: 2, Step.CYTOLOGY: 9, Step.SAMPLE: 2, Step.MAMMOGRAPHY: 10,
    }, "whoever declined colposcopy keeps her mammogram; who moved or asked to stop is left alone altogether"  # fmt: skip
    assert triage.managed == 6
    gone = {(line.pid, line.form) for line in triage.found if not line.is_open}
    assert gone == {
        (numbers[0], "scr_cervix"), (numbers[12], "scr_breast"),
        *((numbers[place], form) for place in (3, 4) for form in ("scr_cervix", "scr_breast")),
    }  # fmt: skip
    told = {letter.pid: letter for letter in results.telling().letters}
    assert [part.form for part in told[numbers[0]].parts] == ["scr_breast"]
    assert numbers[3] not in told
    assert session.due() == [], "nothing of it is on the list of visits"


def check_letters(telling, numbers):
    page = letters_page(telling.letters)
    pages = re.findall(
        r'<div class="letter"><div class="outside">(.*?)</div><div class="inside">(.*?)</div></div>', page
    )
    assert len(pages) == len(telling.letters) > 50
    for (outside, inside), letter in zip(pages, telling.letters, strict=True):
        assert letter.pid in outside
        assert "1975" in outside
        assert "本人亲启" in outside
        assert "To be opened by the addressee only" in outside
        assert not HEALTH.search(outside)
        assert not re.search("result|screen|test|clinic|hospital|cervix|breast", outside, re.IGNORECASE)
        assert "王某某" not in outside + inside
    assert not HEALTH.search(re.search("<title>(.*?)</title>", page).group(1))
    said = {letter.pid: inside for (_outside, inside), letter in zip(pages, telling.letters, strict=True)}
    positive = [inside for pid, inside in said.items() if pid in numbers[:14]]
    assert positive
    for inside in positive:
        assert "不等于得了癌症" in inside
        assert "不关品行" in inside
        assert "It is not cancer" in inside
        assert "阳性" not in inside
    assert "2026-05-25" in said[numbers[0]]
    assert "HPV" not in said[numbers[20]]
