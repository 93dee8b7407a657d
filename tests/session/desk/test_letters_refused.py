"""Letters and replies that are not what they say, offices that are not who they say, and who may read either."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.office.roles import MAY, Act, Role
from fieldkit.session.desk.desk import Desk
from sync.errors import SyncError
from sync.keys import DeviceKey
from sync.letters import Reply, read_letter, sealed_letter, sealed_reply
from tests.letters_between import COUNTY, THEIRS, ready

# -- letters that are not what they say -------------------------------------------------------------------


@pytest.fixture
def letter(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours)
    return ours.letters.write(record, row, THEIRS, stick)


def test_a_letter_for_somebody_else_says_nothing(offices, letter, tmp_path, demo, now):
    ours, _theirs = offices
    with pytest.raises(FieldkitError, match=r"letter\.not-for-us"):
        ours.incoming.read(letter[1])


def test_whoever_opened_a_letter_cannot_seal_it_for_another_in_the_senders_name(offices, letter, tmp_path):
    ours, theirs = offices
    made, path = letter
    forged = path.with_name("forged.fkletter")
    stranger = DeviceKey.generate()
    forged.write_bytes(sealed_letter(made, stranger, theirs.office.archive.recipients))
    with pytest.raises(FieldkitError, match=r"letter\.bad-signature"):
        theirs.incoming.read(forged)
    # The genuine message, sealed anew for us, is still addressed to them.
    known = ours.office.key.public
    other = ours.office.archive
    with pytest.raises(SyncError, match=r"letter\.not-for-us"):
        forged.write_bytes(sealed_letter(made, ours.office.key, other.recipients))
        read_letter(forged, other.keys.identity, other.id, lambda _key: known)


def test_an_office_that_is_not_in_the_list_is_not_believed(offices, letter, tmp_path):
    _ours, theirs = offices
    stranger = DeviceKey.generate()
    from dataclasses import replace

    forged = tmp_path / "x.fkletter"
    forged.write_bytes(
        sealed_letter(replace(letter[0], sender=stranger.id), stranger, theirs.office.archive.recipients)
    )
    with pytest.raises(FieldkitError, match=r"letter\.unknown-sender"):
        theirs.incoming.read(forged)


def test_a_letter_past_its_day_is_not_shown(offices, letter, now, tmp_path):
    _ours, theirs = offices
    folder = theirs.office.folder
    theirs.close()
    later = now + timedelta(days=91)
    with Desk.open(folder, now=lambda: later) as desk:
        with pytest.raises(FieldkitError, match=r"letter\.expired"):
            desk.incoming.read(letter[1])
        with pytest.raises(FieldkitError, match=r"letter\.expired"):
            desk.incoming.reply(letter[1], "answered", tmp_path)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"letter": "0" * 32}, r"reply\.unknown"),
        ({"result": "whatever"}, r"reply\.result"),
        ({"to": "1" * 32}, r"letter\.not-for-us"),
    ],
)
def test_a_reply_that_belongs_to_no_letter_of_ours_changes_nothing(
    offices, letter, tmp_path, now, change, code
):
    ours, theirs = offices
    plain = {
        "letter": letter[0].id, "sender": theirs.office.archive.id, "to": ours.office.archive.id,
        "result": "answered", "text": "", "on": now.date(),
    } | change  # fmt: skip
    path = tmp_path / "x.fkreply"
    path.write_bytes(sealed_reply(Reply(**plain), theirs.office.key, ours.office.archive.recipients))
    before = ours.office.state()
    with pytest.raises(FieldkitError, match=code):
        ours.letters.take(path)
    assert ours.office.state() == before


def test_another_office_in_the_list_cannot_answer_a_letter_that_went_elsewhere(
    offices, letter, tmp_path, now
):
    ours, _theirs = offices
    from fieldkit.office import Office
    from fieldkit.office.units import add_unit
    from sync.letters import card_spoken

    with Office.create(tmp_path / "third", name="第三", division="990412000000", now=lambda: now) as third:
        card = third.archive.card()
        add_unit(ours.office, "第三", "990412", card, card_spoken(card), by="office")
        reply = Reply(letter[0].id, third.archive.id, ours.office.archive.id, "asked_stop", "", now.date())
        path = tmp_path / "x.fkreply"
        path.write_bytes(sealed_reply(reply, third.key, ours.office.archive.recipients))
    with pytest.raises(FieldkitError, match=r"reply\.other-unit"):
        ours.letters.take(path)


def test_a_reply_about_a_record_that_was_taken_back_changes_nothing(offices, stick):
    ours, theirs = offices
    record, row = ready(ours)
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    reply = theirs.incoming.reply(path, "answered", stick)
    ours.session.handing_in.borrow(ours.office.archive.revisions(record))
    ours.session.withdraw(record, scope="basic", reason="asked")
    ours.hand_in()
    with pytest.raises(FieldkitError, match=r"letter\.record-gone"):
        ours.letters.take(reply)
    assert all(each.record != record for each in ours.letters.all())


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_a_damaged_letter_is_refused_in_words_whatever_happened_to_it(offices, letter, tmp_path, data):
    _ours, theirs = offices
    whole = letter[1].read_bytes()
    how = data.draw(st.sampled_from(["flip", "cut", "add", "other"]))
    if how == "flip":
        place = data.draw(st.integers(0, len(whole) - 1))
        bit = data.draw(st.integers(0, 7))
        damaged = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
    elif how == "cut":
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1))]
    elif how == "add":
        damaged = whole + data.draw(st.binary(min_size=1, max_size=70_000))
    else:
        damaged = data.draw(st.binary(max_size=200))
    path = tmp_path / "damaged.fkletter"
    path.write_bytes(damaged)
    with pytest.raises(FieldkitError, match=r"letter\.(not-for-us|unreadable)"):
        theirs.incoming.read(path)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    what=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "items", "id"]), inner)
        ),
        max_leaves=5,
    ),
    key=st.sampled_from(
        ["", "id", "from", "items", "lock", "until", "written", "consent", "fieldkit", "more"]
    ),
)
def test_a_letter_of_another_make_is_refused_in_words(offices, letter, tmp_path, what, key):
    from sync.canonical import dumps
    from sync.letters import _LETTER_DOMAIN
    from sync.sealing import seal_for

    ours, theirs = offices
    plain = {**letter[0].to_plain(), key: what} if key else what
    statement = dumps(plain)
    path = tmp_path / "odd.fkletter"
    message = ours.office.key.sign(_LETTER_DOMAIN + statement) + statement
    path.write_bytes(seal_for(theirs.office.archive.recipients, message))
    try:
        theirs.incoming.read(path)
    except FieldkitError as error:
        assert error.code.partition(".")[0] == "letter"
    else:
        assert key == "consent", "text alone may stand there"


# -- offices elsewhere ------------------------------------------------------------------------------------


def test_an_office_is_added_only_with_the_digits_that_its_card_has(offices, tmp_path, now):
    from fieldkit.office import Office

    ours, theirs = offices
    with Office.create(tmp_path / "third", name="第三", division="990412000000", now=lambda: now):
        pass
    card, digits = ours.units.card(tmp_path / "third" / "office.fkoffice")
    wrong = digits.replace(digits[0], str((int(digits[0]) + 1) % 10), 1)
    for said in (wrong, "", digits[:-1]):
        with pytest.raises(FieldkitError, match=r"unit\.other-digits"):
            ours.units.add("第三", "990412", card, said)
    assert {each.name for each in ours.units.all()} == {THEIRS}
    ours.units.add("第三", "990412", card, digits)
    assert {each.name for each in ours.units.all()} == {THEIRS, "第三"}
    assert theirs.units.ours() != ours.units.ours()
    own, own_digits = ours.units.card(ours.office.folder / "office.fkoffice")
    assert own_digits == ours.units.ours()
    with pytest.raises(FieldkitError, match=r"unit\.itself"):
        ours.units.add("我们", "990101", own, own_digits)


def test_where_somebody_is_stands_in_no_list_and_in_no_event(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours)
    letter, _path = ours.letters.write(record, row, THEIRS, stick)
    from sync.events import noted

    kept = str([row.facts for row in ours.office.lists.rows("letter")])
    kept += str([event.facts for event in noted(ours.office.archive, "letter", "look")])
    assert letter.id in kept
    for told in (COUNTY, THEIRS, letter.to):
        assert told not in kept


def test_a_case_leaves_by_a_letter_or_a_sealed_export_and_only_who_may_liaise_writes_one():
    """`case_transfer` has two callers: the letters of a desk, and the export of a case, which both ask for the act first."""
    import ast

    import fieldkit

    sources = Path(fieldkit.__file__).parent
    importing = {}
    for path in sources.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for name in node.names:
                    importing.setdefault(name.name, set()).add(path.relative_to(sources).as_posix())
    assert importing["case_transfer"] == {"session/desk/letter_items.py", "report/exports/case.py"}
    assert importing["case_of"] == {"cli/export_case.py"}
    assert importing["letter_of"] == {"session/desk/letters.py"}
    assert {role for role in Role if Act.LIAISE in MAY[role]} == {Role.CLERK}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLERK])
def test_whoever_may_not_liaise_sees_and_writes_nothing(offices, stick, role):
    ours, _theirs = offices
    record, row = ready(ours)
    ours.roles = frozenset({role})
    for call in (
        ours.letters.all, ours.letters.state, ours.units.all,
        lambda: ours.letters.write(record, row, THEIRS, stick), lambda: ours.letters.stop(record),
        lambda: ours.letters.draft(record, row, THEIRS), lambda: ours.incoming.read(stick / "x"),
    ):  # fmt: skip
        with pytest.raises(FieldkitError, match=r"role\.may-not"):
            call()
