"""JavaRosa's recorded states, leaf by leaf, where they are at hand beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldkit.xforms import FormError
from tests.conformance.exceptions import listed
from tests.conformance.traces import replay

CASES = Path(__file__).parents[3] / "shared" / "conformance"

if not (CASES / "traces.jsonl").is_file():
    pytest.skip("the public conformance cases are not beside the repository", allow_module_level=True)


def test_every_leaf_is_as_javarosa_has_it():
    """Every form that differs is listed with its reason, and every form that is listed differs."""
    differing = {}
    compared = 0
    for line in (CASES / "traces.jsonl").read_text(encoding="utf-8").splitlines():
        trace = json.loads(line)
        found = replay(CASES, trace)
        name = trace["form"].split("/")[1]
        if isinstance(found, FormError):
            differing.setdefault(name, []).append(str(found.problems[:1]))
            continue
        compared += found.compared
        if found.differences:
            differing.setdefault(name, []).extend(found.differences)
    known = listed("Traces") | listed("Forms")
    print(f"{compared} states compared, {len(differing)} forms differ")
    assert {name: why for name, why in differing.items() if name not in known} == {}
    assert listed("Traces") - set(differing) == set()
