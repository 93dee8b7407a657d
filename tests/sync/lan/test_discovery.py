"""An office found by itself: in a network of the test's own, where there is nobody else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from sync.lan.address import Address, reached_at

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
try:
    find_office(of(ours), 1)
except SyncError as error:
    found["gone"] = error.code
print(json.dumps(found))
"""
ALONE = "ip link set lo up multicast on && ip addr add 10.99.0.1/24 dev lo && ip route add 224.0.0.0/4 dev lo"


def test_an_office_is_found_by_its_id_while_it_is_there_and_no_other(tmp_path):
    if os.name == "nt" or not all(map(shutil.which, ("unshare", "ip"))):
        pytest.skip("no network of one's own can be made here")
    script = f'{ALONE} && exec "$@"'
    command = ["unshare", "--net", "--map-root-user", "sh", "-c", script, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False, timeout=20).returncode:
        pytest.skip("no network of one's own can be made here")
    done = subprocess.run(
        [*command, sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "found": "10.99.0.1:8421", "other": "lan.not-found", "gone": "lan.not-found",
    }  # fmt: skip


def test_what_laptops_can_type():
    assert reached_at(Address("10.1.2.3", 1)) == ["10.1.2.3"]
    assert reached_at(Address("office.local", 1)) == ["office.local"]
    every = reached_at(Address("0.0.0.0", 1))
    assert every
    assert "0.0.0.0" not in every
