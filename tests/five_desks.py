"""A small office with a passphrase and five desks, one of each role, and records whose contact and restricted answers can be
searched for.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldkit.exchange import Exchange
from fieldkit.library import FormLibrary
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.store import Workspace
from tests.quick_keys import quick_keys

CONTACT = "絕無僅有联系"
RESTRICTED = "絕無僅有健康"
NAMES = {
    Role.KEEPER: "张主任", Role.CLERK: "王芳", Role.REVIEWER: "李医生", Role.VERIFIER: "赵核", Role.READER: "周读",
}  # fmt: skip
_HOUSEHOLD = "99010110020000017"


@dataclass(frozen=True)
class FiveDesks:
    """Where it lies, and who works there."""

    folder: Path
    record: str

    def passphrase(self, role):
        """What opens the desk of that role."""
        return f"words of {NAMES[role]}"

    def copied(self, target):
        """The same elsewhere, for a test that changes it."""
        shutil.copytree(self.folder, target)
        return FiveDesks(target, self.record)


def five_desks(folder, now):
    """Make it in a new folder."""
    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        return _made(folder, now)


def _made(folder, now):
    with Office.create(
        folder, name="清溪", division="990101100000", now=lambda: now, passphrase="office words"
    ) as office:
        laptops = [
            Exchange(_laptop(folder.parent / name), lambda: now, seed=n) for n, name in enumerate("AB")
        ]
        for laptop in laptops:
            word = office.enroll_card(laptop.device.card())
            laptop.enrol(office.write_enrolment(word, folder.parent))
        record = _records(laptops)
        for laptop in laptops:
            stick = folder.parent / f"stick {laptop.device.key.id[:4]}"
            stick.mkdir()
            laptop.export(stick)
            assert not office.merge([stick]).refusals
        assert office.conflicts()
        for role, name in NAMES.items():
            add_desk(office, name, [role], f"words of {name}", by="office")
        office.keep_tables()
        office.lists.up_to_date()
    return FiveDesks(folder, record)


def _laptop(folder):
    return Workspace.create(folder, passphrase=None, name=folder.name)


def _records(laptops):
    """A household and somebody away, both with answers of every tier, and both in conflict; gives the latter's id."""
    first, second = laptops
    library = FormLibrary(first._workspace.path("forms"))
    row = {"log_date": "2026-03-30", "log_channel": "phone", "log_result": "reached"}
    answers = {
        "household": {
            "hh_id": _HOUSEHOLD, "village": "990101100200", "date": "2026-03-01", "home/members/m0": "1",
            "home/members/m0/name": f"{CONTACT}名", "home/members/m0/sex": "2", "home/members/m0/birth_year": "1990",
        },
        "migrant": {
            "hh_id": _HOUSEHOLD, "village": "990101100200", "date": "2026-03-02", "consent/basic": "yes",
            "consent/contact": "phone", "consent/person": "m0", "consent/alias": f"{CONTACT}称呼", "consent/share_wanted": "yes",
            "consent/share/s0": "1", "consent/share/s0/recipient": "dest_county", "consent/share/s0/share_purpose": "接上服务",
            "consent/share/s0/share_agreed": "yes", "away/direction": "away", "away/dest_text": f"{CONTACT}地",
            "reach/own_phone": f"{CONTACT}号", "private_now": "yes", "health_consent/health": "yes",
            "counsel/counsel_resp": f"{RESTRICTED}答", "counsel/wants": f"{RESTRICTED}要", "liaison_wanted": "yes",
            "liaison/l0": "1", "liaison/l0/consent_ref": "1", "liaison/l0/partner_code": "990305",
            "liaison/l0/partner_name": f"{CONTACT}单位", "liaison/l0/liaison_what/purpose": f"{RESTRICTED}为",
            "liaison/l0/liaison_what/items_shared": "called contact_way", "log_wanted": "yes", "contact_log/c0": "1",
            **{f"contact_log/c0/{name}": answer for name, answer in row.items()}, "outcome": "done",
        },
    }  # fmt: skip
    made = {}
    for form, said in answers.items():
        known = library.get(form)
        record = made[form] = first.new_record_id()
        first.put(known, record, said)
        second.take_records(first.revisions())
        for number, laptop in enumerate(laptops):
            changed = dict(said)
            for key, answer in said.items():
                if answer.startswith((CONTACT, RESTRICTED)):
                    changed[key] = f"{answer}{number}"
            laptop.put(known, record, changed)
    return made["migrant"]
