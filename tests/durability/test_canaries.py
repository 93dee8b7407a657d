"""What people type into an encrypted workspace is nowhere in clear: not in its folder, the form cache, or temporary folders."""

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
settings: [{form_id: canary, form_title: Canary, version: "1", "fk:declined": "${outcome} = 'declined'",
            "fk:declined_keeps": outcome}]
survey:
  - {type: text, name: hh_id, label: Household}
  - {type: text, name: words, label: Words, appearance: multiline}
  - {type: select_one kinds or_other, name: kind, label: Kind}
  - {type: select_multiple kinds or_other, name: kinds, label: Kinds}
  - {type: file, name: paper, label: Paper}
  - {type: image, name: picture, label: Picture}
  - {type: barcode, name: code, label: Code}
  - {type: begin repeat, name: people, label: People}
  - {type: text, name: name, label: Name}
  - {type: end repeat}
  - {type: select_one outcome, name: outcome, label: Outcome}
  - {type: text, name: wants_no_more, label: No more}
choices:
  - {list_name: kinds, name: a, label: A}
  - {list_name: kinds, name: b, label: B}
  - {list_name: outcome, name: done, label: Done}
  - {list_name: outcome, name: declined, label: Declined}
"""
# Everything typed is one of `canary("…")`; the canaries are written down outside, and the process is killed.
WORKER = """
import os, signal, sys
from datetime import date
from pathlib import Path
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost

folder, form, typed = (Path(each) for each in sys.argv[1:])
cost = Cost(8, 1, 1)


def canary(what):
    text = f"Kanarienvogel-{what}-\\u8983\\u79c0\\u5170"
    with typed.open("a", encoding="utf-8") as out:
        out.write(text + "\\n")
    return text


passphrase = canary("passphrase")
Workspace.create(folder, passphrase=passphrase, name="w", cost=cost).close()
(folder / "forms" / "canary.yaml").write_text(form.read_text())
session = Session.open(folder, passphrase=lambda: passphrase)
journal = session._workspace.db.storage.journal


def answered(name, outcome=None):
    interview = session.interviews.start("canary", answers={})
    find = lambda path: f"/data/{path}"
    interview.answer(find("hh_id"), canary(f"{name} household"))
    interview.answer(find("words"), canary(f"{name} text") * 60)
    interview.answer(find("words"), canary(f"{name} second text"))
    interview.undo()
    interview.answer(find("kind"), "other")
    interview.answer(find("kind_other"), canary(f"{name} other"))
    interview.answer(find("kinds"), ["a", "other"])
    interview.answer(find("kinds_other"), canary(f"{name} others"))
    for asked, ending in (("paper", ".pdf"), ("picture", ".jpg")):
        chosen = typed.with_name(canary(f"{name} {asked}") + ending)
        chosen.write_text(canary(f"inside the {name} {asked}"))
        interview.answer(find(asked), str(chosen))
        chosen.unlink()
    interview.answer(find("code"), canary(f"{name} code"))
    interview.note(find("words"), canary(f"{name} note"))
    interview.add_member(find("people"))
    interview.answer(find("people[1]/name"), canary(f"{name} person"))
    interview.jump(find("words"))
    if outcome:
        interview.answer(find("outcome"), outcome)
    return interview


session.interviews.finish(answered("finished", "done"))
session.interviews.finish(answered("declined", "declined"))
session.interviews.discard(answered("discarded").id)
drafted = answered("draft")
journal.compact()
session.assign([canary("assigned")], date(2026, 3, 1))
session.find(canary("searched"))
passphrase = canary("second passphrase")
session._workspace.change_passphrase(passphrase, cost)
session.close()
session = Session.open(folder, passphrase=lambda: passphrase)
session.interviews.resume(drafted.id).note("/data/words", canary("resumed note"))
answered("killed")
print(len(session.interviews.unfinished()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_nothing_that_was_typed_is_on_disk_in_clear(base, tried):
    places = {name: base / name for name in ("cache", "tmp", "home", "work")}
    for place in places.values():
        place.mkdir()
    form, typed = base / "form.yaml", base / "typed.txt"
    form.write_text(FORM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WORKER, places["work"] / "w", form, typed],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FIELDKIT_CACHE": str(places["cache"]), "TMPDIR": str(places["tmp"]),
             "HOME": str(places["home"]), "XDG_CACHE_HOME": str(places["home"])},
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    assert done.stdout == "2\n"
    canaries = typed.read_text(encoding="utf-8").split("\n")[:-1]
    assert len(canaries) > 40
    _search(places.values(), canaries)
    passphrase = next(each for each in canaries if "second passphrase" in each)
    with Session.open(places["work"] / "w", passphrase=lambda: passphrase) as session:
        shown = str(
            [session.interviews.resume(each.id).entry.answers() for each in session.interviews.unfinished()]
        )
        shown += str([dict(each.answers) for each in session.exchange.records()])
        assert all(any(f"-{name} {what}-" in each for each in canaries if each in shown) for name, what in
                   [("finished", "text"), ("draft", "person"), ("killed", "other")])  # fmt: skip
        assert not any(
            f"-{name} " in each for each in canaries if each in shown for name in ("declined", "discarded")
        )
        session._workspace.tidy()
        session._workspace.db.storage.journal.compact()
    _search(places.values(), canaries)
    files = [path for place in places.values() for path in place.rglob("*") if path.is_file()]
    tried(f"{len(canaries)} canaries in {len(files)} files: none found")


def _search(places, canaries):
    """In UTF-8, as JSON escapes, as UTF-16, and the part that is ASCII."""
    for place in places:
        everything = bytes_below(place)
        for each in canaries:
            forms = {
                each.encode(),
                each.encode("utf-16-le"),
                each.encode("unicode_escape"),
                each[:-3].encode(),
            }
            assert not any(form in everything for form in forms), (place, each)
        assert b"Kanarienvogel" not in everything
