"""Revisions that are properly signed and not what a revision is: each is refused by its code, and none blocks the rest."""

from __future__ import annotations

import json

import pytest

from sync import Body, Operation
from tests.sync.laptops import Laptop, World
from tests.sync.parts import plain, signed, with_body, with_fact

DEEP = b'{"ans":{},"chg":[],"note":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b',"salt":"%b"}'
HASH = "a" * 64
ENVELOPES = {
    "a field more": lambda raw: plain({**json.loads(raw), "x": 1}),
    "a field less": lambda raw: plain({k: v for k, v in json.loads(raw).items() if k != "usr"}),
    "a field twice": lambda raw: raw.replace(b'"seq":', b'"rec":"x","seq":', 1),
    "not sorted": lambda raw: json.dumps(dict(reversed(json.loads(raw).items())), separators=(",", ":")).encode(),
    "spaces": lambda raw: raw.replace(b":", b": ", 1),
    "a list": lambda _raw: b"[]",
    "nothing": lambda _raw: b"",
    "null": lambda _raw: b"null",
    "no JSON": lambda raw: raw[:-1],
    "not UTF-8": lambda raw: raw.replace(b"user of", b"\xff\xfe", 1),
    "half a surrogate": lambda raw: raw.replace(b"user of", b"\\ud800", 1),
    "a text that is not NFC": lambda raw: with_fact(raw, "usr", "e\u0301"),
    "deep": lambda raw: raw.replace(b'"par":', b'"par":' + b"[" * 2000 + b"]" * 2000 + b',"pas":', 1),
    **{
        f"{name} = {value!r}": lambda raw, name=name, value=value: with_fact(raw, name, value)
        for name, values in {
            "seq": (0, -1, 1.0, 2.5, 2**53 + 1, 2**64, 10**400, "1", None, True, []),
            "v": (0, 1.0, "1", None, True),
            "rec": ("", "x", HASH, 1, None, "019C1C38-A400-7C21-A29F-6FBED82C07CD"),
            "par": ("", {}, None, 1, ["x"], [1], [None], [HASH.upper()], {HASH: 1}, HASH),
            "prev": ("", "x", 1, [], HASH[:63], HASH + "\n"),
            "hlc": ("", "1", "0000000000001-000G", "\u0660" * 13 + "-0000", 1, None),
            "wall": ("", "yesterday", "2026-03-31T08:00:00", "20260331T080000+0800", "2026-99-01T00:00:00+00:00", 1),
            "op": ("", "PUT", "drop", 1, None, []),
            "body": ("", "x", HASH.upper(), None, 1),
            "usr": (1, None, [], {"a": 1.5}),
            "form": (1, None),
        }.items()
        for value in values
    },
}  # fmt: skip
SALT = "AAAAAAAAAAAAAAAAAAAAAA=="
BODIES = {
    "a part more": lambda body: plain({**body, "x": 1}),
    "a part less": lambda body: plain({k: v for k, v in body.items() if k != "chg"}),
    "a path twice": lambda body: plain(body).replace(b'"ans":{', b'"ans":{"a":"2",', 1),
    "an answer that is not NFC": lambda body: plain({**body, "ans": {"a": "e\u0301"}}),
    "a path that is not ASCII": lambda body: plain({**body, "ans": {"é": "1"}}),
    "a changed path that is none": lambda body: plain({**body, "chg": [1]}),
    "deep": lambda _body: DEEP % SALT.encode(),
    "nothing": lambda _body: b"",
    "null": lambda _body: b"null",
    **{
        f"{name} = {str(value)[:60]}": lambda body, name=name, value=value: plain({**body, name: value})
        for name, values in {
            "ans": ([], None, 1, {"a": 1}, {"a": 1.5}, {"a": None}, {"a": ["x"]}, {"a": {"missing": 1}}, {"a": {}},
                    {"a": {"missing": "dk", "x": "y"}}, {"a": {"other": "dk"}}, {"a": True}),
            "chg": (None, {}, "a", {"a": "b"}, [["a"]], [None]),
            "note": (None, [], [1], 1, "", "x", {"a": 1.5}, {"a": 2**53 + 1}, {"a": 10**400}, {"é": 1}, {"a": {"é": 1}},
                     {"a": "e\u0301"}, {"a": [[[1.0]]]}),
            "salt": ("", "x", SALT[:-1], None, 1, "AAAA", SALT + "AAAA"),
        }.items()
        for value in values
    },
}  # fmt: skip


@pytest.fixture
def taken(base, new_office):
    """Bring a bundle with one revision of many that is made wrong; give the report, and look at the archive."""
    world, office = World(), new_office()
    laptop = Laptop(world, 1)
    office.enroll(laptop.card)
    whole = [laptop.write(world.new_record(), changes={"a": str(n)}) for n in range(4)]

    def brought(bad):
        report = office.import_bundle(laptop.stick(base, office, [*whole, *bad]))
        assert office.verify().damaged == ()
        assert {view.fields["a"] for view in office.views()} == {str(n) for n in range(4)}
        assert (report.offered, report.new + report.held) == (4 + len(bad), 4)
        return report

    brought.like = laptop.write(world.new_record(), Operation.PUT, {"a": "canary"})
    brought.key = laptop.key
    return brought


def test_each_malformed_revision_is_refused_by_itself(taken, tried):
    bad = {name: signed(taken.like, taken.key, make(taken.like.raw)) for name, make in ENVELOPES.items()}
    body = json.loads(taken.like.raw_body)
    bad |= {f"body: {name}": with_body(taken.like, taken.key, make(body)) for name, make in BODIES.items()}
    for name, each in bad.items():
        report = taken([each])
        assert (report.refused, report.new + report.held) == (1, 4), name
        assert set(report.reasons) <= {"revision.malformed", "canonical.refused", "revision.body-mismatch"}, (
            name
        )
    tried(f"{len(bad)} malformed revisions")
    together = {each.id: each for each in bad.values()}
    assert taken(list(together.values())).refused == len(together)


def test_a_body_that_is_not_the_one_signed_for_is_refused(taken):
    other = signed(taken.like, taken.key, raw_body=Body({"a": "other"}, ("a",)).to_bytes())
    assert taken([other]).reasons == ("revision.body-mismatch",)
