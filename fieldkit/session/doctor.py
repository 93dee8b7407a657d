"""Looking a workspace over: what is well, what is not, and where every interview is. Opening it mends what can be."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from fieldkit.errors import FieldkitError, FormError
from fieldkit.explain import explain_code
from fieldkit.session.session import Session
from fieldkit.store import is_encrypted, read_settings
from fieldkit.store.repair import salvage
from fieldkit.store.workspace import key_file, ring_of
from fieldkit.terminal import is_in_browser
from fieldkit.xforms import load_form

Mark = Literal["well", "look", "bad"]

MARKS: Mapping[Mark, str] = {"well": "✓", "look": "?", "bad": "!"}
"""How a finding is marked; nothing is told by colour alone."""
_LITTLE_SPACE = 200 * 1024 * 1024
_NO_SPACE = 20 * 1024 * 1024
_SYNCED = ("onedrive", "dropbox", "google drive", "icloud", "nutstore", "坚果云", "百度网盘", "weiyun")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. mark: "well", "look" (deserves a look) or "bad". code, params: its sentence."""

    area: str
    mark: Mark
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interview is. kind: "unfinished", "declined" (waiting for a stick) or "record"; `copies` counts this
    laptop and what the office says it holds; files: bundles it was written into.
    """

    id: str
    kind: str
    copies: int
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that was found; `places` is empty where the workspace did not open."""

    findings: tuple[Finding, ...]
    places: tuple[Place, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is bad."""
        return all(finding.mark != "bad" for finding in self.findings)


def finding_line(finding: Finding) -> str:
    """A finding in words."""
    return f"{MARKS[finding.mark]} {explain_code(finding.code, finding.params)}"


def examine(folder: Path, passphrase: Callable[[], str] | None, now: Callable[[], datetime]) -> Checkup:
    """Look over the workspace in `folder`. Nothing of it raises: what cannot be opened is a finding."""
    findings = [*terminal(), *_space(folder)]
    try:
        read_settings(folder)
        findings += _keys(folder)
        with Session.open(folder, passphrase, now) as session:
            findings += _inside(session)
            findings += _forms(session)
            places = tuple(_places(session))
        findings += _copies(folder, passphrase)
    except FieldkitError as error:
        findings.append(Finding("workspace", "bad", error.code, error.params))
        places = ()
    return Checkup(tuple(findings), places)


def examine_open(session: Session) -> Iterator[Finding]:
    """Look over a workspace that is open: its disk, keys, records and forms."""
    yield from _space(session.folder)
    yield from _keys(session.folder)
    yield from _inside(session)
    yield from _forms(session)


def terminal() -> Iterator[Finding]:
    """What the terminal shows, and how much of it."""
    if is_in_browser():
        yield Finding("terminal", "well", "doctor.browser", {})
        return
    out = sys.__stdout__ or sys.stdout  # while an app is open the other one leads nowhere
    encoding = (out.encoding or locale.getpreferredencoding()).lower().replace("-", "")
    size = shutil.get_terminal_size()
    facts = {
        "encoding": encoding,
        "columns": size.columns,
        "lines": size.lines,
        "term": os.environ.get("TERM", "-"),
    }
    if encoding not in {"utf8", "gb18030", "gbk", "cp936"}:
        yield Finding("terminal", "look", "doctor.terminal-encoding", facts)
    elif out.isatty() and (size.columns < 80 or size.lines < 24):
        yield Finding("terminal", "look", "doctor.terminal-small", facts)
    else:
        yield Finding("terminal", "well", "doctor.terminal", facts)


def _space(folder: Path) -> Iterator[Finding]:
    """How much room the disk has, and whether others meddle with it."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    mark: Mark = "bad" if free < _NO_SPACE else "look" if free < _LITTLE_SPACE else "well"
    yield Finding(
        "space", mark, "doctor.space" if mark == "well" else "doctor.space-low", {"megabytes": free >> 20}
    )
    if any(name in str(folder.resolve()).lower() for name in _SYNCED):
        yield Finding("space", "look", "doctor.synced-folder", {"path": str(folder)})


def _keys(folder: Path) -> Iterator[Finding]:
    if not is_encrypted(folder):
        yield Finding("keys", "look", "doctor.open", {})
        return
    recipients = len(key_file(folder).recipients)
    code = "doctor.keys" if recipients else "doctor.keys-no-recovery"
    yield Finding("keys", "well" if recipients else "look", code, {"count": recipients})


def _inside(session: Session) -> Iterator[Finding]:
    notices = session.notice_codes()
    for code, params in notices:
        bad = code in {"journal.mended-with-loss", "workspace.read-only"}
        area = "clock" if code.startswith("clock.") else "records"
        yield Finding(area, "bad" if bad else "look", code, dict(params))
    if not any(code.startswith("journal.") for code, _ in notices):
        yield Finding("records", "well", "doctor.records", {"count": session.status().records})
    if not any(code.startswith("clock.") for code, _ in notices):
        yield Finding("clock", "well", "doctor.clock", {"now": f"{session.now():%Y-%m-%d %H:%M %z}"})


def _copies(folder: Path, passphrase: Callable[[], str] | None) -> Iterator[Finding]:
    """The backup ring, read copy by copy, and what lies aside of earlier damage."""
    ring = ring_of(folder)
    key = key_file(folder).open(passphrase()) if passphrase is not None and is_encrypted(folder) else None
    copies = ring.copies()
    faulty = [copy for copy in copies if salvage(copy, key).lost]
    for copy in faulty:
        yield Finding("copies", "look", "doctor.copy-damaged", {"path": str(copy)})
    mark: Mark = "well" if len(copies) > len(faulty) else "look"
    yield Finding(
        "copies", mark, "doctor.copies" if mark == "well" else "doctor.no-copies", {"count": len(copies)}
    )
    aside = sorted(path.name for kind in ("torn", "damaged") for path in (folder / "data").glob(f"*.{kind}"))
    if aside:
        yield Finding("copies", "look", "doctor.aside", {"files": aside})


def _forms(session: Session) -> Iterator[Finding]:
    files = session.library.files()
    faulty = 0
    for file in files:
        try:
            load_form(file.path)
        except FormError as error:
            faulty += 1
            yield Finding(
                "forms", "bad", "doctor.form", {"path": str(file.path), "count": len(error.problems)}
            )
    if not faulty:
        yield Finding("forms", "well", "doctor.forms", {"count": len(files)})


def _places(session: Session) -> Iterator[Place]:
    for draft in session.interviews.unfinished():
        yield Place(draft.id, "unfinished", 1)
    for record in session.exchange.whereabouts():
        yield Place(record.record, "record", 1 + record.copies, record.files)
    for record_id in session.exchange.waiting_declines():
        yield Place(record_id, "declined", 1)
