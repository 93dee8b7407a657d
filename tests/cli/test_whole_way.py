"""The whole way without a screen: a laptop, a stick, an office, a report; the first in processes of their own."""

from __future__ import annotations

import json

import openpyxl
import pytest

from fieldkit.demo.town import household_number
from tests.program import fieldkit, process

VILLAGE = "990101100200"


def answers(tmp_path, data):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def household(*names):
    members = [
        {
            "name": name,
            "alias_ok": "no",
            "sex": "2",
            "birth_year": 1970,
            "rel": "0" if n == 0 else "1",
            "stay": "home_ge6m",
            "exact_date": "no",
        }
        for n, name in enumerate(names)
    ]
    return {
        "village": VILLAGE, "group_no": 2, "notice_read": "read_aloud", "basic": "yes", "given_by": "self",
        "contact": ["visit"], "stats": "yes", "mode": "oral_witness", "copy_given": "yes", "hh_kind": "family",
        "presence": "home", "lang": "local", "declared_size": len(names), "private_now": "yes", "health": "yes", "support_status": "dibao",
        "members": members,
    }  # fmt: skip


@pytest.fixture
def pair(tmp_path):
    """A laptop enrolled with an office."""
    laptop, office = tmp_path / "笔记本 1", tmp_path / "office"
    fieldkit("init", laptop, "--name", "laptop 1")
    fieldkit("office", "init", office, "--code", "990101100000", "--name", "Qingxi")
    fieldkit("sync", "key", "--out", tmp_path / "l.fkkey", "--workspace", laptop)
    enrolled = json.loads(
        fieldkit("office", "enroll", tmp_path / "l.fkkey", "--office", office, "--json").stdout
    )
    fieldkit("sync", "import", enrolled["file"], "--workspace", laptop)
    return laptop, office


def test_fill_export_merge_report(tmp_path, pair):
    laptop, office = pair
    filled = process(
        "fill",
        "household",
        "--answers",
        answers(tmp_path, household("覃秀兰", "单建国")),
        "--finalize",
        "--workspace",
        laptop,
    )
    record = filled.stdout.strip()
    number = household_number(VILLAGE, 1)
    shown = json.loads(process("records", "show", record, "--workspace", laptop, "--json").stdout)
    assert number in shown["answers"].values()
    assert not any("support_status" in path for path in shown["answers"]), "restricted answers are not shown"
    assert "dibao" not in json.dumps(shown)
    visits = [
        {
            "hh_id": number,
            "outcome": "done",
            "date": "2026-03-10",
            "notice_read": "read_aloud",
            "basic": "yes",
            "given_by": "self",
            "contact": ["visit"],
            "respondent": "other_adult",
            "stats": "yes",
            "mode": "oral_witness",
            "copy_given": "yes",
            "needs": "vaccine",
            "need_top": "vaccine",
            "private_now": "no",
        },
        {"hh_id": number, "outcome": "nobody", "date": "2026-03-11", "revisit_on": "2026-03-20"},
        {"hh_id": number, "outcome": "declined", "date": "2026-03-12"},
        {
            "hh_id": number,
            "outcome": "done",
            "date": "2026-02-12",
            "notice_read": "read_aloud",
            "basic": "no",
        },
    ]
    ids = process(
        "fill", "visit", "--answers", answers(tmp_path, visits), "--finalize", "--workspace", laptop
    ).stdout.split()
    assert len(ids) == 4
    status = json.loads(process("sync", "status", "--workspace", laptop, "--json").stdout)
    assert (status["records"], status["only_here"]) == (5, 5)

    stick = tmp_path / "stick"
    stick.mkdir()
    made = json.loads(process("sync", "export", stick, "--workspace", laptop, "--json").stdout)
    assert made["records"] == 5
    first = json.loads(process("office", "merge", stick, "--office", office, "--json").stdout)
    assert {name: first[name] for name in ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")} == {
        "offered": 5, "new": 5, "held": 0, "quarantined": 0, "refused": 0, "missing": 0, "conflicts": 0,
    }  # fmt: skip
    state = json.loads(process("office", "verify", "--office", office, "--json").stdout)["state"]
    again = process("office", "merge", stick, "--office", office)
    assert "0 new, 5 already held" in again.stdout
    assert json.loads(process("office", "verify", "--office", office, "--json").stdout)["state"] == state

    process("office", "return", stick, "--office", office)
    process("sync", "import", stick, "--workspace", laptop)
    assert json.loads(process("sync", "status", "--workspace", laptop, "--json").stdout)["only_here"] == 0
    assert (
        "holds everything already" in process("sync", "export", stick, "--workspace", laptop, code=1).stderr
    )

    from datetime import datetime

    from fieldkit.office import Office

    opened = Office.open(office, now=lambda: datetime.now().astimezone())
    [registered] = opened.records("household")
    opened.close()
    assert registered.text("hh_id") == number
    assert not {"覃秀兰", "dibao"} & {str(answer) for answer in registered.answers.values()}

    out = tmp_path / "visits.xlsx"
    report = json.loads(
        process("report", "visits", "--period", "2026-03", "--out", out, "--office", office, "--json").stdout
    )
    assert report["total"] == 3
    assert all(check["passed"] for check in report["checks"])
    sheet = openpyxl.load_workbook(out).active
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows()}
    assert rows[VILLAGE][0] == "Shiqiao"
    assert rows[VILLAGE][-1] == 3
    here = json.loads(
        process("report", "visits", "--period", "2026-03", "--workspace", laptop, "--json").stdout
    )
    assert here["total"] == 3


def test_declines_travel_without_time_household_or_order(tmp_path, pair):
    laptop, office = pair
    fieldkit(
        "fill",
        "household",
        "--answers",
        answers(tmp_path, household("覃秀兰")),
        "--finalize",
        "--workspace",
        laptop,
    )
    visit = {"hh_id": household_number(VILLAGE, 1), "outcome": "declined", "date": "2026-03-12"}
    days = [f"2026-03-{day:02d}" for day in range(1, 11)]
    declined = answers(tmp_path, [{**visit, "date": day} for day in days])
    fieldkit("fill", "visit", "--answers", declined, "--finalize", "--workspace", laptop)
    for file in laptop.rglob("*"):
        if file.is_file():
            assert b'hh_id":"' + household_number(VILLAGE, 1).encode() not in file.read_bytes()
    fieldkit("sync", "export", tmp_path, "--workspace", laptop)
    fieldkit("office", "merge", tmp_path, "--office", office)
    from datetime import datetime

    from sync import Archive

    archive = Archive.open(office, now=lambda: datetime.now().astimezone())
    views = list(archive.views("visit"))
    assert len(views) == 10
    for view in views:
        assert set(view.fields.values()) == {VILLAGE, view.wall[:10], "declined"}
        assert "T00:00:00" in view.wall
    sealed = [archive.revisions(view.record)[0].envelope for view in views]
    in_chain = [envelope.wall[:10] for envelope in sorted(sealed, key=lambda envelope: envelope.sequence)]
    assert sorted(in_chain) == days
    assert in_chain != days, "the chain does not tell the order of the day"
    archive.close()


def test_two_laptops_never_give_the_same_number(tmp_path, pair):
    _, office = pair
    other = tmp_path / "other"
    fieldkit("init", other)
    fieldkit("sync", "key", "--out", tmp_path / "o.fkkey", "--workspace", other)
    enrolled = json.loads(
        fieldkit("office", "enroll", tmp_path / "o.fkkey", "--office", office, "--json").stdout
    )
    assert enrolled["numbers"] == [201, 400]


def test_a_laptop_made_for_one_office_listens_to_no_other(tmp_path, pair):
    _, office = pair
    laptop, stranger = tmp_path / "l2", tmp_path / "stranger"
    fieldkit("init", laptop, "--office-file", office / "office.fkoffice")
    fieldkit("office", "init", stranger, "--name", "stranger")
    fieldkit("sync", "key", "--out", tmp_path / "l2.fkkey", "--workspace", laptop)
    answer = tmp_path / "answers"
    answer.mkdir()
    fieldkit("office", "enroll", tmp_path / "l2.fkkey", "--office", stranger, "--out", answer / "s.fkenrol")
    assert "another office" in fieldkit("sync", "import", answer, "--workspace", laptop, code=1).stderr
    (answer / "s.fkenrol").unlink()
    fieldkit("office", "enroll", tmp_path / "l2.fkkey", "--office", office, "--out", answer)
    assert "Enrolled with Qingxi" in fieldkit("sync", "import", answer, "--workspace", laptop).stdout
    assert (
        "not an office's card"
        in fieldkit("init", tmp_path / "l3", "--office-file", tmp_path / "l2.fkkey", code=1).stderr
    )
    assert not (tmp_path / "l3").exists()


def test_what_is_for_another_laptop_is_left_alone(tmp_path, pair):
    laptop, office = pair
    other = tmp_path / "other"
    fieldkit("init", other)
    fieldkit("sync", "key", "--out", tmp_path / "o.fkkey", "--workspace", other)
    (tmp_path / "stick").mkdir()
    fieldkit("office", "enroll", tmp_path / "o.fkkey", "--office", office, "--out", tmp_path / "stick")
    assert (
        "Check the stick"
        in fieldkit("sync", "import", tmp_path / "stick", "--workspace", laptop, code=1).stderr
    )
    fieldkit("sync", "import", tmp_path / "stick", "--workspace", other)


def test_fill_from_csv(tmp_path, demo):
    number = household_number("990101100001", 1)
    path = tmp_path / "v.csv"
    path.write_text(
        f"hh_id,outcome,date\n{number},moved,2026-03-05\n{number},notfound,2026-03-06\n", encoding="utf-8-sig"
    )
    done = fieldkit("fill", "visit", "--answers", path, "--finalize", "--workspace", demo.workspace)
    assert len(done.stdout.split()) == 2


def test_the_demo_walks_by_itself_without_a_terminal(tmp_path):
    done = process("demo", "--workspace", tmp_path / "d", lang="zh")
    for words in ("填写", "导出", "合并", "回执", "报表", "相符"):
        assert words in done.stdout
    facts = json.loads(process("demo", "--workspace", tmp_path / "d", "--build-only", "--json").stdout)
    assert set(facts) == {"workspace", "office", "period"}


def test_a_demo_whose_building_was_interrupted_is_built_anew(tmp_path):
    for name in (".d.building", ".d.building-office"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "workspace.toml").write_text("half", encoding="utf-8")
    fieldkit("demo", "--workspace", tmp_path / "d", "--build-only")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "d-office"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me", encoding="utf-8")
    assert "not empty" in fieldkit("demo", "--workspace", tmp_path / "mine", "--build-only", code=1).stderr
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_the_demo_is_the_same_for_the_same_seed(tmp_path, built_demo, now):
    from fieldkit.demo.build import build, demo_at
    from fieldkit.office import Office

    other = demo_at(tmp_path / "again")
    build(other, now)
    states = []
    for folder in (built_demo.office, other.office):
        office = Office.open(folder, now=lambda: now)
        states.append(office.state())
        office.close()
    assert states[0] == states[1]
