"""Questions of the office in packs of other versions."""

from __future__ import annotations

from sync import Comment, ReturnPack, read_return_pack, write_return_pack
from tests.session.desk.there_and_back import answered

# -- packs of other versions ------------------------------------------------------------------------------


def test_an_old_office_sends_questions_without_days_and_takes_none_back(way, now):
    record = way.visit()
    path = way.path(record, "need_top")
    own = way.session.exchange.device
    comments = (Comment("c1", record, path, "One?", "李", "2026-03-31T09:00:00+08:00"),)
    way.later()

    def old(comments):
        way.later()
        pack = ReturnPack(way.office.archive.receipt(own.key.id), own.enrolment, comments=comments)
        return write_return_pack(way.stick, pack, way.office.key, own.enrolment.device_recipient)

    way.session.sticks.take(old(comments))
    assert [(each.id, each.deadline) for each in way.session.exchange.questions()] == [("c1", "")]
    way.session.sticks.take(old(()))
    assert [each.id for each in way.session.exchange.questions()] == ["c1"]
    answered(way, record, replies={"need_top": ""})
    way.session.sticks.take(old(comments))
    assert way.session.exchange.questions() == []


def test_an_old_laptop_reads_what_is_asked(way):
    """What it reads: rows of six texts, and of the list nothing that it does not know."""
    from sync import pack as packs
    from sync.canonical import loads_strict

    way.query(way.visit(), need_top="One?")
    pack, _found = way.back()
    identity = way.session.exchange.device.identity
    content = pack.path.read_bytes()
    _header, cipher, stored = packs._outside(content, pack.path)
    inside = packs._decompressed(packs._unsealed(stored, cipher, identity, pack.path), pack.path)[64:]
    listed = loads_strict(inside[4 : 4 + int.from_bytes(inside[:4], "big")])
    [row] = listed["comments"]
    assert len(row) == 6
    assert all(isinstance(each, str) for each in row)
    assert listed["deadlines"] == [[row[0], "2026-04-07"]]
    assert read_return_pack(pack.path, identity).asks
