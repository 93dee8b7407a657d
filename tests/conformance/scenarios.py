"""Replays recorded ODK Web Forms scenarios against our engine and tells where the two disagree."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fieldkit.xforms import FormEntry, FormError, Question, Repeat, load_form

MOMENT = datetime(2026, 11, 23, 10, tzinfo=UTC)


class UnknownStepError(Exception):
    """A step that says nothing about an engine: the peer's own helpers, markup, uploads."""


class DisagreementError(Exception):
    """A step on which we do otherwise."""


class Replay:
    """One scenario. `checked` counts the expectations met."""

    def __init__(self, folder, scenario):
        self.folder = folder
        self.scenario = scenario
        self.forms = {}
        self.entries = {}
        self.checked = 0

    def run(self):
        for number, step in enumerate(self.scenario["steps"]):
            if step["op"] == "expect-async":
                continue
            try:
                self._step(step)
            except UnknownStepError:
                continue
            except StopIteration:  # what was answered was not recorded: nothing that follows can be compared
                return
            except (LookupError, DisagreementError) as error:
                raise DisagreementError(
                    f"step {number} {step['op']} {step.get('of') or step.get('args')}: {error!r}"
                ) from error

    def _step(self, step):
        if step["op"] == "load":
            self._load(step)
            return
        entry = self.entries.get(step.get("s") or (step.get("of") or {}).get("s", 1))
        if entry is None:
            raise UnknownStepError
        if step["op"] == "expect":
            self._expect(entry, step)
        elif step["ok"]:
            getattr(self, f"do_{step['op']}", self._skip)(entry, step)

    def _skip(self, _entry, _step):
        raise UnknownStepError

    def _load(self, step):
        if "form" not in step or "options" in step:
            raise StopIteration
        try:
            form = load_form(self.folder / step["form"])
        except FormError as error:
            if step["ok"]:
                raise DisagreementError(str(error.problems[:1])) from error
            raise UnknownStepError from error
        self.forms[step["s"]] = form
        self.entries[step["s"]] = FormEntry(form, now=MOMENT, tz="UTC", seed=1)

    def do_answer(self, entry, step):
        args = step["args"]
        path = step["at"] if len(args) == 1 else args[0]
        value = args[-1]
        if isinstance(value, dict) or not isinstance(path, str):
            raise StopIteration
        entry.set(path, str(value).lower() if isinstance(value, bool) else value)

    def do_createNewRepeat(self, entry, step):
        path = step["args"][0]
        path = path if isinstance(path, str) else path["assertCurrentReference"]
        path = re.sub(r"\[\d+\]$", "", path)
        item = entry.form.items.get(re.sub(r"\[\d+\]", "", path))
        if isinstance(item, Repeat):
            entry.add_repeat(path)
        else:
            raise UnknownStepError

    def do_removeRepeat(self, entry, step):
        entry.remove_repeat(step["args"][0])

    def do_setLanguage(self, entry, step):
        entry.language = step["args"][0]

    def do_newInstance(self, _entry, step):
        self.entries[step["s"]] = FormEntry(self.forms[step["s"]], now=MOMENT, tz="UTC", seed=1)

    def do_editCurrentInstance(self, entry, step):
        number = step["s"]
        self.entries[number] = FormEntry(
            self.forms[number],
            entry.answers(relevant_only=True) | {"meta/instanceID": "x"},
            now=MOMENT,
            tz="UTC",
        )

    def do_next(self, entry, step):
        path = step["args"][0] if step["args"] else None
        item = entry.form.items.get(path) if isinstance(path, str) else None
        if isinstance(item, Question) and not entry.is_relevant(path):
            raise DisagreementError("not relevant")

    def _expect(self, entry, step):
        of = step.get("of")
        if not of or not step["ok"]:
            raise UnknownStepError
        found = getattr(self, f"of_{of['op']}", self._skip)(entry, of)
        check = getattr(self, f"is_{step['matcher']}", None)
        if check is None:
            raise UnknownStepError
        if check(found, *step["args"]) == bool(step.get("not")):
            raise DisagreementError(f"{step['matcher']} {step['args']}: {found!r}")
        self.checked += 1

    def of_answerOf(self, entry, of):
        return entry.value(of["args"][0])

    def of_countRepeatInstancesOf(self, entry, of):
        return entry.count(of["args"][0])

    def of_choicesOf(self, entry, of):
        return [(choice.value, choice.label) for choice in entry.choices(of["args"][0])]

    def of_getInstanceNode(self, entry, of):
        return entry, of["args"][0]

    def of_getQuestionLabelText(self, entry, of):
        return entry.label(of["args"][0]["assertCurrentReference"])

    def of_indexOf(self, entry, of):
        try:
            entry.item(of["args"][0])
        except LookupError:
            return None
        return of["args"][0]

    def of_attributeOf(self, entry, of):
        return entry.tree.element(of["args"][0]).attribute(of["args"][1]) or ""

    def of_proposed_serializeInstance(self, entry, _of):
        return re.sub(r' (xmlns:?\w*|version)="[^"]*"', "", entry.to_xml())

    def of_proposed_getSelectedOptionLabelsAsText(self, entry, of):
        path = of["args"][0]["assertCurrentReference"]
        chosen = entry.value(path).split()
        return [choice.label for choice in entry.choices(path) if choice.value in chosen]

    def of_answer(self, entry, of):
        path, value = of["args"] if len(of["args"]) > 1 else (of.get("at"), of["args"][0])
        if path is None:
            raise UnknownStepError
        entry.set(path, value)
        return {problem.kind: problem.message for problem in entry.problems(path)}

    def is_toEqualAnswer(self, found, wanted):
        text = wanted.get("stringValue")
        if text is None:
            raise UnknownStepError
        if wanted["class"] == "ExpectedBooleanAnswer":
            return {found, text} in ({"1"}, {"0"}, {"1", "true"}, {"0", "false"})
        return found == text or _numbers(found) == _numbers(text) != []

    def is_toHaveAnswerCloseTo(self, found, wanted):
        return abs(float(found) - float(wanted["stringValue"])) < 1

    def is_toBe(self, found, wanted):
        return found == wanted

    is_toEqual = is_toBe

    def is_toBeNull(self, found):
        return found is None

    def is_toContain(self, found, wanted):
        return wanted in found

    def is_toStartWith(self, found, wanted):
        return found.startswith(wanted)

    def is_toContainChoices(self, found, wanted):
        values = [value for value, _ in found]
        places = [values.index(each["value"]) for each in wanted if each["value"] in values]
        return len(places) == len(wanted) and places == sorted(places)

    def is_toContainChoicesInAnyOrder(self, found, wanted):
        return all(any(_is_choice(each, one) for one in found) for each in wanted)

    def is_toBeRelevant(self, found):
        entry, path = found
        return entry.is_relevant(path)

    def is_toBeNonRelevant(self, found):
        return not self.is_toBeRelevant(found)

    def is_toHaveAppearance(self, found, wanted):
        entry, path = found
        return wanted in entry.item(path).appearance

    def is_toYieldAppearances(self, found, wanted):
        entry, path = found
        return set(wanted) <= entry.item(path).appearance

    def is_toHaveConstraintMessage(self, found, wanted):
        return (found.get("constraint") or None) == wanted

    def is_toHaveRequiredMessage(self, found, wanted):
        return (found.get("required") or None) == wanted


def _is_choice(wanted, choice):
    value, label = choice
    return wanted["value"] == value and wanted.get("label") in {None, label}


def _numbers(text):
    parts = re.findall(r"-?\d+(?:\.\d+)?", text)
    return [float(part) for part in parts] if re.fullmatch(r"[-\d. ;]+", text) else []
