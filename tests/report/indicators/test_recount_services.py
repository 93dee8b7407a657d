"""Whatever records there are, a recount in plain Python, which knows nothing of how figures are made, gives the same."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from tests.report.tables import A, B, counted, record, tables

FIRST, LAST = "2026-03-01", "2026-03-31"
OFF = {"2026-03-07", "2026-03-08", "2026-03-14", "2026-03-15", "2026-03-21", "2026-03-22", "2026-03-28", "2026-03-29",
       "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-11", "2026-04-12", "2026-04-18", "2026-04-19", "2026-04-25",
       "2026-04-26", "2026-03-01"}  # fmt: skip
"""The days from March to the end of April 2026 on which nobody works."""
READS = {
    table: names
    for table, names in reads().items()
    if not table.startswith(("quiz", "scr_c", "scr_b", "scr_f"))
}

days = st.sampled_from(
    ["", "2026-02-28", FIRST, "2026-03-06", "2026-03-09", "2026-03-10", "2026-03-20", LAST, "2026-04-01"]
)
villages = st.sampled_from([A, B])
amounts = st.sampled_from(["", "60", "60.00", "59.99", "100"])
answers = st.sampled_from(["", "1", "2", "3", "4", "5", "pns", "na"])
said = st.sampled_from(["", "yes", "no"])


def several(strategy):
    return st.lists(strategy, max_size=5)


payments = several(
    st.fixed_dictionaries(
        {
            "due_on": days,
            "paid_on": days,
            "paid_amt": amounts,
            "standard_amt": amounts,
            "status": st.sampled_from(["paid", "failed"]),
        }
    )
)
requests = st.fixed_dictionaries(
    {
        "item": st.sampled_from(["own_record", "other"]), "date": days, "promised_by": days, "done_at": days,
        "status": st.sampled_from(["done", "new", "withdrawn"]), "docs_missing": st.sampled_from(["", "none", "photo hukou"]),
        "fee_due": st.sampled_from(["0", "2.50", ""]),
    }
)  # fmt: skip
letters = several(st.fixed_dictionaries({"sent_on": days, "replied_on": days}))
logged = several(
    st.fixed_dictionaries({"log_date": days, "log_result": st.sampled_from(["reached", "asked_stop"])})
)
visits = st.fixed_dictionaries(
    {
        "date": days, "outcome": st.sampled_from(["done", "declined", "part", "nobody"]), "sat_all": answers, "stats": said,
        "notice_ver": st.sampled_from(["", "2026-03"]), "basic": said, "mode": st.sampled_from(["", "thumb", "oral_witness"]),
        "paper_ref": st.sampled_from(["", "AB-1"]), "health": said, "offer_how": st.sampled_from(["", "leaflet", "declined"]),
    }
)  # fmt: skip
items = several(
    st.fixed_dictionaries(
        {"item_type": st.sampled_from(["1", "2", "3"]), "match": said, "field": st.just("date")}
    )
)
figures = several(
    st.fixed_dictionaries(
        {"recounted": st.sampled_from(["", "0", "7", "12"]), "reported": st.sampled_from(["", "3", "7"])}
    )
)
inspections = st.fixed_dictionaries(
    {
        "point_id": st.sampled_from(["v1", "v2"]), "date": days, "slogans_noted": said,
        "privacy": st.sampled_from(["door_locks curtain not_visible_from_hall sound", "sound"]),
        "openness": st.just("procedure_board fee_board hours complaint_phone rights_notice result_public_no_names"),
        "slogans": several(st.fixed_dictionaries({"slogan_action": st.sampled_from(["keep", "remove", "repaint"]), "slogan_done_on": days})),
        "expenses": several(st.fixed_dictionaries({"exp_paid_on": days, "exp_amount": amounts})),
    }
)  # fmt: skip


def inside(day):
    return FIRST <= day[:10] <= LAST


def of(form, found):
    """Records of a form; a reason for having no answer stands for that."""
    return [
        record(form, {"village": A} | {name: answer(name, each) for name, each in one.items() if each != ""})
        for one in found
    ]


def answer(name, each):
    return {"missing": each} if each in ("pns", "na", "declined") and name != "outcome" else each


def number(text):
    return Fraction(text) if text else None


def total(texts):
    return sum((Fraction(each) for each in texts if each), Fraction(0))


@settings(max_examples=60, deadline=None)
@given(several(payments), several(requests), several(st.tuples(letters, logged)))
def test_of_payments_requests_and_letters(cases, asked, away):
    found = gather(
        tables(
            *(record("benefit", {"village": A, "payment": each}) for each in cases),
            *of("request", asked),
            *(record("migrant", {"village": B, "liaison": sent, "contact_log": log}) for sent, log in away),
        ),
        READS,
    )
    made = Figures(found, MADE, tables().places())
    due = [each for case in cases for each in case if inside(each["due_on"])]
    on_time = 0
    for each in due:
        if (
            each["status"] == "paid"
            and each["paid_on"]
            and each["paid_on"] <= each["due_on"]
            and each["paid_amt"]
        ):
            on_time += number(each["paid_amt"]) == number(each["standard_amt"])
    assert counted(made, "I-12") == (on_time, len(due))
    assert counted(made, "I-12.amount")[0] == total(e["paid_amt"] for e in due if e["status"] == "paid")

    promised = [each for each in asked if inside(each["promised_by"]) and each["status"] != "withdrawn"]
    met = [each for each in promised if each["done_at"] and each["done_at"] <= each["promised_by"]]
    assert counted(made, "I-13") == (len(met), len(promised))
    done = [each for each in asked if each["status"] == "done" and inside(each["done_at"])]
    assert counted(made, "I-13.once") == (
        sum("photo" not in each["docs_missing"] for each in done),
        len(done),
    )
    assert counted(made, "I-13.fees")[0] == total(each["fee_due"] for each in done)

    own = [e for e in asked if e["item"] == "own_record" and e["status"] != "withdrawn" and inside(e["date"])]
    kept = 0
    for each in own:
        day, left = date.fromisoformat(each["date"]), 15
        while left:
            day += timedelta(days=1)
            left -= day.isoformat() not in OFF
        kept += "" < each["done_at"] <= day.isoformat()
    assert counted(made, "I-22") == (kept, len(own))

    sent = [each for letters, _log in away for each in letters if inside(each["sent_on"])]
    replied = 0
    for each in sent:
        if each["replied_on"]:
            replied += (
                date.fromisoformat(each["replied_on"]) - date.fromisoformat(each["sent_on"])
            ).days <= 7
    assert counted(made, "I-19") == (replied, len(sent))
    wishes = honoured = 0
    for some, log in away:
        stops = sorted(
            each["log_date"] for each in log if each["log_result"] == "asked_stop" and each["log_date"]
        )
        if stops and inside(stops[0]):
            wishes += 1
            honoured += not any(
                day > stops[0] for day in [e["log_date"] for e in log] + [e["sent_on"] for e in some]
            )
    assert counted(made, "I-19.stopped") == (honoured, wishes)


@settings(max_examples=60, deadline=None)
@given(several(visits), several(st.tuples(days, items, figures)), several(inspections))
def test_of_consent_satisfaction_back_checks_and_points(visited, checks, inspected):
    records = [
        record("backcheck", {"village": A, "date": day, "method": "random", "item": some, "figure": counts})
        for day, some, counts in checks
    ]
    points = of("service_point", inspected)
    found = gather(tables(*of("visit", visited), *records, *points), READS)
    made = Figures(found, MADE, tables().places())
    told = [each for each in visited if each["stats"] != "no" and inside(each["date"])]
    answered = [each["sat_all"] for each in told if each["sat_all"].isdigit()]
    silent = [each["sat_all"] for each in told if each["sat_all"] in {"pns", "na"}]
    assert counted(made, "I-23") == (answered.count("4") + answered.count("5"), len(answered))
    assert counted(made, "I-23.na") == (len(silent), len(silent) + len(answered))

    held = [each for each in told if each["outcome"] in {"done", "part"}]
    whole = [
        e
        for e in held
        if e["notice_ver"] and e["basic"] == "yes" and (e["mode"] != "thumb" or e["paper_ref"])
    ]
    assert counted(made, "I-21") == (len(whole), len(held))
    assert counted(made, "I-21.health")[0] == sum(e["health"] != "yes" and e["offer_how"] != "" for e in told)

    seen = [each for day, some, _counts in checks if inside(day) for each in some if each["match"]]
    careful = [each["match"] for each in seen if each["item_type"] != "3"]
    assert counted(made, "I-14") == (careful.count("no"), len(careful))
    changing = [each["match"] for each in seen if each["item_type"] == "3"]
    assert counted(made, "I-14.type3") == (changing.count("no"), len(changing))
    again = [
        e for day, _s, counts in checks if inside(day) for e in counts if e["recounted"] and e["reported"]
    ]
    off = sum(abs(int(each["recounted"]) - int(each["reported"])) for each in again)
    assert counted(made, "I-15") == (off, sum(int(each["recounted"]) for each in again))

    ok = of_points = todo = mended = 0
    for point in ("v1", "v2"):
        # Records of one day stand in the order of their ids, which is the one they were made in.
        of_point = [e for e in inspected if e["point_id"] == point and e["date"] and e["date"] <= LAST]
        of_point = sorted(of_point, key=lambda each: each["date"])
        if of_point:
            of_points += 1
            ok += of_point[-1]["privacy"] != "sound"
        noted = [each for each in of_point if each["slogans_noted"] == "yes"]
        for each in noted[-1]["slogans"] if noted else ():
            todo += each["slogan_action"] != "keep"
            mended += each["slogan_action"] != "keep" and "" < each["slogan_done_on"] <= LAST
    assert counted(made, "I-17.points") == (ok, of_points)
    assert counted(made, "I-17.slogans") == (mended, todo)
    spent = [line | {"date": each["date"]} for each in inspected for line in each["expenses"]]
    assert counted(made, "I-17.spent")[0] == total(
        line["exp_amount"] for line in spent if inside(line["exp_paid_on"] or line["date"])
    )
