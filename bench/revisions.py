"""Revisions of about 2.8 KB as field work makes them, one in six a second one of its record; made as they are asked
for, the same each time.
"""

from __future__ import annotations

import hashlib
import random

from sync import Body, DeviceKey, Envelope, Operation, Revision, new_record_id, seal

_SIGNS = "村组户老小李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
_FIELDS = 75
_KINDS = 2000
"""How many sets of answers there are: more than one segment of a bundle holds, so that none is found twice in it."""
_START = 1_770_000_000_000


class Revisions:
    """`count` revisions of one laptop, to be gone through as often as wanted."""

    def __init__(self, count: int, key: DeviceKey) -> None:
        self.count = count
        self.key = key
        chance = random.Random(7)
        self._kinds = [_answers(chance) for _ in range(_KINDS)]
        self._signatures: list[bytes] = []

    def __len__(self) -> int:
        return self.count

    def __contains__(self, revision: object) -> bool:
        return any(each == revision for each in self)

    def __iter__(self):
        chance = random.Random(8)
        before = None
        for number in range(self.count):
            second = number % 6 == 5
            answers = self._kinds[number % _KINDS] | {"number": str(number)}
            body = Body(answers, ("number",), salt=chance.randbytes(16)).to_bytes()
            moment = _START + number * 1000
            envelope = Envelope(
                record=before.envelope.record if second else new_record_id(moment, chance),
                parents=(before.id,) if second else (), form="visit", form_hash="5" * 64, device=self.key.id,
                epoch="00aa11bb22cc33dd", sequence=number + 1, previous=before.id if before else None,
                hlc=f"{moment:013d}-0000", wall="2026-03-01T08:00:00+08:00", user="u", operation=Operation.PUT,
                body_hash=hashlib.sha256(body).hexdigest(),
            )  # fmt: skip
            # Signing costs more than all the rest: what was signed once is kept.
            if number < len(self._signatures):
                revision = Revision(envelope, envelope.to_bytes(), self._signatures[number], body)
            else:
                revision = seal(envelope, body, self.key)
                self._signatures.append(revision.signature)
            before = revision
            yield revision


def _answers(chance: random.Random) -> dict[str, str]:
    return {f"group_{n % 9}/question_{n}": _answer(n, chance) for n in range(_FIELDS)}


def _answer(number: int, chance: random.Random) -> str:
    if number % 3 == 0:
        return "".join(chance.choices(_SIGNS, k=chance.randrange(2, 9)))
    return str(chance.randrange(9)) if number % 3 == 1 else f"code_{chance.randrange(40)}"
