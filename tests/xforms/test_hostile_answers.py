"""Answers nobody foresaw: they may be wrong, yet the interview goes on and its record can be written and read."""

from __future__ import annotations

import pytest
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.xforms import FormEntry, load_form
from fieldkit.xforms.submission import read_submission

FORM = """
survey:
  - {type: integer, name: i, label: I}
  - {type: decimal, name: d, label: D}
  - {type: text, name: t, label: T}
  - {type: select_multiple L, name: m, label: M}
  - {type: calculate, name: c1, calculation: 'selected-at(${m}, ${i})'}
  - {type: calculate, name: c2, calculation: 'date(${i})'}
  - {type: calculate, name: c3, calculation: 'round(${d}, ${i})'}
  - {type: calculate, name: c4, calculation: 'string-length(uuid(${i}))'}
  - {type: calculate, name: c5, calculation: 'base64-decode(${t})'}
  - {type: calculate, name: c6, calculation: 'format-date(${i}, "%Y")'}
choices:
  - {list_name: L, name: a, label: A}
  - {list_name: L, name: b, label: B}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "f.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


VALUES = [
    "9" * 5000, "1e999", "NaN", "Infinity", "-0", "-1", "2932896", "-719162", "100000000", "1000000000000000000",
    10**400, 1e300, float("inf"), float("nan"), "\x0b\x00x\ufffe", "\ud83d", "AAECAw==", "٣", "a\r\nb", "[",
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("path", ["/data/i", "/data/d", "/data/t", "/data/m"])
def test_any_value_can_be_given_checked_written_and_read(form, path, value):
    entry = FormEntry(form)
    entry.set("/data/m", ["a", "b"])
    entry.set(path, value)
    entry.problems()
    written = entry.to_xml()
    etree.fromstring(written.encode())
    again = FormEntry.from_xml(form, written)
    assert again.answers() == entry.answers()
    assert again.to_xml() == written


def test_what_xml_cannot_hold_is_left_out(form):
    entry = FormEntry(form)
    entry.set("/data/t", "a\x0bb\tc\nd")
    assert entry.value("/data/t") == "ab\tc\nd"


def test_a_place_that_is_no_number_is_the_first_as_in_java(form):
    entry = FormEntry(form)
    entry.set("/data/m", ["b", "a"])
    assert entry.value("/data/c1") == "b"


def test_a_record_with_entities_of_its_own_is_refused(form):
    record = '<!DOCTYPE data [<!ENTITY x "gone">]><data id="f"><t>&x;</t></data>'
    with pytest.raises(FieldkitError, match="entities"):
        read_submission(form, record)
