"""Every field, choice, constraint and skip of every shipped form, through the engine (tables in `cases/`)."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry
from fieldkit.xforms.definition import Form, Item, Question
from tests.forms.cases import Table, paths_of, table, tables
from tests.forms.shipped import SOURCES

ALL = [(name, case["name"]) for name in tables() for case in table(name).cases]


def test_every_form_has_a_table() -> None:
    assert tables() == sorted(source.partition(".")[0] for source in SOURCES)


@pytest.mark.parametrize(("form", "case"), ALL)
def test_case(form: str, case: str) -> None:
    it = table(form)
    assert it.run(next(each for each in it.cases if each["name"] == case)) == []


@pytest.mark.parametrize("form", tables())
def test_everything_at_once_is_free_of_faults(form: str) -> None:
    it = table(form)
    assert it.run({"name": "full", "from": "full", "clean": True}) == []


@pytest.mark.parametrize("form", tables())
def test_nothing_of_a_form_is_left_untried(form: str) -> None:
    """Asked and not asked, fitting and refused, warned of, worked out: each at least once in the table."""
    it = table(form)
    for case in ({"name": "full", "from": "full"}, *it.cases):
        it.run(case)
    missing = []
    for path, item in it.form.items.items():
        bind = item.bind
        if "/meta" in path or path.count("/") == 1:
            continue
        if path not in it.asked:
            missing.append(f"{path} is never relevant")
        if bind.relevant is not None and path not in it.unasked:
            missing.append(f"{path} is never irrelevant")
        if (bind.constraint is not None or bind.check) and path not in it.refused:
            missing.append(f"{path} never refuses anything")
        if bind.warning is not None and path not in it.warned:
            missing.append(f"{path} never warns")
        if isinstance(item, Question) and item.control and not item.is_note and path not in it.fitted:
            missing.append(f"{path} is never answered well")
        if bind.calculate is not None and isinstance(item, Question) and path not in it.told:
            missing.append(f"{path} is worked out, but no case says what")
    assert missing == []


@pytest.mark.parametrize("form", tables())
def test_every_choice_can_be_chosen(form: str) -> None:
    """Each choice of each list is offered somewhere in the table and is taken and kept by the engine."""
    it = table(form)
    offered: dict[str, set[str]] = {}
    for case in ({"name": "full", "from": "full"}, *it.cases):
        entry = it.entry(case)
        for path in paths_of(entry):
            item = entry.item(path)
            if isinstance(item, Question) and item.is_select and entry.is_relevant(path):
                _choose(entry, path, offered.setdefault(item.path, set()))
    assert [
        f"{item.path}: {value}"
        for item in it.form.items.values()
        if isinstance(item, Question) and item.is_select and item.control
        for value in _whole_list(it.form, item) - offered.get(item.path, set())
    ] == []


def _choose(entry: FormEntry, path: str, tried: set[str]) -> None:
    for choice in entry.choices(path):
        if choice.value in tried or entry.is_readonly(path):
            continue
        tried.add(choice.value)
        before = entry.missing(path) or entry.value(path)
        entry.set(path, choice.value)
        stands = entry.missing(path) if choice.missing else entry.value(path)
        is_reset = any(action.target == entry.item(path).path for action in entry.form.actions)
        if entry.is_relevant(path) and not is_reset:
            assert stands == (choice.missing or choice.value), (path, choice.value)
        entry.set(path, before)


def _whole_list(form: Form, item: Item) -> set[str]:
    """The values of the list of a select that stands in the form itself; run-time lists and files have their own tests.

    `none` belongs to the multiple choice whose list a single choice shares and filters (the first of several needs).
    """
    assert isinstance(item, Question)
    if item.itemset is None:
        return {choice.value for choice in item.choices}
    name = item.itemset.nodes.source.partition("'")[2].partition("'")[0]
    instance = form.instances.get(name)
    if instance is None or instance.src:
        return set()
    of_others = {"none"} if item.control == "select1" and "[" in item.itemset.nodes.source else set()
    return {row["name"] for row in form.lists.rows(name)} - of_others


def test_a_table_that_says_something_false_fails() -> None:
    it: Table = table(tables()[0])
    first = next(iter(it.form.items))
    question = next(
        item.name for item in it.form.items.values() if isinstance(item, Question) and item.control
    )
    assert it.run({"name": "false", "values": {question: "surely not this"}}) != [], first
