"""The public sheet: procedures of the list, counts of requests with small ones hidden, everybody's rights; for a notice board."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.report import REPORTS, parse_period, to_text, write_report
from fieldkit.report.document import Blanks, Prose
from fieldkit.report.making import Request, gathered
from tests.report.boards.made import made, rows
from tests.report.tables import A, Tables, record

WHAT = "What to bring, how long it takes, what it costs"
COUNTS = "What came in and what was done"


def request(item, day="2026-03-02", **more):
    return record("request", {"item": item, "village": A, "date": day, "status": "new"} | more)


def done(item, day="2026-03-05"):
    return request(item, status="done", done_at=f"{day}T10:00:00.000+08:00")


def test_every_matter_says_what_to_bring_how_long_it_takes_and_what_it_costs():
    found = rows(made("public"), WHAT)
    assert found["Birth registration (no approval needed)"] == (
        "Resident ID card, Household register",
        "the same day",
        "free",
    )
    assert found["Benefits and allowances"][1] == "working days: 15"
    assert found["Folic acid"][0] == "nothing"


def test_an_office_has_procedures_of_its_own(tmp_path, now):
    folder = tmp_path / "office"
    (folder / "forms").mkdir(parents=True)
    (folder / "lists").mkdir()
    text = "item,docs,days,fee,source\nconsult,photo,2,5.00,here\n"
    (folder / "lists" / "procedures.csv").write_text(text, encoding="utf-8")
    kind = REPORTS["public"]
    mine = Tables((), library=FormLibrary(folder / "forms"))
    request = Request(gathered(mine, [kind]), parse_period("2026-03"), "Qingxi", now.date())
    (document,) = kind.documents(request)
    assert rows(document, WHAT) == {"Health advice": ("Photo", "working days: 2", "5.00 yuan")}


def test_counts_are_by_matter_in_the_order_of_the_form_and_small_ones_are_hidden():
    found = made(
        "public", *[done("consult")] * 6, *[request("consult")] * 2, *[request("folic_acid")] * 3, *[done("complaint")] * 7,
        request("consult", status="withdrawn"), request("precon_exam", "2026-02-27"), *[done("other")] * 9,
    )  # fmt: skip
    assert rows(found, COUNTS) == {
        "Folic acid": ("<5", "0"),
        "Health advice": ("8", "6"),
        "Complaint": ("x", "7"),
        "Other": ("9", "9"),
        "Total": ("27", "22"),
    }
    assert list(rows(found, COUNTS)) == ["Folic acid", "Health advice", "Complaint", "Other", "Total"]


def test_it_names_nobody_has_room_for_a_telephone_and_is_printed_upright():
    document = made("public", request("consult", alias="王阿姨", phone="13800138000"))
    words = to_text(document)
    assert "王阿姨" not in words
    assert "13800138000" not in words
    assert document.portrait
    assert any(isinstance(part, Blanks) and "complaints" in part.heading for part in document.parts)
    (rights,) = [part for part in document.parts if isinstance(part, Prose)]
    assert len(rights.paragraphs) == 4
    assert "choice" in rights.paragraphs[0]


def test_on_a_notice_board_the_letters_are_large(tmp_path):
    document = made("public")
    assert document.is_posted
    write_report(document, tmp_path / "r.html")
    assert '<body class="posted">' in (tmp_path / "r.html").read_text(encoding="utf-8")
    write_report(made("needs"), tmp_path / "n.html")
    assert 'class="posted"' not in (tmp_path / "n.html").read_text(encoding="utf-8")
