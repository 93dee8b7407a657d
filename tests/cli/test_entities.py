"""A form registers, the next one finds: entities go from record to list without a server."""

from __future__ import annotations

from fieldkit.session.session import Session

REGISTER = """
settings:
  - {form_id: register, version: 1, form_title: Register}
survey:
  - {type: text, name: name, label: Name, save_to: full_name}
  - {type: integer, name: age, label: Age, save_to: age}
entities:
  - {list_name: people, label: "${name}"}
"""
FOLLOW = """
settings:
  - {form_id: follow, version: 1, form_title: Follow up}
survey:
  - {type: select_one_from_file people.csv, name: who, label: Who}
  - {type: calculate, name: was, calculation: "instance('people')/root/item[name = ${who}]/age"}
  - {type: integer, name: age, label: Age now, save_to: age}
entities:
  - {list_name: people, label: "${who}", entity_id: "${who}"}
"""


def test_who_is_registered_is_on_the_list_of_the_next_form(demo):
    forms = demo.workspace / "forms"
    forms.mkdir(exist_ok=True)
    (forms / "register.yaml").write_text(REGISTER, encoding="utf-8")
    (forms / "follow.yaml").write_text(FOLLOW, encoding="utf-8")
    with Session.open(demo.workspace) as session:
        for name, age in (("王芳", 34), ("李明", 61)):
            interview = session.interviews.start("register", answers={"name": name, "age": age})
            session.interviews.finish(interview)
        follow = session.interviews.start("follow")
        choices = follow.entry.choices("/data/who")
        assert [choice.label for choice in choices] == ["王芳", "李明"]
        follow.answer("/data/who", choices[1].value)
        assert follow.entry.value("/data/was") == "61"
        follow.answer("/data/age", 62)
        session.interviews.finish(follow)
    with Session.open(demo.workspace) as session:
        again = session.interviews.trial("follow", {"who": choices[1].value})
        assert again.value("/data/was") == "62"
        assert again.evaluate("instance('people')/root/item[name = /data/who]/__version") == "2"
