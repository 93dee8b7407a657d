"""What a laboratory's file writes is whole, told and repeatable; who confirms the next step, and who is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.fieldwork.lab_verdicts import Verdict
from fieldkit.fieldwork.triage import Step
from fieldkit.i18n import set_language
from fieldkit.session.lab_words import more_of
from fieldkit.session.laboratory import confirmed_after
from fieldkit.session.session import Session
from tests.lab_day import RESULTS_DAY
from tests.session.laboratory.women import (
    FIRST,
    FOURTH,
    LAST,
    SECOND,
    SEEN,
    THIRD,
    cervix,
    result,
    verdicts,
)

ROOT = Path(__file__).parents[3]


# -- writing --------------------------------------------------------------------------------------------------


def test_records_are_read_once_and_each_row_is_corrected_once(
    session, laboratory, numbers, sent, monkeypatch
):
    """A laptop knows thousands of registrations: looking again, and taking, read none of them anew."""
    file = sent([numbers[FIRST], "阴性", "", ""], [numbers[SECOND], "阴性", "", ""])
    assert verdicts(laboratory.preview(file)) == [Verdict.NEW, Verdict.NEW]
    opened = []
    continued = session.interviews.continued
    monkeypatch.setattr(
        type(session.exchange), "records", lambda *_: pytest.fail("all of them are read again")
    )
    monkeypatch.setattr(
        session.interviews, "continued", lambda *said: opened.append(said) or continued(*said)
    )
    preview = laboratory.preview(file)
    assert len(opened) == 2
    assert laboratory.take(preview).new == 2
    assert len(opened) == 4
    assert verdicts(laboratory.preview(file)) == [Verdict.SAME, Verdict.SAME]


def test_the_history_tells_who_when_and_from_which_file(session, laboratory, numbers, sent):
    preview = laboratory.preview(sent([numbers[FIRST], "阳性", "16", ""]))
    laboratory.take(preview)
    examination = cervix(session, numbers[FIRST])
    _first, second = session.exchange.revisions(examination.id)
    assert second.envelope.wall == RESULTS_DAY.isoformat()
    assert preview.file.name in second.body.note["reason"]
    assert preview.file.sha256 in second.body.note["reason"]
    told = session.histories.steps(examination.id)[-1]
    [types] = [change for change in told.differences if change.key == "lab/hpv_types"]
    assert (types.restricted, types.new) == (True, ""), "of restricted answers only that they changed"
    assert {"lab/hpv", "lab/hpv_types", "next_step/triage"} <= set(second.body.changed)


def test_repeating_the_import_is_harmless(session, laboratory, numbers, sent):
    path = sent([numbers[FIRST], "阳性", "16", ""], [numbers[SECOND], "阴性", "", ""])
    laboratory.take(laboratory.preview(path))
    before = session.exchange.state()
    again = laboratory.preview(path)
    assert verdicts(again) == [Verdict.SAME, Verdict.SAME]
    taken = laboratory.take(again)
    assert (taken.new, taken.changed) == (0, 0)
    assert session.exchange.state() == before


def test_a_change_shows_old_and_new_and_needs_its_own_yes(session, laboratory, numbers, sent):
    laboratory.take(
        laboratory.preview(sent([numbers[FIRST], "阴性", "", ""], [numbers[SECOND], "阴性", "", ""]))
    )
    preview = laboratory.preview(sent([numbers[FIRST], "阳性", "18", ""], [numbers[SECOND], "无效", "", ""]))
    assert verdicts(preview) == [Verdict.CHANGES, Verdict.CHANGES]
    set_language("zh")
    said = more_of(preview.rows[0], laboratory.words())
    assert "阴性" in said
    assert "阳性" in said
    assert laboratory.take(preview).changed == 0, "without a yes nothing changes"
    assert laboratory.take(preview, [preview.rows[0].key]).changed == 1
    assert result(session, numbers[FIRST])["hpv"] == "pos"
    assert result(session, numbers[SECOND])["hpv"] == "neg"


def test_a_yes_holds_for_what_was_shown_alone(session, laboratory, numbers, sent):
    laboratory.take(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""])))
    shown = laboratory.preview(sent([numbers[FIRST], "阳性", "18", ""]))
    agreed = [shown.rows[0].key]
    other = laboratory.preview(sent([numbers[FIRST], "无效", "", ""]))
    laboratory.take(other, [other.rows[0].key])
    assert laboratory.take(shown, agreed).changed == 0, "what stands there now was never shown"
    assert result(session, numbers[FIRST])["hpv"] == "invalid"


def test_a_new_row_is_not_written_where_somebody_was_faster(session, laboratory, numbers, sent):
    shown = laboratory.preview(sent([numbers[FIRST], "阳性", "18", ""]))
    laboratory.take(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""])))
    assert laboratory.take(shown).new == 0
    assert result(session, numbers[FIRST])["hpv"] == "neg"


# -- who confirms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "triage", "final"),
    [
        (("阴性", "", ""), "routine_5y", "routine_5y"),
        (("阴性", "", "NILM"), "routine_5y", "routine_5y"),
        (("阳性", "16", ""), "colposcopy", ""),
        (("阳性", "其他高危", ""), "", ""),
        (("阳性", "52", "NILM"), "repeat_12m", ""),
        (("阳性", "52", "LSIL"), "colposcopy", ""),
        (("阴性", "", "HSIL"), "colposcopy", ""),
        (("无效", "", ""), "repeat_sample", ""),
    ],
)
def test_an_import_confirms_nothing_but_routine(session, laboratory, numbers, sent, cells, triage, final):
    taken = laboratory.take(laboratory.preview(sent([numbers[FIRST], *cells])))
    found = result(session, numbers[FIRST])
    assert (found["triage"], found["triage_final"]) == (triage, final)
    assert taken.unconfirmed == (not final)


def test_what_a_clinician_confirmed_stays_while_it_is_what_the_protocol_says(
    session, laboratory, numbers, sent
):
    assert result(session, numbers[SEEN])["triage_final"] == "colposcopy"
    laboratory.take(laboratory.preview(sent([numbers[SEEN], "阴性", "", ""])))
    assert result(session, numbers[SEEN])["triage_final"] == "colposcopy"


def test_what_a_clinician_decided_with_a_reason_stays(session, laboratory, numbers, sent):
    interview = session.interviews.amend(cervix(session, numbers[SEEN]).id)
    interview.answer("/data/next_step/triage_final", "urgent")
    interview.answer("/data/next_step/triage_reason", "看着不好")
    session.interviews.finish(interview, "looked again")
    laboratory.take(laboratory.preview(sent([numbers[SEEN], "阴性", "", ""])))
    assert result(session, numbers[SEEN])["triage_final"] == "urgent"


def test_a_record_with_colposcopy_is_corrected_by_hand(session, laboratory, numbers, sent):
    laboratory.take(laboratory.preview(sent([numbers[FIRST], "阳性", "16", ""])))
    interview = session.interviews.amend(cervix(session, numbers[FIRST]).id)
    interview.answer("/data/next_step/triage_final", "colposcopy")
    interview.answer("/data/colposcopy/colpo_date", "2026-03-20")
    session.interviews.finish(interview, "done")
    preview = laboratory.preview(sent([numbers[FIRST], "阴性", "", ""]))
    assert verdicts(preview) == [Verdict.REFUSED]
    assert preview.rows[0].why
    assert cervix(session, numbers[FIRST]).text("colpo_date") == "2026-03-20"


def test_confirming_by_rule(session, numbers):
    examination = cervix(session, numbers[FIRST])
    assert confirmed_after(examination, "routine_3y") == "routine_3y"
    assert confirmed_after(examination, "colposcopy") == ""


# -- what follows ----------------------------------------------------------------------------------------------


def test_what_she_takes_back_takes_her_off_the_list(session, laboratory, numbers, sent):
    rows = [[numbers[place], "阳性", "16", ""] for place in (FIRST, SECOND, THIRD)]
    laboratory.take(laboratory.preview(sent(*rows)))
    seen = session.results.triage()
    assert sorted(line.pid for line in seen.lines) == sorted(
        numbers[place] for place in (FIRST, SECOND, THIRD, SEEN)
    )
    own = {each.text("pid"): each.id for each in session.exchange.records("scr_participant")}
    session.withdraw(own[numbers[FIRST]], scope="contact", reason="she asked")
    session.withdraw(own[numbers[SECOND]], scope="basic", reason="she asked")
    found = session.results.triage()
    assert [line.pid for line in found.lines if line.pid != numbers[SEEN]] == [numbers[THIRD]]
    assert (found.managed, found.not_here) == (1, 1)
    telling = session.results.telling()
    everybody = {*telling.otherwise, *telling.unconfirmed, *(letter.pid for letter in telling.letters)}
    assert not {numbers[FIRST], numbers[SECOND]} & everybody


def test_who_was_told_gets_no_second_letter_until_something_else_is_known(session, laboratory, numbers, sent):
    laboratory.take(laboratory.preview(sent([numbers[FIRST], "阴性", "", ""])))
    results = session.results
    [letter] = [each for each in results.telling().letters if each.pid == numbers[FIRST]]
    assert [(part.step, part.has_virus) for part in letter.parts] == [(Step.ROUTINE, False)]
    assert results.note_told([letter.pid], "letter_sealed") == 1
    assert results.note_told([letter.pid], "letter_sealed") == 0
    [told] = session.exchange.records("scr_follow")
    said = {name: told.text(name) for name in ("pid", "reason", "told", "final", "closed_on")}
    assert said == {
        "pid": numbers[FIRST], "reason": "result_neg", "told": "letter_sealed", "final": "completed_here", "closed_on": "2026-03-26",
    }  # fmt: skip
    assert numbers[FIRST] not in {each.pid for each in results.telling().letters}
    changed = laboratory.preview(sent([numbers[FIRST], "阳性", "16", ""]))
    laboratory.take(changed, [changed.rows[0].key])
    line = next(each for each in results.triage().lines if each.pid == numbers[FIRST])
    assert numbers[FIRST] in results.telling().unconfirmed
    results.confirm(line)
    [letter] = [each for each in results.telling().letters if each.pid == numbers[FIRST]]
    assert [(part.step, part.has_virus) for part in letter.parts] == [(Step.COLPOSCOPY, True)]


# -- a kill in the middle -----------------------------------------------------------------------------------------

_KILLED = """
import os, signal, sys
from pathlib import Path
from fieldkit.session.session import Session
from tests.lab_day import RESULTS_DAY
folder, file, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
with Session.open(folder, now=lambda: RESULTS_DAY) as session:
    laboratory = session.results.laboratory
    write, done = laboratory.write, []
    def counted(*args):
        if len(done) == last:
            real = os.write
            os.write = lambda fd, data: (real(fd, bytes(data)[: len(data) // 2]), os.kill(os.getpid(), signal.SIGKILL))
        done.append(write(*args))
    laboratory.write = counted
    laboratory.take(laboratory.preview(file))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("last", [0, 1, 3])
def test_a_kill_in_the_middle_leaves_whole_rows_and_the_rest_is_done_by_repeating(
    folder, numbers, sent, last
):
    path = sent(*([numbers[place], "阳性", "16", ""] for place in (FIRST, SECOND, THIRD, FOURTH, LAST)))
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(path), str(last)], cwd=ROOT, check=False, capture_output=True,
        env={**os.environ, "FIELDKIT_LANG": "en"},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Session.open(folder, now=lambda: RESULTS_DAY) as session:
        laboratory = session.results.laboratory
        preview = laboratory.preview(path)
        kept = len(preview.of(Verdict.SAME))
        assert kept in {last, last + 1}, "the row that was being written may have been whole on the disk"
        assert verdicts(preview) == [Verdict.SAME] * kept + [Verdict.NEW] * (5 - kept)
        assert session.unfinished() == []
        assert laboratory.take(preview).new == 5 - kept
        assert verdicts(laboratory.preview(path)) == [Verdict.SAME] * 5
        for place in (FIRST, SECOND, THIRD, FOURTH, LAST):
            assert result(session, numbers[place])["triage"] == "colposcopy"
            assert len(session.exchange.revisions(cervix(session, numbers[place]).id)) == 2
