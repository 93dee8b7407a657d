"""Who works at the office: desks given, changed, closed, lost and made anew; passphrases; backups; the log of looks."""

from __future__ import annotations

import shutil

import pytest

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.backup import Backup, restore
from fieldkit.office.desks import add_desk, give_roles, roles_now, worker, workers
from fieldkit.office.keys import change_passphrase
from fieldkit.office.roles import EVERY, Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.session import Session
from tests.five_desks import CONTACT, NAMES, RESTRICTED, five_desks

CLERK, REVIEWER, KEEPER = (NAMES[role] for role in (Role.CLERK, Role.REVIEWER, Role.KEEPER))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from tests.conftest import NOW

    return five_desks(tmp_path_factory.mktemp("five") / "office", NOW)


@pytest.fixture
def office(made, tmp_path):
    return made.copied(tmp_path / "办公 室")


@pytest.fixture
def opened(office, now):
    """Open somebody's desk, by its passphrase or another: `opened("王芳")`; it is closed at the end."""
    desks = []

    def desk(name="", words="", at=None):
        words = words or (f"words of {name}" if name else "office words")
        folder = at or office.folder
        desks.append(Desk.open(folder, name, now=lambda: now, passphrase=lambda: words))
        return desks[-1]

    yield desk
    for each in desks:
        each.close()


def decided(desk, record, text):
    view = desk.office.view(record)
    return desk.decide(
        view, Operation.RESOLVE, {"village": text}, changed=["village"], note={"by": desk.name}
    )


# -- giving, changing, taking -----------------------------------------------------------------------------


def test_a_desk_is_given_and_changed_and_what_it_may_follows(opened):
    keeper = opened(KEEPER)
    keeper.people.add("新人", [Role.READER], "her words")
    assert opened("新人", "her words").roles == {Role.READER}
    keeper.people.change("新人", [Role.CLERK, Role.VERIFIER])
    [person] = [each for each in keeper.people.all() if each.name == "新人"]
    assert person.roles == {Role.CLERK, Role.VERIFIER}
    assert person.is_here
    assert not person.is_self
    for give in (keeper.people.change, lambda name, roles: keeper.people.add(f"{name}2", roles, "x")):
        with pytest.raises(FieldkitError, match=r"desk\.no-roles"):
            give("新人", [])


def test_whoever_leaves_neither_opens_nor_decides_nor_hands_in(opened, office):
    clerk, keeper = opened(CLERK), opened(KEEPER)
    seen = clerk.office.view(office.record)
    keeper.people.let_go(CLERK)
    with pytest.raises(FieldkitError, match=r"desk\.closed"):
        decided(clerk, office.record, "990101100201")
    assert clerk.office.view(office.record) == seen
    # What was sealed already stays where it is.
    clerk.session.exchange.decide(seen, Operation.RESOLVE, dict(seen.fields), changed=[], note={})
    with pytest.raises(FieldkitError, match=r"desk\.closed"):
        clerk.hand_in()
    assert clerk.session.handing_in.waits
    clerk.close()
    with pytest.raises(FieldkitError, match=r"desk\.closed"):
        opened(CLERK)
    assert keeper.office.quarantine() == []
    [gone] = [each for each in keeper.people.all() if not each.roles]
    assert gone.name == CLERK


def test_whoever_comes_back_gets_a_new_desk_under_the_old_name(opened):
    keeper = opened(KEEPER)
    keeper.people.let_go(CLERK)
    keeper.people.add(CLERK, [Role.READER], "new words")
    assert opened(CLERK, "new words").roles == {Role.READER}
    with pytest.raises(StoreError, match=r"wrong-passphrase"):
        opened(CLERK, f"words of {CLERK}")


def test_roles_that_change_while_a_desk_is_open_are_noticed_at_the_next_decision(opened, office):
    reviewer, keeper = opened(REVIEWER), opened(KEEPER)
    decided(reviewer, office.record, "990101100201")
    keeper.people.change(REVIEWER, [Role.READER])
    seen = reviewer.office.view(office.record)
    with pytest.raises(FieldkitError, match=r"desk\.other-roles"):
        decided(reviewer, office.record, "990101100202")
    assert reviewer.office.view(office.record) == seen
    assert reviewer.roles == {Role.READER}
    assert reviewer.hidden == {"C", "R", "X"}


def test_the_last_keeper_stays(opened, office, now):
    keeper = opened(KEEPER)
    give_roles(keeper.office, KEEPER, [Role.KEEPER, Role.READER], by="test")
    # The office's own passphrase keeps it too, so a keeper by name may go; then its holder may not.
    keeper.people.let_go(KEEPER)
    with pytest.raises(FieldkitError, match=r"role\.may-not"):
        keeper.people.all()
    own = opened()
    assert own.roles == {Role.KEEPER}
    for change in (lambda: own.people.let_go("office"), lambda: own.people.change("office", [Role.CLERK])):
        with pytest.raises(FieldkitError, match=r"desk\.last-keeper"):
            change()
    own.people.change(REVIEWER, [Role.REVIEWER, Role.KEEPER])
    own.people.change("office", [Role.CLERK])
    assert own.roles == {Role.CLERK}
    with pytest.raises(FieldkitError, match=r"role\.may-not"):
        own.people.change("office", [Role.KEEPER])


def test_the_keeper_of_several_people_gains_no_role_by_opening_a_desk(opened):
    for _time in range(2):
        desk = opened()
        assert desk.roles == {Role.KEEPER}
        assert roles_now(desk.office, "office") == {Role.KEEPER}
        desk.close()


def test_alone_one_may_everything_as_long_as_one_is_alone(tmp_path, now):
    folder = tmp_path / "alone"
    Office.create(folder, name="x", division="", now=lambda: now, passphrase="w").close()
    with Desk.open(folder, now=lambda: now, passphrase=lambda: "w") as desk:
        assert desk.roles == EVERY


# -- lost desks, passphrases, backups ---------------------------------------------------------------------


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_lost_desk_is_made_anew_with_the_same_roles_and_the_old_key_is_not_taken(
    opened, office, now, tmp_path, is_gone
):
    before = opened(CLERK)
    old = before.device
    before.close()
    thief = tmp_path / "copy"
    shutil.copytree(office.folder, thief)
    if is_gone:
        shutil.rmtree(office.folder / "desks" / CLERK)
        with pytest.raises(FieldkitError, match=r"desk\.lost"):
            opened(CLERK)
    keeper = opened(KEEPER)
    assert [each.is_here for each in keeper.people.all() if each.name == CLERK] == [not is_gone]
    keeper.people.renew(CLERK, "new words")
    desk = opened(CLERK, "new words")
    assert desk.roles == {Role.CLERK}
    assert desk.device != old
    decided(desk, office.record, "990101100201")
    assert [each.device for each in workers(desk.office) if each.name == CLERK and each.roles] == [
        desk.device
    ]
    [lost] = [each for each in desk.office.archive.devices() if each.id == old]
    assert lost.revoked
    with pytest.raises(FieldkitError, match=r"desk\.own"):
        keeper.people.renew(KEEPER, "x")


def test_another_passphrase_of_ones_own_opens_desk_and_archive_and_the_old_one_nothing(opened, office):
    desk = opened(CLERK)
    for old in ("guessed", "office words"):
        with pytest.raises(StoreError, match=r"wrong-passphrase"):
            desk.change_passphrase(old, "x")
    with pytest.raises(FieldkitError, match=r"passphrase\.empty"):
        desk.change_passphrase(f"words of {CLERK}", "")
    desk.change_passphrase(f"words of {CLERK}", "new words")
    desk.close()
    assert opened(CLERK, "new words").office.view(office.record)
    with pytest.raises(StoreError, match=r"wrong-passphrase"):
        opened(CLERK, f"words of {CLERK}")


def test_a_passphrase_changed_like_that_of_a_laptop_locks_nobody_out(opened, office, now):
    with Session.open(office.folder / "desks" / CLERK, lambda: f"words of {CLERK}", lambda: now) as session:
        session.change_passphrase("new words")
    assert opened(CLERK, "new words").office.view(office.record)


@pytest.mark.parametrize("how", ["at the desk", "office passphrase", "desk alone"])
def test_the_keepers_passphrase_is_that_of_the_office_however_it_is_changed(opened, office, now, how):
    desk = opened()
    record = desk.device
    if how == "at the desk":
        desk.change_passphrase("office words", "new words")
        words = "new words"
    desk.close()
    if how == "office passphrase":
        change_passphrase(office.folder, lambda: "office words", None, "new words")
        words = "new words"
    elif how == "desk alone":
        with Session.open(office.folder / "desks" / "office", lambda: "office words", lambda: now) as session:
            session.change_passphrase("other words")
        words = "office words"
    for name in ("", "office"):
        again = opened(name, words)
        assert again.device == record
        again.close()
    wrong = "office words" if words != "office words" else "other words"
    with pytest.raises(StoreError, match=r"wrong-passphrase"):
        opened("", wrong)


def test_a_backup_holds_no_desk_and_after_it_everybody_gets_theirs_in_one_step(opened, office, now, tmp_path):
    decided(opened(REVIEWER), office.record, "990101100201")
    keeper = opened()
    made, _removed = keeper.office.back_up(tmp_path / "disk")
    assert not any(name.startswith("desks") for name in made.files)
    again = tmp_path / "again"
    restore(Backup.read(made.path), again, now)
    with pytest.raises(FieldkitError, match=r"desk\.lost"):
        opened(REVIEWER, at=again)
    own = opened(at=again)
    assert own.roles == {Role.KEEPER}
    assert [each.is_here for each in own.people.all() if each.name == REVIEWER] == [False]
    own.people.renew(REVIEWER, "new words")
    desk = opened(REVIEWER, "new words", at=again)
    assert desk.roles == {Role.REVIEWER}
    assert decided(desk, office.record, "990101100202").fields["village"] == "990101100202"
    assert desk.office.verify().damaged == ()


def test_an_office_made_anew_from_its_bundles_knows_its_people(now, tmp_path):
    from fieldkit.office.anew import make_anew

    folder, store = tmp_path / "office", tmp_path / "store"
    office = Office.create(
        folder, name="x", division="", now=lambda: now, passphrase="office words", bundles=store
    )
    with office:
        add_desk(office, CLERK, [Role.CLERK], "her words", by="office")
    keys = tmp_path / "keys"
    shutil.copytree(folder / "keys", keys)
    shutil.rmtree(folder)
    make_anew(folder, store, keys, lambda: now, lambda: "office words")
    with Desk.open(folder, now=lambda: now, passphrase=lambda: "office words") as desk:
        assert worker(desk.office, CLERK).roles == {Role.CLERK}
        desk.people.renew(CLERK, "new words")
    with Desk.open(folder, CLERK, now=lambda: now, passphrase=lambda: "new words") as desk:
        assert desk.roles == {Role.CLERK}


# -- the log of looks -------------------------------------------------------------------------------------


def test_the_log_says_who_looked_when_and_why_and_never_at_what(opened, office):
    clerk, reviewer, keeper = opened(CLERK), opened(REVIEWER), opened(KEEPER)
    clerk.look(office.record, "conflict")
    reviewer.look(office.record, "review")
    opened(NAMES[Role.READER]).look(office.record, "list")
    found = reviewer.looks.latest()
    assert [(each.by, each.why, each.tiers) for each in found] == [
        (REVIEWER, "a review", "contact, health and other restricted answers"),
        (CLERK, "a conflict", "contact"),
    ]
    assert found == keeper.looks.latest()
    assert CONTACT not in str(found)
    assert RESTRICTED not in str(found)
    assert found[0].title.endswith("2026-03-02")
    assert reviewer.looks.latest(office.record, 1) == found[:1]
    assert reviewer.looks.latest("0" * 8) == []
    with pytest.raises(FieldkitError, match=r"role\.may-not"):
        clerk.looks.latest()
