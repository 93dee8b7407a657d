"""An office found by itself: in a network of the test's own, where there is nobody else."""

from __future__ import annotations

import json
import subprocess
import sys

from sync.lan.address import Address, reached_at
from tests.sync.lan.alone import network_of_its_own

LOOK = """
import json, sys
from sync import DeviceKey, Enrolment, SyncError
from sync.lan.address import Address
from sync.lan.discovery import announced, find_office

ours, other = DeviceKey.generate(bytes(32)), DeviceKey.generate(bytes([1]) * 32)

def of(office):
    return Enrolment(
        office=office.id, office_public=office.public, office_name="o", division="", device="d" * 32,
        device_public=b"", name="l", since="", number_block=(1, 2),
    )

found = {}
with announced(ours.id, Address("10.99.0.1", 8421)):
    address = find_office(of(ours), 5)
    found["found"] = str(address)
    try:
        find_office(of(other), 1)
    except SyncError as error:
        found["other"] = error.code
print(json.dumps(found))
"""


def test_an_office_is_found_by_its_id_and_no_other():
    done = subprocess.run(
        [*network_of_its_own(), sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"found": "10.99.0.1:8421", "other": "lan.not-found"}


def test_what_laptops_can_type():
    assert reached_at(Address("10.1.2.3", 1)) == ["10.1.2.3"]
    assert reached_at(Address("office.local", 1)) == ["office.local"]
    every = reached_at(Address("0.0.0.0", 1))
    assert every
    assert "0.0.0.0" not in every
