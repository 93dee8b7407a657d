"""A form about people that has something of each kind that corrections meet, and the files it consists of."""

from __future__ import annotations

FORM = """
settings:
  - {form_id: people, version: "1", "fk:declined": "${ok} = 'no'", "fk:declined_keeps": ok}
survey:
  - {type: select_one yn, name: ok, label: Ok}
  - {type: text, name: name, label: Name, required: "yes"}
  - {type: integer, name: age, label: Age, constraint: ". < 120"}
  - {type: csv-external, name: places}
  - {type: calculate, name: seen, calculation: "count(instance('places')/root/item)"}
  - {type: calculate, name: double, calculation: "${age} * 2"}
  - {type: text, name: secret, label: Secret, "fk:tier": R}
  - {type: file, name: paper, label: Paper}
  - {type: begin repeat, name: kid, label: Kid}
  - {type: text, name: born, label: Born}
  - {type: end repeat, name: kid}
  - {type: end, name: ended}
choices:
  - {list_name: yn, name: "yes", label: "Yes"}
  - {list_name: yn, name: "no", label: "No"}
"""
FILES = {"people.yaml": FORM, "places.csv": "name,label\n1,One\n"}
