"""A network that one process has to itself, so that what a test sends to everybody reaches nobody."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

ADDRESS = "10.99.0.1"
_UP = f"ip link set lo up multicast on && ip addr add {ADDRESS}/24 dev lo && ip route add 224.0.0.0/4 dev lo"


def network_of_its_own():
    """What a command begins with to run there; skips the test where that cannot be."""
    command = ["unshare", "--net", "--map-root-user", "sh", "-c", f'{_UP} && exec "$@"', "sh"]
    if os.name == "nt" or not all(map(shutil.which, ("unshare", "ip"))):
        pytest.skip("unshare and ip make a network of one's own, and are not here")
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False, timeout=20)
    if tried.returncode:
        pytest.skip(f"no network of one's own can be made here: {tried.stderr.strip()}")
    return command
