"""Any record that our engine makes comes back as the same answers; rows keep their ids; parts and doors take nothing odd."""

from __future__ import annotations

import contextlib
import json
import random
import tempfile
import zlib
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.door import Door, claim_in, kept
from fieldkit.interop.openrosa.multipart import parts_of
from fieldkit.interop.openrosa.reading import read_record, record_id
from fieldkit.interop.openrosa.rows import with_lasting_ids
from fieldkit.interop.openrosa.settings_code import picture, settings_text
from fieldkit.privacy.tiers import template_of
from fieldkit.xforms import FormEntry, Missing, load_form
from fieldkit.xforms.definition import Question, Repeat
from tests.interop.collect import multipart

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
FORM = """
settings:
  - {form_id: visit, version: "7"}
survey:
  - {type: select_one yn, name: ok, label: OK}
  - {type: text, name: who, label: Who, default: nobody, "fk:tier": C}
  - {type: begin group, name: g, label: G, relevant: "${ok} != 'no'"}
  - {type: begin repeat, name: m, label: M}
  - {type: text, name: name, label: Name}
  - {type: integer, name: age, label: Age, relevant: "${name} != 'x'", "fk:tier": R}
  - {type: begin repeat, name: t, label: T}
  - {type: select_multiple yn, name: s, label: S}
  - {type: end repeat}
  - {type: end repeat}
  - {type: end group}
  - {type: calculate, name: sum, calculation: "sum(${age})"}
  - {type: text, name: card, label: Card, "fk:tier": X}
choices:
  - {list_name: yn, name: "yes", label: "Yes"}
  - {list_name: yn, name: "no", label: "No"}
"""


@pytest.fixture(scope="module")
def form():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "visit.yaml")
        path.write_text(FORM, encoding="utf-8")
        return load_form(path)


steps = st.lists(
    st.tuples(
        st.integers(0, 50), st.sampled_from(["set", "set", "set", "add", "remove"]),
        st.sampled_from(["yes", "no", "x", "3", " a & <b> \n", "村", "", Missing.DECLINED, Missing.DK]),
    ), max_size=30,
)  # fmt: skip


def filled(form, acts):
    entry = FormEntry(form, now=NOW, seed=7)
    for number, act, value in acts:
        if act == "set":
            asked = [
                leaf for leaf in entry.tree.leaves() if isinstance(leaf.item, Question) and leaf.item.control
            ]
            entry.set(entry.tree.path(asked[number % len(asked)]), value)
        else:
            paths = [path for path, item in form.items.items() if isinstance(item, Repeat)]
            path = paths[number % len(paths)]
            with contextlib.suppress(LookupError):
                entry.add_repeat(path) if act == "add" else entry.remove_repeat(path)
    return entry


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_a_record_of_our_own_engine_comes_back_as_the_same_answers(form, acts):
    entry = filled(form, acts)
    read = read_record(form, entry.to_xml().encode(), lambda: NOW)
    ours = {key: each for key, each in entry.answers(relevant_only=True).items() if each != ""}
    theirs = {key: each for key, each in read.answers.items() if each != ""}
    assert by_place(form, theirs) == by_place(form, ours)
    assert "card" not in theirs


def by_place(form, answers):
    """Flat answers with the places of rows instead of their ids."""
    repeats = {"/".join(steps[1:]) for steps in form.repeats}
    found = {}
    for key, answer in answers.items():
        prefix, parts = "", []
        for part in key.split("/"):
            prefix = f"{prefix}/{part}".lstrip("/")
            is_row = prefix in answers and template_of(prefix, form) in repeats
            parts.append(answers[prefix] if is_row else part)
        found["/".join(parts)] = answer
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from("abcd"), max_size=6),
    st.lists(st.sampled_from("abcd"), max_size=6),
    st.integers(),
)
@example(["a", "b"], ["b"], 1)
def test_rows_that_say_the_same_are_the_same(before, after, seed):
    with tempfile.TemporaryDirectory() as folder:
        form = _repeat_form(folder)
    source = random.Random(seed)
    old = _rows(before, source)
    new = with_lasting_ids(form, _rows(after, source), old)
    ids = [key for key in new if key.count("/") == 1]
    assert len(ids) == len(after)
    assert sorted(each for key, each in new.items() if key.endswith("/a")) == sorted(after)
    said = {key.split("/")[1]: each for key, each in old.items() if key.endswith("/a")}
    kept_same = sum(said.get(key.split("/")[1]) == each for key, each in new.items() if key.endswith("/a"))
    assert kept_same >= sum(min(before.count(each), after.count(each)) for each in set(after))


_FORMS = {}


def _repeat_form(folder):
    if "form" not in _FORMS:
        path = Path(folder, "r.yaml")
        path.write_text(
            "survey:\n  - {type: begin repeat, name: r, label: R}\n  - {type: text, name: a, label: A}\n  - {type: end repeat}\n",
            encoding="utf-8",
        )
        _FORMS["form"] = load_form(path)
    return _FORMS["form"]


def _rows(values, source):
    found = {}
    for place, value in enumerate(values, 1):
        row = f"{source.getrandbits(40):010x}"
        found |= {f"r/{row}": str(place), f"r/{row}/a": value}
    return found


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.lists(st.tuples(st.text("abc .村", min_size=1, max_size=9), st.binary(max_size=200)), max_size=4),
)
def test_parts_come_apart_as_they_were_put_together(xml, files):
    names = dict(files)
    boundary, body = multipart(xml, names, "x7MA4YWxkTrZu0gW")
    found = parts_of(f'multipart/form-data; boundary="{boundary}"', body)
    assert [(each.name, each.content) for each in found] == [("xml_submission_file", xml), *names.items()]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.binary(max_size=300))
@example("multipart/form-data; boundary=x", b"--x--")
@example("multipart/form-data; boundary*=utf-8''x", b"--x--")
def test_nothing_else_than_a_refusal_comes_of_odd_parts(kind, body):
    try:
        parts_of(kind, body)
    except FieldkitError as error:
        assert error.code == "openrosa.malformed"


def test_a_nonce_is_old_after_ten_minutes():
    time = [0.0]
    door = Door(lambda: time[0])
    nonce = door.challenges(stale=False, basic=False)[0].partition('nonce="')[2].partition('"')[0]
    claim = claim_in(f'Digest username="a", nonce="{nonce}", nc=00000001', basic=False)
    assert door.is_fresh(claim)
    assert not door.is_fresh(claim)
    time[0] = 601
    late = claim_in(f'Digest username="a", nonce="{nonce}", nc=00000002', basic=False)
    assert not door.is_fresh(late)
    assert not door.is_fresh(claim_in('Digest username="a", nonce="ff", nc=00000001', basic=False))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.booleans())
def test_no_odd_header_is_a_proof(text, basic):
    claim = claim_in(text, basic=basic)
    if claim is not None:
        assert not Door().is_proven(claim, kept("phone1", "secret"), "GET", "/openrosa/formList")


def test_the_code_of_settings_is_what_collect_reads():
    text = settings_text("https://x.example/openrosa", "phone1", "pass", "清溪")
    said = json.loads(zlib.decompress(b64decode(text)))
    assert said["admin"] == {}
    assert said["general"]["server_url"] == "https://x.example/openrosa"
    assert (said["general"]["username"], said["general"]["password"], said["project"]["name"]) == (
        "phone1",
        "pass",
        "清溪",
    )


def test_its_picture_is_a_png_of_the_code():
    from fieldkit.qr import matrix

    raw = picture("abc")
    side = int.from_bytes(raw[16:20])
    lines = zlib.decompress(raw[raw.index(b"IDAT") + 4 : raw.index(b"IEND") - 8])
    modules = matrix("abc")
    assert side == len(modules) * 8
    for y, row in enumerate(modules):
        line = lines[y * 8 * (side // 8 + 1) :][1 : side // 8 + 1]
        assert [byte == 0 for byte in line] == row


def test_a_record_has_an_id_that_the_archive_takes():
    from sync.revision import _is_record

    made = record_id("visit", "uuid:1")
    assert _is_record(made)
    assert made == record_id("visit", "uuid:1")
    assert made[14] == "8"
    assert len({made, record_id("visit", "uuid:2"), record_id("card", "uuid:1")}) == 3
