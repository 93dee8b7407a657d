"""TinyDB's own tests on our classes. They are fetched with their release, by the Makefile, and never kept here."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "build" / f"tinydb-{version('tinydb')}.tar.gz"
OTHER_FILES = {
    "test_storages.py": "TinyDB's own storages, and the text of their files",
    "test_middlewares.py": "what lies in TinyDB's own storages below a middleware",
}
OTHERS = {f"test_table_repr[{kind}]": "names the storage class" for kind in ("memory", "json")}


@pytest.mark.skipif(not RELEASE.is_file(), reason=f"{RELEASE.name} is not in build/; `make test` fetches it")
def test_tinydbs_own_tests_pass_on_our_classes(tmp_path, tried):
    with tarfile.open(RELEASE) as release:
        for member in release:
            # Without the package's __init__, or they would be taken for our tests.
            if member.name.count("/") == 2 and "/tests/" in member.name and "__init__" not in member.name:
                if Path(member.name).name in OTHER_FILES:
                    continue
                content = release.extractfile(member)
                (tmp_path / Path(member.name).name).write_bytes(content.read())
    result = tmp_path / "result.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "on_journal", "-c", os.devnull, "--rootdir", tmp_path, "-q",
         "-p", "no:cacheprovider", f"--junitxml={result}", tmp_path],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.is_file(), done.stdout + done.stderr
    cases = list(ET.parse(result).iter("testcase"))
    failed = {case.get("name") for case in cases if any(part.tag in {"failure", "error"} for part in case)}
    assert failed == set(OTHERS), done.stdout
    assert all(case.find("skipped") is None for case in cases)
    passed = len(cases) - len(failed)
    assert passed >= 195
    tried(f"{passed} of {len(cases)} of TinyDB's tests pass, {len(failed)} are about what we are not")
