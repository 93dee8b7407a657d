"""Official figures that an office keeps in its folder `lists`."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.office import Office
from fieldkit.report.official import read_official
from tests.conftest import NOW

VILLAGE = "990101100001"
HEAD = "village,women_35_64,source,as_of"


@pytest.fixture
def kept(tmp_path):
    def write(name, text, encoding="utf-8"):
        (tmp_path / f"{name}.csv").write_bytes(text.encode(encoding))
        return read_official(tmp_path, name)

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_spreadsheets_write_it(kept, encoding):
    rows = kept("population", f"{HEAD}\r\n{VILLAGE},312,县统计局年报,2025-12-31\r\n,,,\r\n", encoding)
    assert rows == [
        {"village": VILLAGE, "women_35_64": "312", "source": "县统计局年报", "as_of": "2025-12-31"}
    ]


def test_without_a_file_there_is_no_list(tmp_path):
    assert read_official(tmp_path, "couples") == []


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("population", "village,women_35_64,source", "official.column", "as_of"),
        ("population", "", "official.column", "village"),
        ("population", f"{HEAD}\n990101100999,3,x,2025-12-31", "official.cell", "990101100999"),
        ("population", f"{HEAD}\n{VILLAGE},many,x,2025-12-31", "official.cell", "many"),
        ("population", f"{HEAD}\n{VILLAGE},-3,x,2025-12-31", "official.cell", "-3"),
        ("population", f"{HEAD}\n{VILLAGE},3,,2025-12-31", "official.cell", "source"),
        ("population", f"{HEAD}\n{VILLAGE},3,x,2025-13-01", "official.cell", "2025-13-01"),
        ("population", f"{HEAD}\n{VILLAGE},3", "official.cell", "source"),
        ("population", f"{HEAD}\n{VILLAGE},3,x,2025-12-31\n{VILLAGE},4,x,2025-12-31", "official.twice", VILLAGE),
        ("couples", "month,couples,source\n2026-3,10,x", "official.cell", "2026-3"),
        ("couples", "month,couples,source\n2026-03,10,x\n2026-03,11,x", "official.twice", "2026-03"),
        ("couples", "month,couples,source\n2026-03,\0,x", "list.unreadable", "NUL"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(kept, name, text, code, said):
    with pytest.raises(FieldkitError) as refused:
        kept(name, text)
    assert refused.value.code == code
    sentence = explain(refused.value)
    assert said in sentence
    assert f"{name}.csv" in sentence


def test_an_office_offers_its_lists_now_and_of_a_day_that_has_gone(demo):
    (demo.office / "lists" / "population.csv").write_text(
        f"{HEAD}\n{VILLAGE},312,x,2025-12-31", encoding="utf-8"
    )
    with Office.open(demo.office, now=lambda: NOW) as office:
        [row] = office.official("population")
        assert row["women_35_64"] == "312"
        assert office.as_of(NOW).official("population") == [row]
        assert office.official("couples") == []
