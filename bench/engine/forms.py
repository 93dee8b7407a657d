"""Generated forms, each with a sequence of answers: `(path, kind, value, next path)`."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

ANSWERS = 6_000
"""The first two thirds warm both sides up; the last third is timed."""
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>bench</h:title><model>'
)


@dataclass(frozen=True)
class Case:
    """A form in a folder of its own, and what is answered."""

    kind: str
    name: str
    path: Path
    answers: list[tuple[str, str, str, str]]

    def write_answers(self) -> Path:
        """The answers as the peer reads them."""
        path = self.path.with_suffix(".tsv")
        path.write_text("".join("\t".join(each) + "\n" for each in self.answers), encoding="utf-8")
        return path


def cases(folder: Path, kinds: list[str]) -> list[Case]:
    """The forms of those kinds ("long", "repeats", "cascades", "lookups"), written into `folder`."""
    makers = {
        "long": [(long_form, count) for count in (200, 1_000, 5_000)],
        "repeats": [(repeats, count) for count in (10, 100, 500)],
        "cascades": [(cascade, count) for count in (1_000, 10_000, 100_000)],
        "lookups": [(lookups, 100_000)],
    }
    made = []
    for kind in kinds or makers:
        for maker, count in makers[kind]:
            here = folder / f"{kind}-{count}"
            here.mkdir()
            xml, answers = maker(count, here)
            path = here / "form.xml"
            path.write_text(xml, encoding="utf-8")
            made.append(Case(kind, f"{kind} {count:,}", path, answers))
    return made


def _form(instance: str, lists: str, binds: str, body: str) -> str:
    return (
        f'{_HEAD}<instance><data id="bench">{instance}</data></instance>{lists}{binds}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    )


def _sequence(paths, chance):
    """Random numbers as answers, each other than the one before at its question; the next question follows in the
    form.
    """
    after = dict(zip(paths, [*paths[1:], paths[0]], strict=True))
    given = {}
    for _ in range(ANSWERS):
        path = chance.choice(paths)
        given[path] = chance.choice([n for n in range(1, 9) if n != given.get(path)])
        yield path, "int", str(given[path]), after[path]


def long_form(count, _folder):
    """Questions of which 30 % have a relevance that reads one before, and 20 % are chained calculations."""
    chance = random.Random(count)
    binds, body, asked = [], [], []
    for n in range(count):
        rules = ""
        if n and chance.random() < 0.3:
            rules += f" relevant=\"/data/q{chance.randrange(n)} != '7'\""
        if n and chance.random() < 0.2:
            rules += f' calculate="/data/q{n - 1} + 1"'
        else:
            body.append(f'<input ref="/data/q{n}"><label>Question number {n}</label></input>')
            asked.append(f"/data/q{n}")
        binds.append(f'<bind nodeset="/data/q{n}" type="int"{rules}/>')
    xml = _form("".join(f"<q{n}/>" for n in range(count)), "", "".join(binds), "".join(body))
    return xml, list(_sequence(asked, chance))


def repeats(count, _folder):
    """A roster of 12 questions a member, calculations inside each, sums over all."""
    chance = random.Random(count)
    names = [f"r{n}" for n in range(12)]
    leaves = "".join(f"<{name}/>" for name in names)
    rules = {
        "r4": 'relevant="../r0 &gt; 2"',
        "r7": 'relevant="../r1 != 5"',
        "r10": 'calculate="../r0 + ../r1"',
        "r11": 'calculate="../r10 * 2"',
    }
    binds = "".join(f'<bind nodeset="/data/rep/{name}" type="int" {rules.get(name, "")}/>' for name in names)
    binds += "".join(
        f'<bind nodeset="/data/{s}" type="int" calculate="sum(/data/rep/{r})"/>'
        for s, r in (("s", "r11"), ("t", "r2"))
    )
    asked = [name for name in names if name not in {"r10", "r11"}]
    body = "".join(f'<input ref="/data/rep/{name}"><label>{name}</label></input>' for name in asked)
    xml = _form(
        f'<rep jr:template="">{leaves}</rep>' + f"<rep>{leaves}</rep>" * count + "<s/><t/>",
        "",
        binds,
        f'<group ref="/data/rep"><label>Members</label><repeat nodeset="/data/rep">{body}</repeat></group>',
    )
    paths = [f"/data/rep[{n + 1}]/{name}" for n in range(count) for name in asked]
    return xml, list(_sequence(paths, chance))


def _list(name, rows):
    items = "".join(f"<item><name>{a}</name><label>Label of {a}</label><up>{b}</up></item>" for a, b in rows)
    return f'<instance id="{name}"><root>{items}</root></instance>'


def cascade(count, _folder):
    """Province, county, village: `count` villages, each choice filtered by the one before."""
    chance = random.Random(count)
    provinces = [f"p{n}" for n in range(30)]
    counties = [(f"c{n}", provinces[n % 30]) for n in range(max(30, count // 40))]
    villages = [(f"v{n}", counties[n % len(counties)][0]) for n in range(count)]
    lists = _list("p", [(p, "") for p in provinces]) + _list("c", counties) + _list("v", villages)
    filters = {"p": "", "c": "[up = /data/p]", "v": "[up = /data/c]"}
    body = "".join(
        f'<select1 ref="/data/{name}"><label>{name}</label><itemset nodeset="instance(\'{name}\')/root/item{which}">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        for name, which in filters.items()
    )
    below = {}
    for child, parent in [*counties, *villages]:
        below.setdefault(parent, []).append(child)
    answers = []
    for _ in range(ANSWERS // 3):
        province = chance.choice(provinces)
        county = chance.choice(below[province])
        village = chance.choice(below[county])
        answers += [
            ("/data/p", "select1", province, "/data/c"),
            ("/data/c", "select1", county, "/data/v"),
            ("/data/v", "select1", village, "/data/p"),
        ]
    return _form("<p/><c/><v/>", lists, "", body), answers


def lookups(count, folder):
    """Rows of a CSV file found by key."""
    chance = random.Random(count)
    rows = (f"k{n},Name {n},a{n},b{n},{n % 97},{n % 13}\n" for n in range(count))
    (folder / "people.csv").write_text("key,name,c2,c3,c4,c5\n" + "".join(rows), encoding="utf-8")
    lists = '<instance id="people" src="jr://file-csv/people.csv"/>'
    binds = '<bind nodeset="/data/k" type="string"/>' + "".join(
        f'<bind nodeset="/data/{leaf}" type="string" calculate="instance(\'people\')/root/item[key = /data/k]/{column}"/>'
        for leaf, column in (("found", "name"), ("other", "c4"))
    )
    body = '<input ref="/data/k"><label>Key</label></input><input ref="/data/z"><label>Next</label></input>'
    answers = [("/data/k", "string", f"k{chance.randrange(count)}", "/data/z") for _ in range(ANSWERS // 10)]
    return _form("<k/><found/><other/><z/>", lists, binds, body), answers
