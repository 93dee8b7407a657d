"""What a server has of us: a file for each server, to which a line is added before and after each submission.

It holds ids and marks, no answers. A mark is an HMAC of the content under a secret of the office or the laptop, so that nobody else
can try which answers it stands for. A line that was cut off is passed over: what it said is found out again by sending the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.store.files import refused

FOLDER = "interop"
_PURPOSE = b"fieldkit interop 1"
_MARK = 32


@dataclass(frozen=True, slots=True)
class Tried:
    """A submission that may have come. mark: of its content; before: what it takes the place of, "" for a first one."""

    instance: str
    before: str
    mark: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a record at a server. sent: the submission that it has for sure; tried: those that it may have since."""

    sent: Tried | None = None
    tried: tuple[Tried, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


class Memory:
    """Of one server. folder: of the office or the laptop; server: its name; profile: how records go there; secret: what marks are
    made with.

    Raises FieldkitError("interop.other-profile") where they went there by another one: every record would stand there twice.
    """

    def __init__(self, folder: Path, server: str, profile: str, secret: bytes) -> None:
        self._secret = hmac.digest(secret, _PURPOSE, "sha256")
        name = hashlib.sha256(server.encode()).hexdigest()[:16]
        self.path = folder / FOLDER / f"{name}-{profile}.jsonl"
        others = [each for each in self.path.parent.glob(f"{name}-*.jsonl") if each != self.path]
        if others:
            before = others[0].stem.partition("-")[2]
            raise FieldkitError("interop.other-profile", server=server, profile=before)
        self._known: dict[str, Known] = {}
        self._read()

    @property
    def is_new(self) -> bool:
        """Whether nothing is known of the server."""
        return not self._known

    def known(self, record: str) -> Known:
        """What is known of a record."""
        return self._known.get(record, Known())

    def mark(self, content: bytes) -> str:
        """What stands for a content."""
        return hmac.digest(self._secret, content, "sha256").hex()[:_MARK]

    def secret(self, name: str) -> bytes:
        """32 bytes, always the same for the same name."""
        return hmac.digest(self._secret, f"secret {name}".encode(), "sha256")

    def sign(self, instance: str, mark: str) -> str:
        """What a submission says of itself, so that whoever holds the secret knows it as one of theirs, and what is in it."""
        return f"{mark}{self.mark(f'sent {instance} {mark}'.encode())}"

    def mark_signed(self, instance: str, said: str) -> str:
        """The mark of the content of a submission that says `said` of itself; "" for one that was not sent from here."""
        mark = said[:_MARK]
        return mark if hmac.compare_digest(self.sign(instance, mark).encode(), said.encode()) else ""

    def begin(self, record: str, tried: Tried) -> None:
        """Note a submission that is about to be sent; durable on return. Raises StoreError("medium.…")."""
        if tried not in self.known(record).tried:
            self._add({"r": record, "i": tried.instance, "b": tried.before, "m": tried.mark})

    def sent(self, record: str, tried: Tried, files: Mapping[str, str]) -> None:
        """Note that it was taken, with these files (name → SHA-256). What is lost of it when the power goes is found out again.

        Raises StoreError("medium.…").
        """
        self._add(
            {
                "r": record,
                "i": tried.instance,
                "b": tried.before,
                "m": tried.mark,
                "f": dict(files),
                "ok": True,
            },
            durable=False,
        )

    def _add(self, row: Mapping[str, Any], *, durable: bool = True) -> None:
        content = json.dumps(row, sort_keys=True, ensure_ascii=True).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                if file.tell() and not self._ends_a_line():
                    file.write(b"\n")
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
        except OSError as error:
            raise refused(error, self.path) from error
        self._take(row)

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _read(self) -> None:
        try:
            lines: Sequence[bytes] = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise refused(error, self.path) from error
        for line in lines:
            try:
                row = json.loads(line)
                self._take(row)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def _take(self, row: Mapping[str, Any]) -> None:
        record, tried = str(row["r"]), Tried(str(row["i"]), str(row["b"]), str(row["m"]))
        known = self.known(record)
        if row.get("ok"):
            self._known[record] = Known(tried, (), dict(row["f"]))
        else:
            self._known[record] = replace(known, tried=(*known.tried, tried))
