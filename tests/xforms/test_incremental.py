"""Whatever is asked and answered, computing what changed gives what computing everything gives; and every step can
be taken back.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.xforms import FormEntry, Missing, load_form
from fieldkit.xforms.definition import Question, Repeat

TOP = ["a", "b", "c"]
AFTER = ["d", "e"]
INSIDE = ["p", "q", "r"]
NESTED = ["x", "y"]
LIST = "".join(f"<item><name>{n}</name><label>L{n}</label><group>{n % 3}</group></item>" for n in range(1, 7))


def references(draw, where, *, before):
    """An expression that reads what comes before, so that nothing runs in a circle."""
    own = "../" if where in {"rep", "nest"} else "/data/"
    readable = [f"{own}{name}" for name in before]
    if where != "top":
        readable += [f"/data/{name}" for name in TOP]
    if where == "nest":
        readable += [f"../../{name}" for name in INSIDE]
    if where == "after":
        readable += [
            "sum(/data/rep/p)",
            "count(/data/rep)",
            "/data/rep[2]/p",
            "count(/data/rep/nest)",
            "sum(/data/rep/nest/y)",
        ]
    if where in {"rep", "nest"}:
        readable += ["position(..)"]
    first = draw(st.sampled_from(readable)) if readable else "1"
    second = draw(st.sampled_from([*readable, "2", "3"]))
    return first, second


def rule(draw, kind, where, before):
    first, second = references(draw, where, before=before)
    if kind == "calculate":
        return draw(
            st.sampled_from(
                [
                    f"{first} + {second}",
                    f"if({first} > 2, {second}, {first})",
                    f"concat({first}, '-', {second})",
                ]
            )
        )
    return draw(
        st.sampled_from([f"{first} > {second}", f"{first} != '3'", f"not({first} = {second})", f"{first}"])
    )


@st.composite
def forms(draw):
    binds = []

    def bind(path, where, before):
        attributes = {}
        if draw(st.booleans()):
            attributes["relevant"] = rule(draw, "relevant", where, before)
        kind = draw(st.sampled_from(["answer", "answer", "answer", "calculate", "choice"]))
        if kind == "calculate":
            attributes["calculate"] = rule(draw, "calculate", where, before)
        for name in ("required", "readonly"):
            if draw(st.integers(0, 4)) == 0:
                attributes[name] = rule(draw, name, where, before)
        written = " ".join(f"{name}={quoteattr(text)}" for name, text in attributes.items())
        typed = draw(st.sampled_from(["int", "string"])) if kind != "choice" else "string"
        binds.append(f'<bind nodeset="{path}" type="{typed}" {written}/>')
        if kind == "choice":
            nodes = escape(
                "instance('l')/root/item" + draw(st.sampled_from(["", "[group = /data/a]"])), {'"': "&quot;"}
            )
            return f'<select1 ref="{path}"><label>{path}</label><itemset nodeset="{nodes}"><value ref="name"/><label ref="label"/></itemset></select1>'
        return f'<input ref="{path}"><label>{path}</label></input>'

    top = [bind(f"/data/{name}", "top", TOP[:n]) for n, name in enumerate(TOP)]
    inside = [bind(f"/data/rep/{name}", "rep", INSIDE[:n]) for n, name in enumerate(INSIDE)]
    after = [bind(f"/data/{name}", "after", AFTER[:n]) for n, name in enumerate(AFTER)]
    nested = [bind(f"/data/rep/nest/{name}", "nest", NESTED[:n]) for n, name in enumerate(NESTED)]
    if draw(st.booleans()):
        binds.append(
            f'<bind nodeset="/data/rep" relevant={quoteattr(rule(draw, "relevant", "top", ["a"]))}/>'
        )
    count = draw(st.sampled_from(["", ' jr:count="/data/b"', ' jr:count="../p"']))
    template = "<nest jr:template=''><x/><y/></nest>"
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance><data id="t">
 {"".join(f"<{name}/>" for name in TOP)}<rep jr:template=''><p/><q/><r/>{template}</rep><rep><p/><q/><r/>{template}</rep>
 {"".join(f"<{name}/>" for name in AFTER)}<meta><instanceID/></meta></data></instance><instance id="l"><root>{LIST}</root></instance>{"".join(binds)}
 <bind nodeset="/data/meta/instanceID" jr:preload="uid"/></model></h:head><h:body>{"".join(top)}
 <group ref="/data/rep"><repeat nodeset="/data/rep">{"".join(inside)}<group ref="/data/rep/nest">
 <repeat nodeset="/data/rep/nest"{count if "p" in count else ""}>{"".join(nested)}</repeat></group></repeat></group>{"".join(after)}</h:body></h:html>"""


steps = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["set", "set", "set", "add", "remove"]), st.sampled_from(["", "0", "1", "2", "3", "4", Missing.DK])), max_size=14)  # fmt: skip


def state(entry):
    """Everything that is shown and stored of every node, by its lasting key."""
    found = {}
    for element in nodes(entry):
        path = entry.tree.path(element)
        found[entry.key(path)] = (
            element.text, element.missing, element.relevant, entry.is_required(path), entry.is_readonly(path),
        )  # fmt: skip
    return found


def nodes(entry):
    stack = [entry.tree.root]
    while stack:
        element = stack.pop()
        yield element
        stack += element.elements()


def is_asked(item):
    return isinstance(item, Question) and bool(item.control) and item.bind.calculate is None


def act(entry, step):
    """Do one step of an interview, whatever the number happens to mean now."""
    number, what, value = step
    if what == "set":
        leaves = [leaf for leaf in entry.tree.leaves() if is_asked(leaf.item)]
        if not leaves:
            return
        entry.set(entry.tree.path(leaves[number % len(leaves)]), value)
        return
    repeats = [e for e in nodes(entry) if isinstance(e.item, Repeat) and not e.item.fixed]
    if what == "add":
        holders = ["/data/rep", *(f"{entry.tree.path(e)}/nest" for e in nodes(entry) if e.name == "rep")]
        path = holders[number % len(holders)]
        item = entry.form.items["/data/rep/nest" if path.endswith("nest") else "/data/rep"]
        if isinstance(item, Repeat) and not item.fixed and len(list(nodes(entry))) < 150:
            entry.add_repeat(path)
    elif repeats:
        entry.remove_repeat(entry.tree.path(repeats[number % len(repeats)]))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms(), steps)
def test_computing_what_changed_gives_what_computing_everything_gives(xml, sequence):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xml"
        path.write_text(xml, encoding="utf-8")
        form = load_form(path)
    entry = FormEntry(form, seed=1)
    states = [state(entry)]
    for step in sequence:
        act(entry, step)
        if state(entry) != states[-1]:
            states.append(state(entry))
    last = states[-1]
    entry._recomputation.everything(is_new=True)
    assert state(entry) == last
    again = FormEntry(form, answers=entry.answers(), seed=2)
    assert state(again) == last
    for before in reversed(states[:-1]):
        entry.undo()
        assert state(entry) == before
    for after in states[1:]:
        entry.redo()
        assert state(entry) == after
