"""Lists of entities follow every change of the records, and always say what reading all of them anew would say."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.fieldwork.entity_lists import EntityLists
from fieldkit.session.session import Session
from fieldkit.store import Workspace

FORM = {
    "settings": [{"form_id": "people", "form_title": "People"}],
    "survey": [
        {"type": "csv-external", "name": "people"},
        {"type": "text", "name": "who", "label": "Who", "save_to": "who"},
        {"type": "text", "name": "job", "label": "Job", "save_to": "job"},
    ],
    "entities": [
        {
            "list_name": "people",
            "label": "${who}",
            "entity_id": "${who}",
            "create_if": "true()",
            "update_if": "true()",
        }
    ],
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "amend", "withdraw", "erase", "look"]),
        st.integers(0, 5),
        st.sampled_from(["ann", "bea", "cai"]),
        st.sampled_from(["", "nurse", "driver"]),
    ),
    max_size=12,
)


def told(lists, form):
    table = lists.of(form, ["people"]).get("people")
    rows = [[row.cell(name) for name in table.columns] for row in table.rows()] if table else []
    return sorted(row for row in rows if row[0])


def answers_of(session, form, who, job):
    entry = session.interviews.trial("people", {"who": who, "job": job})
    entry.finish()
    return entry.answers()


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_what_is_kept_up_is_what_is_read_anew(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("e") / "w"
    Workspace.create(folder, passphrase=None, name="laptop").close()
    (folder / "forms" / "people.yaml").write_text(json.dumps(FORM), encoding="utf-8")
    (folder / "forms" / "people.csv").write_text("name,label\nzoe,Zoe\n", encoding="utf-8")
    with Session.open(folder) as session:
        exchange, form = session.exchange, session.library.get("people")

        def lists():
            return EntityLists(
                exchange.forms,
                session.library.known,
                exchange.records,
                exchange.record,
                exchange.changed_records(),
            )

        kept, made = lists(), []
        for what, at, who, job in steps:
            record = made[at % len(made)] if made else None
            if what == "new":
                made.append(exchange.new_record_id())
                exchange.put(form, made[-1], answers_of(session, form, who, job))
            elif what == "look":
                assert told(kept, form) == told(lists(), form)
            elif record is not None and exchange.record(record).state == "live":
                if what == "amend":
                    exchange.put(form, record, answers_of(session, form, who, job))
                elif what == "withdraw":
                    exchange.withdraw(record, scope="basic", reason="wish")
                else:
                    exchange.erase(record, "wish")
        assert told(kept, form) == told(lists(), form)
        table = kept.of(form, ["people"]).get("people")
        for name in ("ann", "zoe", "nobody") if table else ():
            assert [row.cell("name") for row in table.find("name", name)] in ([name], [])
