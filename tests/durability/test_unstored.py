"""Tier X, seen and never stored: after a kill no byte of the workspace knows it, and the interview asks it again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.session.session import Session
from tests.durability.walk import bytes_below

ROOT = Path(__file__).parents[2]
FORM = """
settings: [{form_id: seen, form_title: Seen, version: "1", "fk:declined": "${basic} = 'no'", "fk:declined_keeps": "basic card"}]
survey:
  - {type: audit, name: audit, parameters: track-changes=true}
  - {type: text, name: basic, label: Basic}
  - {type: text, name: card, label: Card, "fk:tier": X, required: "yes"}
  - {type: calculate, name: seen, calculation: "if(string-length(${card}) > 3, 'karte-gesehen', '')", "fk:tier": N}
  - {type: text, name: kept, label: Kept, "fk:tier": N}
  - {type: begin repeat, name: people, label: People}
  - {type: text, name: own, label: Own, "fk:tier": X}
  - {type: text, name: name, label: Name, "fk:tier": C}
  - {type: end repeat}
"""
# Every answer of tier X holds "Kanarienvogel"; what may be kept holds "Amsel".
WORKER = """
import os, signal, sys
from pathlib import Path
from fieldkit.session.session import Session
from fieldkit.store import Workspace

folder, form = (Path(each) for each in sys.argv[1:])
Workspace.create(folder, passphrase=None, name="w").close()
(folder / "forms" / "seen.yaml").write_text(form.read_text())
session = Session.open(folder)


def answered(name):
    interview = session.interviews.start("seen", answers={"card": f"Kanarienvogel {name} begun"})
    for at in ("card", "people[1]/own"):
        interview.jump(f"/data/{at}")
        interview.answer(f"/data/{at}", f"Kanarienvogel {name} {at}")
        interview.next()
        interview.jump(f"/data/{at}")
        interview.answer(f"/data/{at}", f"Kanarienvogel {name} {at} again")
    assert interview.entry.value("/data/card") == f"Kanarienvogel {name} card again"
    interview.undo()
    interview.undo()
    assert interview.entry.value("/data/people[1]/own") == ""
    interview.redo()
    interview.redo()
    assert interview.entry.value("/data/people[1]/own") == f"Kanarienvogel {name} people[1]/own again"
    interview.add_member("/data/people")
    interview.answer("/data/people[2]/own", f"Kanarienvogel {name} second")
    interview.answer("/data/people[2]/name", f"Amsel {name} second")
    interview.remove_member("/data/people[1]")
    interview.undo()
    interview.jump("/data/kept")
    interview.answer("/data/kept", f"Amsel {name}")
    interview.next()
    interview.note("/data/card", f"Amsel {name} note")
    interview.answer("/data/basic", "yes")
    return interview


finished = session.interviews.finish(answered("finished")).record
declined = answered("declined")
declined.answer("/data/basic", "no")
session.interviews.finish(declined)
session.interviews.discard(answered("discarded").id)
correction = session.interviews.amend(finished)
correction.answer("/data/card", "Kanarienvogel corrected")
correction.answer("/data/kept", "Amsel corrected")
session.interviews.finish(correction, "Amsel was wrong")
session.interviews.amend(finished).answer("/data/card", "Kanarienvogel corrected again")
answered("killed")
print(finished, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_killed_or_not_no_byte_of_the_workspace_knows_what_is_never_stored(tmp_path, tried):
    form, folder, cache = tmp_path / "form.yaml", tmp_path / "w", tmp_path / "cache"
    form.write_text(FORM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WORKER, folder, form],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "FIELDKIT_CACHE": str(cache)},
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    _search(folder, cache)
    assert b"Amsel killed second" in bytes_below(folder), "what may be stored is in clear here"
    with Session.open(folder) as session:
        [correction, killed] = sorted(
            (session.interviews.resume(each.id) for each in session.interviews.unfinished()),
            key=lambda each: each.amends is None,
        )
        assert killed.entry.value("/data/card") == killed.entry.value("/data/people[2]/own") == ""
        assert killed.entry.value("/data/seen") == "karte-gesehen"
        assert killed.entry.value("/data/kept") == "Amsel killed"
        assert [problem.path for problem in killed.blocking()] == ["/data/card"]
        killed.answer("/data/kept", "Amsel resumed")
        assert killed.entry.value("/data/seen") == "karte-gesehen"
        killed.answer("/data/card", "Kanarienvogel at last")
        assert killed.blocking() == []
        session.interviews.finish(killed)
        assert correction.blocking() == [], "nobody need see the card again"
        correction.answer("/data/kept", "Amsel corrected twice")
        session.interviews.finish(correction, "Amsel again")
        record = session.exchange.record(done.stdout.strip())
        assert record.answers["kept"] == "Amsel corrected twice"
        assert record.answers["seen"] == "karte-gesehen"
        log = session.exchange.record(killed.id).answers["meta/audit"]
        assert ",Amsel killed\n" in log, "the log tells of what may be told"
        assert "question,/data/card," in log
        shown = str([dict(each.answers) for each in session.exchange.records()])
        assert "Amsel resumed" in shown
        assert "Kanarien" not in shown
        session._workspace.db.storage.journal.compact()
    _search(folder, cache)
    tried(f"{sum(path.is_file() for path in folder.rglob('*'))} files")


def _search(*places):
    for place in places:
        everything = bytes_below(place)
        for secret in ("Kanarienvogel", "Kanarien", "narienvogel"):
            for form in (secret.encode(), secret.encode("utf-16-le")):
                assert form not in everything, place
