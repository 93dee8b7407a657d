"""Sending records to a server, so that it has each exactly once however often this is interrupted and begun anew.

Before a submission is sent it is noted, and noted again when it was taken. Sending the same bytes again does nothing on the other side,
so whatever was noted but not confirmed is simply sent again. A record that changed goes as an edit of the submission that the server
has; where that is not certain, of the latest that it may have, and of the one before where it turns out not to have that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fieldkit.errors import FieldkitError
from fieldkit.interop.central import THERE, accepted_length, is_accepted, length_of, message_of
from fieldkit.interop.client import Line, Reply
from fieldkit.interop.client_held import Version, held, instances
from fieldkit.interop.client_memory import Known, Memory, Tried
from fieldkit.interop.client_posts import in_posts, multipart
from fieldkit.interop.client_records import (
    GONE,
    NO_STATISTICS,
    Leaving,
    names_in,
    next_id,
    submission_of,
)  # fmt: skip

SENT, EDITED, PRESENT, REFUSED, WAITS, KEPT = "sent", "edited", "there", "refused", "waits", "kept"
VERDICTS = (SENT, EDITED, PRESENT, REFUSED, WAITS, KEPT)
"""What becomes of a record: sent for the first time; sent as an edit; the server had it already as it is; refused by the server;
waits for the next try; kept here, because it may not leave.
"""
_STOPS = 3
"""So many records in a row of which nothing became: then the rest waits too."""
_FORBIDDEN, _NOT_FOUND, _CONFLICT, _TOO_LARGE = 403, 404, 409, 413


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


@dataclass(frozen=True, slots=True)
class _Turn:
    """A record in turn, with what is sent of it. files: those it answers with. mark: of its content."""

    each: Outgoing
    leaves: Leaving
    files: Mapping[str, bytes]
    mark: str

    def verdict(
        self, verdict: str, code: str = "", params: Mapping[str, object] | None = None, files: int = 0
    ) -> Verdict:
        """What became of it."""
        return Verdict(self.each.record, self.each.form, verdict, code, params or {}, files)


class Pushing:
    """Sends to one server. shown: is told of records with contact or restricted answers before these leave."""

    def __init__(self, line: Line, memory: Memory, shown: Callable[[Leaving], None] | None = None) -> None:
        self._line = line
        self._memory = memory
        self._shown = shown
        self._limit = 0
        self._one_by_one = False
        self._is_anew = False
        self._there: dict[str, frozenset[str]] = {}
        self._closed: dict[tuple[str, str], Reply] = {}

    def push(self, records: Iterable[Outgoing]) -> Iterator[Verdict]:
        """Send what is not there yet; give a verdict for each record as soon as it is known.

        Raises FieldkitError where the server cannot be asked at all: as `accepted_length`.
        """
        self._limit = accepted_length(self._line)
        self._is_anew = self._memory.is_new
        in_a_row = 0
        stopped: FieldkitError | None = None
        for each in records:
            if isinstance(each.leaves, str):
                yield from self._stays(each, each.leaves)
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

    def _stays(self, each: Outgoing, why: str) -> Iterator[Verdict]:
        """What stays here; of what the server has from before it is said, since nothing else takes it away there."""
        sent = self._memory.known(each.record).sent
        if sent is not None and why in {NO_STATISTICS, GONE}:
            yield Verdict(each.record, each.form, KEPT, "interop.kept-there", {"instance": sent.instance})
        elif why != GONE:
            yield Verdict(each.record, each.form, KEPT, f"interop.kept-{why}")

    def _waits(self, each: Outgoing, error: FieldkitError) -> Verdict:
        return Verdict(each.record, each.form, WAITS, error.code, error.params)

    def _one(self, each: Outgoing, leaves: Leaving) -> Verdict:
        known = self._memory.known(leaves.record)
        try:
            files = {name: each.files[name]() for name in names_in(leaves, each.files)}
        except FieldkitError as error:
            return Verdict(each.record, each.form, KEPT, error.code, error.params)
        turn = _Turn(each, leaves, files, self._mark(leaves, files))
        if known.sent is not None and known.sent.mark == turn.mark and not known.tried:
            lacking = {
                name: content for name, content in files.items() if known.files.get(name) != _sha(content)
            }
            if not lacking:
                return turn.verdict(PRESENT)
            return self._tried(turn, [known.sent], lacking)
        return self._tried(turn, _candidates(turn, known), files)

    def _mark(self, leaves: Leaving, files: Mapping[str, bytes]) -> str:
        """Of the content; of an encrypted one with its files, which its manifest names."""
        if not leaves.public_key:
            return self._memory.mark(leaves.xml)
        parts = [leaves.xml, leaves.public_key.encode()]
        parts += [f"{name} {_sha(content)}".encode() for name, content in sorted(files.items())]
        return self._memory.mark(b"\0".join(parts))

    def _tried(self, turn: _Turn, candidates: Sequence[Tried], files: Mapping[str, bytes]) -> Verdict:
        """Send what a submission may be, one after the other, until the server takes one."""
        closed = self._closed.get((turn.leaves.form, turn.leaves.version))
        if closed is not None:
            return _refused(turn, closed)
        if self._is_anew and turn.leaves.form not in self._there:
            self._there[turn.leaves.form] = instances(self._line, turn.leaves.form)
        if self._shown is not None and turn.leaves.sensitive:
            self._shown(turn.leaves)
        left = list(candidates)
        while True:
            tried = left.pop(0)
            try:
                status = self._sent(turn, tried, files)
            except _NotTakenError as no:
                left = _left(left, no.reply.status)
                if left:
                    continue
                return self._not_taken(turn, tried, no.reply)
            except FieldkitError as error:
                if error.code not in {"interop.file-too-large", "interop.too-much", "interop.bad-key"}:
                    raise
                return turn.verdict(REFUSED, error.code, error.params)
            return self._taken(turn, tried, status, len(files))

    def _taken(self, turn: _Turn, tried: Tried, status: int, files: int) -> Verdict:
        is_there = status == THERE or turn.leaves.instance in self._there.get(turn.leaves.form, ())
        first_time = self._memory.known(turn.leaves.record).sent is None
        said = {name: _sha(content) for name, content in turn.files.items()}
        self._memory.sent(turn.leaves.record, tried, said)
        was = PRESENT if is_there and first_time else EDITED if tried.before else SENT
        return turn.verdict(was, files=files)

    def _not_taken(self, turn: _Turn, tried: Tried, reply: Reply) -> Verdict:
        """What it means that the server takes a record in no way: it is asked what it has."""
        if reply.status == _FORBIDDEN or (reply.status == _NOT_FOUND and not tried.before):
            self._closed[turn.leaves.form, turn.leaves.version] = reply
        if reply.status != _CONFLICT:
            return _refused(turn, reply)
        try:
            versions = held(self._line, self._memory, turn.leaves.form, turn.leaves.instance)
        except FieldkitError as error:
            raise _WaitsError(error) from error
        if versions is None:
            return _refused(turn, reply, "interop.not-told")
        current = next(each for each in versions if each.is_current)
        if not current.mark:
            return turn.verdict(REFUSED, "interop.edited-there", {"instance": current.instance})
        if current.mark != turn.mark and turn.mark in {each.mark for each in versions}:
            return turn.verdict(PRESENT, "interop.newer-there", {"instance": current.instance})
        return self._settled(turn, current)

    def _settled(self, turn: _Turn, current: Version) -> Verdict:
        """Go on from what the server has, which was sent from here: it is the same, or it is edited."""
        is_same = current.mark == turn.mark
        edit = Tried(next_id(turn.leaves.record, current.instance, turn.mark), current.instance, turn.mark)
        tried = Tried(current.instance, current.before, turn.mark) if is_same else edit
        try:
            self._sent(turn, tried, turn.files)
        except _NotTakenError as no:
            return _refused(turn, no.reply)
        said = {name: _sha(content) for name, content in turn.files.items()}
        self._memory.sent(turn.leaves.record, tried, said)
        return turn.verdict(PRESENT if is_same else EDITED, files=len(turn.files))

    def _sent(self, turn: _Turn, tried: Tried, files: Mapping[str, bytes]) -> int:
        """Send one submission with its files, in as many posts as it takes; give the status of the first.

        Raises _NotTakenError, _WaitsError, FieldkitError("interop.file-too-large"), ("interop.too-much"), ("interop.bad-key").
        """
        xml, files = self._written(turn, tried, files)
        waiting = list(in_posts(xml, files, self._limit, one_by_one=self._one_by_one))
        self._memory.begin(turn.leaves.record, tried)
        first = 0
        while waiting:
            part = waiting.pop(0)
            reply = self._posted(xml, part)
            if reply.status == _TOO_LARGE and len(part) > 1:
                self._one_by_one = True
                waiting = [*({name: content} for name, content in part.items()), *waiting]
                continue
            if reply.status == _TOO_LARGE:
                raise FieldkitError(
                    "interop.too-much", names=list(part), bytes=len(xml) + sum(map(len, part.values()))
                )
            if not is_accepted(reply):
                raise _NotTakenError(reply)
            self._limit = length_of(reply) or self._limit
            first = first or reply.status
        return first

    def _posted(self, xml: bytes, part: Mapping[str, bytes]) -> Reply:
        body, kind = multipart(xml, part)
        try:
            reply = self._line.ask("POST", "/submission", body, kind)
        except FieldkitError as error:
            raise _WaitsError(error) from error
        if reply.status < 300 and not is_accepted(reply):
            raise _WaitsError(FieldkitError("interop.not-openrosa", host=self._line.address.host))
        return reply

    def _written(
        self, turn: _Turn, tried: Tried, files: Mapping[str, bytes]
    ) -> tuple[bytes, Mapping[str, bytes]]:
        """What is posted as the submission, and the files beside it."""
        sent = self._memory.sign(tried.instance, turn.mark)
        xml = submission_of(turn.leaves, tried.instance, tried.before, sent)
        if not turn.leaves.public_key:
            return xml, files
        from fieldkit.interop.client_sealing import Names, sealed

        def secret(name: str) -> bytes:
            return self._memory.secret(f"{name} {tried.instance} {turn.mark}")

        return sealed(turn.leaves, Names(tried.instance, tried.before, sent), xml, turn.files, secret)


def _refused(turn: _Turn, reply: Reply, code: str = "interop.refused-record") -> Verdict:
    return turn.verdict(REFUSED, code, {"status": reply.status, "reason": message_of(reply) or "–"})


def _left(candidates: Sequence[Tried], status: int) -> list[Tried]:
    """What else a submission may be that the server did not take: another edit where it does not have, or no longer has, what was
    to be edited; a first one only where it has nothing of that name.
    """
    if status == _NOT_FOUND:
        return list(candidates)
    return [each for each in candidates if each.before] if status == _CONFLICT else []


def _candidates(turn: _Turn, known: Known) -> list[Tried]:
    """The submissions that this content may be, the likeliest first; the server takes at most one of them.

    What was tried last with this content goes again as it was. Otherwise it is an edit of what was tried last, or before that, or is
    there for sure; and a first one only where none is sure to be there.
    """
    leaves, mark = turn.leaves, turn.mark
    last = known.tried[-1] if known.tried else None
    again = [last] if last is not None and last.mark == mark else []
    if again and not again[0].before:
        return again
    before = [each.instance for each in reversed(known.tried) if each not in again]
    before += [known.sent.instance] if known.sent is not None else []
    found = [Tried(next_id(leaves.record, each, mark), each, mark) for each in dict.fromkeys(before)]
    if known.sent is None:
        found.append(Tried(leaves.instance, "", mark))
    return [*again, *(each for each in found if each not in again)]


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
