"""Recorded behaviour of ODK Web Forms, where it is at hand beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.exceptions import listed
from tests.conformance.scenarios import DisagreementError, Replay

CASES = Path(__file__).parents[3] / "shared" / "conformance"

if not (CASES / "scenarios.jsonl").is_file():
    pytest.skip("the public conformance cases are not beside the repository", allow_module_level=True)


def test_the_scenarios_that_web_forms_passes():
    """Every scenario that fails is listed with its reason, and every scenario that is listed fails."""
    failed = {}
    checked = 0
    for line in (CASES / "scenarios.jsonl").read_text(encoding="utf-8").splitlines():
        scenario = json.loads(line)
        if scenario["peer_state"] != "pass":
            continue
        run = Replay(CASES, scenario)
        try:
            run.run()
        except DisagreementError as error:
            failed[scenario["id"]] = str(error)
        checked += run.checked
    print(f"{checked} expectations met, {len(failed)} scenarios fail")
    known = listed("Scenarios")
    assert {name: why for name, why in failed.items() if name not in known} == {}
    assert known - set(failed) == set()
