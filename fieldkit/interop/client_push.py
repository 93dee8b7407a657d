"""Sending records to a server, so that it has each exactly once however often this is interrupted and begun anew.

Before a submission is sent it is noted, and noted again when it was taken. Sending the same bytes again does nothing on the other side,
so whatever was noted but not confirmed is simply sent again. A record that changed goes as an edit of the submission that the server
has; where that is not certain, of the latest that it may have, and of the one before where it turns out not to have that.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fieldkit.errors import FieldkitError
from fieldkit.interop.central import THERE, accepted_length, is_accepted, length_of, message_of
from fieldkit.interop.client import Line, Reply
from fieldkit.interop.client_memory import Known, Memory, Tried
from fieldkit.interop.client_records import Leaving, first_id, names_in, next_id, submission_of

SENT, EDITED, PRESENT, REFUSED, WAITS, KEPT = "sent", "edited", "there", "refused", "waits", "kept"
VERDICTS = (SENT, EDITED, PRESENT, REFUSED, WAITS, KEPT)
"""What becomes of a record: sent for the first time; sent as an edit; the server had it already as it is; refused by the server;
waits for the next try; kept here, because it may not leave.
"""
_STOPS = 3
"""So many records in a row of which nothing became: then the rest waits too."""
_NOT_FOUND, _CONFLICT = 404, 409
_OVERHEAD = 2048
"""Bytes of a post beside its files and their names."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record in turn. leaves: what may leave of it, or why it stays. files: name → what gives its bytes."""

    record: str
    form: str
    leaves: Leaving | str
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a record. code, params: of the sentence that says why, "" for none. files: how many went with it."""

    record: str
    form: str
    verdict: str
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    files: int = 0
    held_back: int = 0


class _WaitsError(Exception):
    """Nothing is certain; `error` says why."""

    def __init__(self, error: FieldkitError) -> None:
        super().__init__(error.code)
        self.error = error


class _NotTakenError(Exception):
    """The server said no to a submission."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Pushing:
    """Sends to one server. shown: is told of records with contact or restricted answers before these leave."""

    def __init__(self, line: Line, memory: Memory, shown: Callable[[Leaving], None] | None = None) -> None:
        self._line = line
        self._memory = memory
        self._shown = shown
        self._limit = 0

    def push(self, records: Iterable[Outgoing]) -> Iterator[Verdict]:
        """Send what is not there yet; give a verdict for each record as soon as it is known.

        Raises FieldkitError where the server cannot be asked at all: as `accepted_length`.
        """
        self._limit = accepted_length(self._line)
        in_a_row = 0
        stopped: FieldkitError | None = None
        for each in records:
            if isinstance(each.leaves, str):
                yield Verdict(each.record, each.form, KEPT, f"interop.kept-{each.leaves}")
                continue
            if stopped is not None:
                yield self._waits(each, stopped)
                continue
            try:
                yield self._one(each, each.leaves)
                in_a_row = 0
            except _WaitsError as waits:
                in_a_row += 1
                is_final = waits.error.code in {"interop.login", "interop.elsewhere", "interop.not-openrosa"}
                stopped = waits.error if is_final or in_a_row == _STOPS else None
                yield self._waits(each, waits.error)

    def _waits(self, each: Outgoing, error: FieldkitError) -> Verdict:
        return Verdict(each.record, each.form, WAITS, error.code, error.params)

    def _one(self, each: Outgoing, leaves: Leaving) -> Verdict:
        known = self._memory.known(each.record)
        try:
            files = {name: each.files[name]() for name in names_in(leaves, each.files)}
        except FieldkitError as error:
            return Verdict(each.record, each.form, KEPT, error.code, error.params)
        mark = self._memory.mark(leaves.xml)
        if known.sent is not None and known.sent.mark == mark and not known.tried:
            lacking = {
                name: content for name, content in files.items() if known.files.get(name) != _sha(content)
            }
            if not lacking:
                return Verdict(each.record, each.form, PRESENT, held_back=leaves.held_back)
            return self._verdict(each, leaves, [known.sent], lacking, known, files)
        return self._verdict(each, leaves, _candidates(leaves, known, mark), files, known, files)

    def _verdict(
        self, each: Outgoing, leaves: Leaving, candidates: list[Tried], files: Mapping[str, bytes], known: Known,
        whole: Mapping[str, bytes],
    ) -> Verdict:  # fmt: skip
        if self._shown is not None and leaves.sensitive:
            self._shown(leaves)
        while candidates:
            tried, *candidates = candidates
            try:
                status = self._sent(leaves, tried, files)
            except _NotTakenError as no:
                candidates = _left(candidates, no.reply.status)
                if candidates:
                    continue
                reason = message_of(no.reply) or "–"
                return Verdict(
                    each.record, each.form, REFUSED, "interop.refused-record",
                    {"status": no.reply.status, "reason": reason}, held_back=leaves.held_back,
                )  # fmt: skip
            except FieldkitError as error:
                if error.code != "interop.file-too-large":
                    raise
                return Verdict(each.record, each.form, REFUSED, error.code, error.params)
            said = {name: _sha(content) for name, content in whole.items()}
            self._memory.sent(each.record, tried, said)
            was = PRESENT if status == THERE and not known.sent else EDITED if tried.before else SENT
            return Verdict(each.record, each.form, was, files=len(files), held_back=leaves.held_back)
        raise AssertionError

    def _sent(self, leaves: Leaving, tried: Tried, files: Mapping[str, bytes]) -> int:
        """Send one submission with its files, in as many posts as it takes; give the status of the first."""
        xml = submission_of(leaves, tried.instance, tried.before)
        parts = list(_parts(xml, files, self._limit))
        self._memory.begin(leaves.record, tried)
        first = 0
        for part in parts:
            body, kind = multipart(xml, part)
            try:
                reply = self._line.ask("POST", "/submission", body, kind)
            except FieldkitError as error:
                raise _WaitsError(error) from error
            if reply.status < 300 and not is_accepted(reply):
                raise _WaitsError(FieldkitError("interop.not-openrosa", host=self._line.address.host))
            if not is_accepted(reply):
                raise _NotTakenError(reply)
            self._limit = length_of(reply) or self._limit
            first = first or reply.status
        return first


def _left(candidates: list[Tried], status: int) -> list[Tried]:
    """What else a submission may be that the server did not take: another edit where it does not have, or no longer has, what was
    to be edited; a first one only where it has nothing of that name.
    """
    if status == _NOT_FOUND:
        return candidates
    return [each for each in candidates if each.before] if status == _CONFLICT else []


def _candidates(leaves: Leaving, known: Known, mark: str) -> list[Tried]:
    """The submissions that this content may be, the likeliest first; the server takes at most one of them.

    What was tried last with this content goes again as it was. Otherwise it is an edit of what was tried last, or before that, or is
    there for sure; and a first one only where none is sure to be there.
    """
    last = known.tried[-1] if known.tried else None
    again = [last] if last is not None and last.mark == mark else []
    if again and not again[0].before:
        return again
    before = [each.instance for each in reversed(known.tried) if each not in again]
    before += [known.sent.instance] if known.sent is not None else []
    found = [Tried(next_id(leaves.record, each, mark), each, mark) for each in dict.fromkeys(before)]
    if known.sent is None:
        first = next_id(leaves.record, "", mark) if known.tried else first_id(leaves)
        found.append(Tried(first, "", mark))
    return [*again, *(each for each in found if each not in again)]


def multipart(xml: bytes, files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A body of several parts, and its kind."""
    parts = [_part("xml_submission_file", "submission.xml", "text/xml", xml)]
    parts += [_part(name, name, "application/octet-stream", content) for name, content in files.items()]
    boundary = secrets.token_hex(16)
    while any(boundary.encode() in part for part in parts):
        boundary = secrets.token_hex(16)
    edge = f"--{boundary}\r\n".encode()
    body = b"".join([*(edge + part + b"\r\n" for part in parts), f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def _part(name: str, file: str, kind: str, content: bytes) -> bytes:
    head = (
        f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(file)}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parts(xml: bytes, files: Mapping[str, bytes], limit: int) -> Iterator[dict[str, bytes]]:
    """The files by posts, each with its XML within what the server takes; without a limit all in one.

    Raises FieldkitError("interop.file-too-large").
    """
    room = limit - len(xml) - _OVERHEAD
    part: dict[str, bytes] = {}
    size = 0
    for name, content in files.items():
        length = len(content) + 2 * len(name.encode()) + 256
        if limit and length > room:
            raise FieldkitError("interop.file-too-large", name=name, bytes=len(content), limit=limit)
        if limit and part and size + length > room:
            yield part
            part, size = {}, 0
        part[name] = content
        size += length
    yield part


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
