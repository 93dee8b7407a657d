"""I-01 to I-11 counted again in plain Python, straight from records and without anything that counts in fieldkit.

Written from domain §3 and the forms; questions are found by the end of their paths. Nothing is fast here.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import forms
from tests.report.recount_answers import agreed, answer, back, repeated, text

TOWN = ""
GROUPS = (
    "newlywed",
    "poor",
    "mobile_newlywed",
    "women35_64",
    "adolescent",
    "men",
    "elder",
    "staff",
    "general",
)


class Recount:
    def __init__(self, records, first, last, villages):
        self.records = sorted(records, key=lambda each: each.id)
        self.first, self.last, self.villages = first.isoformat(), last.isoformat(), villages
        self.first_day, self.last_day = first, last
        self.refused = {text(r, "pid") for r in self.of("scr_participant") if not agreed(r)} - {""}
        self.found = {}

    def of(self, form):
        return [record for record in self.records if record.form == form]

    def screening(self, form):
        return [record for record in self.of(form) if text(record, "pid") not in self.refused]

    def inside(self, day):
        return self.first <= day[:10] <= self.last

    # -- putting numbers down ---------------------------------------------------------------------------

    def put(self, name, above, below=None, *, by_village=True, combine=len):
        """above, below: (village, key) pairs, each key once in a place."""
        places = [TOWN, *self.villages] if by_village else [TOWN]
        self.found[name] = {
            place: (
                combine({key for village, key in above if place in {TOWN, village}}),
                None
                if below is None
                else combine({key for village, key in below if place in {TOWN, village}}),
            )
            for place in places
        }

    def put_sums(self, name, rows, *, by_village=True, of=None):
        places = [TOWN, *self.villages] if by_village else [TOWN]
        self.found[name] = {
            place: (sum(int(n) for village, n in rows if n.isdigit() and place in {TOWN, village}), of)
            for place in places
        }

    # -- households and women ---------------------------------------------------------------------------

    def households(self):
        """The last registration under each number."""
        last = {}
        for record in self.of("household"):
            if text(record, "hh_id"):
                last[text(record, "hh_id")] = record
        return last

    def on_list(self):
        """id of a row → (id that stands for her, born, village, lives here)."""
        rows = {}
        for number, record in self.households().items():
            if not agreed(record) or text(record, "date") > self.last:
                continue
            for instance, said in repeated(record, "members"):
                if said.get("sex") == "2":
                    away = text(record, "presence") in {"vacant", "gone"} or said.get("stay") in {
                        "out_ge6m",
                        "student",
                        "service",
                    }
                    rows[number, instance] = (
                        instance,
                        said.get("birth_year", ""),
                        text(record, "village"),
                        not away,
                    )
        found = {}
        decisions = {}
        for each in self.of("same_person"):
            first = (text(each, "hh_id"), text(each, "person"))
            second = (text(each, "hh_other"), text(each, "person_other"))
            if text(each, "decision") == "same" and text(each, "kept") in {"first", "second"}:
                decisions[first if text(each, "kept") == "second" else second] = (
                    second if text(each, "kept") == "second" else first
                )
        for row, woman in rows.items():
            found[row[1]] = rows.get(decisions.get(row), woman)
        return found

    def comers(self):
        """Participant number → woman, as `on_list` has them."""
        listed = self.on_list()
        who, said_last = {}, {}
        for record in self.screening("scr_participant"):
            pid, person = text(record, "pid"), text(record, "person")
            if not pid or not agreed(record) or text(record, "date") > self.last:
                continue
            who[pid] = (person if person not in {"", "other_adult"} else pid, record)
        for _pid, (key, record) in sorted(who.items(), key=lambda each: each[1][1].id):
            said_last[key] = (key, text(record, "born"), text(record, "village"), True)
        return {pid: listed.get(key) or said_last[key] for pid, (key, _record) in who.items()}

    def aged(self, woman, least, most):
        return woman[1].isdigit() and least <= self.last_day.year - int(woman[1]) <= most

    def residents(self, least, most):
        women = {each[0]: each for each in (*self.on_list().values(), *self.comers().values())}
        return [(each[2], each[0]) for each in women.values() if each[3] and self.aged(each, least, most)]

    # -- indicators -------------------------------------------------------------------------------------

    def visits(self):
        homes = {
            number: text(record, "village") for number, record in self.households().items()
            if not (agreed(record) and text(record, "presence") in {"all_out", "vacant", "gone"}) and text(record, "date") <= self.last
        }  # fmt: skip
        visits = [each for each in self.of("visit") if self.inside(text(each, "date"))]
        met = {text(each, "hh_id") for each in visits if text(each, "hh_id") in homes}
        reached = [(homes[number], number) for number in met]
        for place in {text(each, "village") for each in visits}:
            nameless = [
                each.id for each in visits
                if text(each, "village") == place and text(each, "outcome") == "declined" and not text(each, "hh_id")
            ]  # fmt: skip
            left = sum(village == place and number not in met for number, village in homes.items())
            reached += [(place, number) for number in nameless[:left]]
        self.put("I-01", reached, [(village, number) for number, village in homes.items()])
        everything = [(text(each, "village"), each.id) for each in visits]
        for word in ("done", "declined"):
            chosen = [(text(each, "village"), each.id) for each in visits if text(each, "outcome") == word]
            self.put(f"I-02.{word}", chosen, everything)

    def knowledge(self):
        with (Path(forms.__file__).parent / "quiz_key.csv").open(encoding="utf-8-sig") as file:
            key = {row["name"]: row["key"] for row in csv.DictReader(file)}
        everything = self.of("quiz")
        named = [(text(each, "event"), text(each, "pair_key"), text(each, "phase")) for each in everything]
        sheets, pairs, persons = [], set(), set()
        for each, (event, code, phase) in zip(everything, named, strict=True):
            once = all(named.count((event, code, when)) == 1 for when in ("before", "after"))
            if event and code and once:
                pairs.add(each.id)
            if not (each.id in pairs and phase == "before"):
                persons.add(each.id)
            if self.inside(text(each, "date")):
                sheets.append(each)

        def chosen(which):
            return [each for each in sheets if which(each) and text(each, "aware") in {"0", "1"}]

        def put(name, which, question="aware"):
            found = chosen(which)
            self.put(
                name,
                [(TOWN, e.id) for e in found if text(e, question) == "1"],
                [(TOWN, e.id) for e in found],
                by_village=False,
            )

        def phase(which):
            return lambda each: text(each, "phase") == which

        put("I-03", lambda each: each.id in persons)
        put("I-03.partly", lambda each: each.id in persons, "partly")
        for when in ("before", "after"):
            put(f"I-03.{when}", lambda each, when=when: each.id in pairs and text(each, "phase") == when)
            put(f"I-03.sheets.{when}", phase(when))
        for question, right in key.items():
            for suffix, which in (
                ("", lambda each: each.id in persons), (".before", phase("before")), (".after", phase("after")),
            ):  # fmt: skip
                said = [e for e in sheets if which(e) and answer(e, question) in {"true", "false", "?dk"}]
                self.put(
                    f"I-03.{question}{suffix}", [(TOWN, e.id) for e in said if text(e, question) == right],
                    [(TOWN, e.id) for e in said], by_village=False,
                )  # fmt: skip

    def coverage(self):
        comers = self.comers()

        def since(years):
            return back(self.last_day, years).isoformat()

        def cervix(each):
            day = text(each, "date")
            hpv = text(each, "hpv") in {"neg", "pos"} and since(5) < day <= self.last
            return hpv or (tct(each) and since(3) < day <= self.last)

        def breast(each):
            birads = {"0", "1", "2", "3", "4A", "4B", "4C", "5", "6"}
            done = (
                text(each, "cbe") in {"normal", "suspect"}
                or {text(each, "bus_l"), text(each, "bus_r")} & birads
            )
            return done and since(3) < text(each, "date") <= self.last

        for name, form, valid, ages in (
            ("I-04", "scr_cervix", cervix, (35, 64)), ("I-04.35-45", "scr_cervix", cervix, (35, 45)),
            ("I-05", "scr_breast", breast, (35, 64)),
        ):  # fmt: skip
            women = [
                comers[text(each, "pid")]
                for each in self.screening(form)
                if valid(each) and text(each, "pid") in comers
            ]
            screened = [(woman[2], woman[0]) for woman in women if woman[3] and self.aged(woman, *ages)]
            self.put(name, screened, self.residents(*ages))

    def offers(self):
        comers = self.comers()
        offered = []
        for record in self.of("scr_participant"):
            if not self.inside(text(record, "date")):
                continue
            woman = (
                comers.get(text(record, "pid"))
                if agreed(record) and text(record, "pid") not in self.refused
                else None
            )
            if agreed(record) and text(record, "pid") in self.refused:
                continue
            if woman is None:
                offered.append((text(record, "village"), record.id, text(record, "outcome")))
            elif woman[3] and (not woman[1] or self.aged(woman, 35, 64)):
                offered.append((woman[2], woman[0], text(record, "outcome")))
        everybody = [each[:2] for each in offered]
        self.put("I-06", everybody, self.residents(35, 64))
        for name, outcome in {
            "accepted": "registered",
            "declined": "declined",
            "pns": "left",
            "away": "postponed",
        }.items():
            self.put(f"I-06.{name}", [each[:2] for each in offered if each[2] == outcome], everybody)

    def results(self):
        exams = [each for each in self.screening("scr_cervix") if text(each, "pid")]
        lately = [each for each in exams if self.inside(text(each, "date"))]

        def women(records):
            return [(text(each, "village"), text(each, "pid")) for each in records]

        seen = {"neg", "pos", "suspect_ca"}
        valid = [e for e in lately if text(e, "hpv") in {"neg", "pos"} or tct(e) or text(e, "via") in seen]
        self.put("I-07", women([e for e in valid if abnormal(e)]), women(valid))
        useless = [e for e in lately if text(e, "hpv") == "invalid" or text(e, "tct_adequacy") == "unsat"]
        taken = [
            e for e in lately
            if text(e, "sample_kind") in {"clinician", "self"} or text(e, "hpv") in {"pending", "neg", "pos", "invalid"}
            or text(e, "tct_adequacy") in {"sat", "unsat"}
        ]  # fmt: skip
        self.put("I-07.invalid", women(useless), women(taken))
        early = {"HSIL_CIN2", "HSIL_CIN3", "AIS", "MICROINV_IA"}
        histology = [e for e in exams if self.inside(text(e, "colpo_date"))]
        self.put(
            "I-09.cervix", women([e for e in histology if text(e, "path") in early]),
            women([e for e in histology if text(e, "path") in early | {"INV_SCC", "INV_ADENO"}]), by_village=False,
        )  # fmt: skip
        staged = [e for e in self.screening("scr_breast") if text(e, "pid") and self.inside(text(e, "date"))]
        self.put(
            "I-09.breast", women([e for e in staged if text(e, "tnm") in {"0", "I"}]),
            women([e for e in staged if text(e, "tnm") in {"0", "I", "II", "III", "IV"}]), by_village=False,
        )  # fmt: skip

    def follow_ups(self):
        found_in = {text(each, "pid") for each in self.screening("scr_cervix") if abnormal(each)}
        cases, managed, due, in_time, days = [], [], [], [], defaultdict(list)
        for each in self.screening("scr_follow"):
            village, pid, reason, began = (text(each, name) for name in ("village", "pid", "reason", "date"))
            final, closed, limit = text(each, "final"), text(each, "closed_on"), text(each, "due")
            if reason in {"colpo", "mmg", "histology", "treatment"} or (
                reason == "repeat" and pid in found_in
            ):
                if not limit and began and text(each, "due_days"):
                    limit = (date.fromisoformat(began) + timedelta(int(text(each, "due_days")))).isoformat()
                limit = limit or closed
                if limit and self.inside(limit):
                    cases.append((village, (pid, reason, limit)))
                    if (
                        final in {"completed_here", "completed_elsewhere", "declined", "moved", "died"}
                        and "" < closed <= limit
                    ):
                        managed.append(cases[-1])
            if reason not in {"result_neg", "repeat", "colpo", "mmg", "histology"} or not began:
                continue
            reached = [
                said["att_date"]
                for _id, said in repeated(each, "attempt")
                if said.get("att_result") == "reached" and said.get("att_date")
            ]
            told = min(reached, default="")
            if not told and text(each, "told") and final in {"completed_here", "completed_elsewhere"}:
                told = closed
            if not told and final in {"declined", "moved", "died"}:
                continue
            tell_by = (
                date.fromisoformat(began) + timedelta(7 if text(each, "suspected") == "yes" else 30)
            ).isoformat()
            if self.inside(tell_by):
                due.append((village, (pid, reason, began)))
                if "" < told <= tell_by:
                    in_time.append(due[-1])
                if "" < told <= self.last:
                    for place in {TOWN, village}:
                        days[place].append((date.fromisoformat(told) - date.fromisoformat(began)).days)
        self.put("I-08", managed, cases)
        self.put("I-10", in_time, due)
        self.found["I-10.days"] = {
            place: (median(days[place]) if days[place] else None, None) for place in [TOWN, *self.villages]
        }

    def education(self):
        events = [each for each in self.of("edu_event") if self.inside(text(each, "date"))]
        self.put("I-11", [(text(each, "village"), each.id) for each in events])
        self.put_sums("I-11.attended", [(text(each, "village"), text(each, "attend_n")) for each in events])
        for group in GROUPS:
            self.put_sums(f"I-11.{group}", [
                (text(each, "village"), said.get("group_n", ""))
                for each in events for _id, said in repeated(each, "groups") if said.get("group") == group
            ])  # fmt: skip
        classes = [
            (text(each, "village"), said.get("group_n", ""))
            for each in events if text(each, "kind") == "class"
            for _id, said in repeated(each, "groups") if said.get("group") in {"newlywed", "mobile_newlywed"}
        ]  # fmt: skip
        self.put_sums("I-11.newlyweds", classes, by_village=False, of=0)


def tct(each):
    known = {"NILM", "ASCUS", "ASCH", "LSIL", "HSIL", "SCC", "AGC", "AIS", "ADENO", "OTHER"}
    return text(each, "tct_adequacy") == "sat" and text(each, "tct") in known


def abnormal(each):
    worse = tct(each) and text(each, "tct") not in {"NILM", "OTHER"}
    return text(each, "hpv") == "pos" or worse or text(each, "via") in {"pos", "suspect_ca"}


def recount(records, first, last, villages):
    """Measure → place → (counted, of), from the first day to the last."""
    each = Recount(records, first, last, villages)
    each.visits()
    each.knowledge()
    each.coverage()
    each.offers()
    each.results()
    each.follow_ups()
    each.education()
    return each.found
