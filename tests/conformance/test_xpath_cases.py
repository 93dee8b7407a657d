"""The public conformance cases for expressions, where they are at hand beside the repository."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path

import pytest

from fieldkit.xforms.instance import Text, parse_xml
from fieldkit.xforms.xpath import XPathError, evaluate
from tests.conformance.exceptions import listed

CASES = Path(__file__).parents[3] / "shared" / "conformance"

if not (CASES / "xpath.jsonl").is_file():
    pytest.skip("the public conformance cases are not beside the repository", allow_module_level=True)


@cache
def _document(name):
    return parse_xml((CASES / name).read_bytes())


def _key(node):
    return (id(node.parent), "text") if isinstance(node, Text) else id(node)


def _passes(case):
    document = _document(case["doc"])
    expect = case["expect"]
    kind, wanted = expect["type"], expect.get("value")
    context = evaluate(case["context"], document, want="nodes")[0]
    root = evaluate(case["root"], document, want="nodes")[0] if case.get("root") else None

    def run(want):
        return evaluate(
            case["expr"], context, root=root, namespaces=case.get("namespaces"), want=want, tz=case.get("tz"), language=case.get("language")
        )  # fmt: skip

    match kind:
        case "error":
            try:
                run("string")
            except XPathError:
                return True
            return False
        case "boolean":
            return run("boolean") == wanted
        case "number":
            number = run("number")
            wanted = math.nan if wanted is None else float(wanted)
            rounded = 0.005 if {"area", "distance"} & set(case["functions"]) else 1e-12
            return number == pytest.approx(wanted, nan_ok=True, rel=1e-9, abs=rounded)
        case "number-rounded":
            return round(run("number") * expect["factor"]) == round(wanted * expect["factor"])
        case "string":
            return run("string") == wanted
        case "string-length":
            return len(run("string")) == wanted
        case "match":
            return bool(re.search(wanted["source"], run("string")))
        case "count":
            return len(run("nodes")) == wanted
        case "nodes" | "nodes-unordered":
            nodes = run("nodes")
            if any(_path(each) is None for each in wanted):
                return [node.qname for node in nodes] == [each["name"] for each in wanted]
            found = [_key(node) for node in nodes]
            expected = [_key(evaluate(_path(each), document, want="nodes")[0]) for each in wanted]
            return (
                found == expected
                if kind == "nodes"
                else sorted(map(str, found)) == sorted(map(str, expected))
            )
        case "first-node":
            if _path(wanted) is None:
                return run("nodes")[0].qname == wanted["name"]
            return _key(run("nodes")[0]) == _key(evaluate(_path(wanted), document, want="nodes")[0])
    return True


def _path(wanted):
    return wanted["path"] if isinstance(wanted, dict) else wanted


def test_the_public_cases():
    """Every case that fails is listed with its reason, and every case that is listed fails."""
    failed = {}
    total = 0
    for line in (CASES / "xpath.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        total += 1
        try:
            passed = _passes(case)
        except XPathError:
            passed = False
        if not passed:
            failed[case["id"]] = case["expr"]
    print(f"{total - len(failed)} of {total} pass")
    known = listed("Expressions")
    assert {name: expression for name, expression in failed.items() if name not in known} == {}
    assert known - set(failed) == set()
