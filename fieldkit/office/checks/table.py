"""The checks as data: the table that ships with fieldkit, and the tables of the office's own beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from fieldkit.csv_rows import csv_rows
from fieldkit.datatypes.checks import CHECKS
from fieldkit.errors import FieldkitError
from fieldkit.office.tables import SHOWN
from fieldkit.xforms import Form, Question
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.xpath import Scope, XPathError

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary

SHIPPED = Path(str(resources.files("fieldkit.office.checks"))) / "shipped.csv"
FOLDER = "checks"
"""The folder of an office that holds its own tables."""
COLUMNS = (
    "id", "kind", "form", "question", "of", "when", "parameters", "label_zh", "label_en", "remedy_zh", "remedy_en",
)  # fmt: skip
OFF = "off"
EVERY = "*"
KINDS: Mapping[str, Mapping[str, str]] = {
    "shape": {"check": "", "missing": "yes"},
    "same": {},
    "known": {},
    "count": {"exactly": "no"},
    "rule": {},
    "consent": {},
    "consented": {},
    "sent": {},
    "parallel": {},
    "missing": {"least": "20", "above": "0.2", "days": "30", "except": ""},
    "outlier": {"least": "20", "score": "3.5", "except": ""},
    "duration": {"least": "20", "slow": "4", "tail": "5", "except": ""},
    "other": {"least": "10", "share": "0.2", "except": ""},
    OFF: {},
}
"""Every kind with its parameters and what they are where a row says nothing."""
WHOLE = frozenset({"missing", "outlier", "duration", "other"})
"""The kinds that look at a question over the whole town."""
_NEEDS_QUESTION = frozenset({"shape", "same", "known", "count", "rule"})
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_NAMED = re.compile(r"\$\{([^}]*)\}")
_WORDS = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True)
class Check:
    """A row of a table.

    forms: form ids, none for every form. questions: names or paths below the root, none for every question. of: (form,
    question) pairs that a value is looked up in. when: XPath over the record, with `${name}` for a question. parameters:
    by name, all that the kind has. labels, remedies: by language code.
    """

    id: str
    kind: str
    forms: tuple[str, ...]
    questions: tuple[str, ...]
    of: tuple[tuple[str, str], ...]
    when: str
    parameters: Mapping[str, str]
    labels: Mapping[str, str]
    remedies: Mapping[str, str]

    def is_about(self, form: str) -> bool:
        """Whether it looks at records of a form."""
        return not self.forms or form in self.forms

    @property
    def asked_of(self) -> tuple[str, ...]:
        """The forms whose records `when` is asked of: those that are counted, where it counts."""
        return tuple(form for form, _name in self.of) if self.kind == "count" else self.forms

    def number(self, name: str) -> float:
        """A parameter that is a number."""
        return float(self.parameters[name])

    def leaves_out(self, name: str) -> bool:
        """Whether a question of that name is not looked at."""
        return name in self.parameters.get("except", "").split()

    def label(self, language: str) -> str:
        """What is found, in words."""
        return self.labels.get(language) or self.labels["en"]

    def remedy(self, language: str) -> str:
        """What can be done about it, in words."""
        return self.remedies.get(language) or self.remedies["en"]


@dataclass(frozen=True, slots=True)
class CheckTable:
    """The checks in force, by id in the order of the tables. refused: why tables of the office's own are not in force.

    version: another one for other checks.
    """

    checks: Mapping[str, Check]
    refused: tuple[FieldkitError, ...]
    version: str

    def of_kinds(self, *kinds: str) -> list[Check]:
        """The checks of these kinds."""
        return [each for each in self.checks.values() if each.kind in kinds]


def check_table(folder: Path, library: FormLibrary) -> CheckTable:
    """The checks of an office: those that ship, and those in its folder `checks`; there a row with an id of ours stands
    for ours, and the kind `off` takes it away. A table with a fault is left out whole, and told.

    Ours is not looked at against the forms, since a form of the office's own may stand for one that ships: what it does not
    ask is not checked.
    """
    found = read_table(SHIPPED)
    refused = []
    own = folder / FOLDER
    for path in sorted(own.glob("*.csv")) if own.is_dir() else ():
        if path.name.startswith("."):
            continue
        try:
            found |= read_table(path, library)
        except FieldkitError as error:
            refused.append(error)
    found = {each.id: each for each in found.values() if each.kind != OFF}
    version = hashlib.sha256(repr((sorted(found.items()), _state(library))).encode()).hexdigest()[:16]
    return CheckTable(found, tuple(refused), version)


def expression(source: str, form: Form) -> Expression:
    """What a check asks of a record, read at the record's root. Raises LookupError for a question there is not."""
    return Expression(
        _NAMED.sub(lambda name: form.find(name[1]).path, source), Scope((form.root,), form.repeats), "when"
    )


def question_in(form: Form, name: str) -> Question:
    """The question of that name or path below the root, or the outermost of several with the name. Raises LookupError."""
    item = form.items.get(f"/{form.root}/{name}")
    if item is None:
        ends = [each for path, each in form.items.items() if path.endswith(f"/{name}")]
        item = min(ends, key=lambda each: len(each.steps), default=None)
    if not isinstance(item, Question):
        raise LookupError(name)
    return item


def below_root(item_path: str) -> str:
    """A template path as answers are kept by it."""
    return item_path.split("/", 2)[2] if item_path.count("/") > 1 else ""


def is_shown(form: Form, path: str) -> bool:
    """Whether the answers at a template path are of tier P or N, and so is every group around it that has a tier."""
    steps = path.split("/")
    around = (form.items.get("/".join(steps[:end])) for end in range(2, len(steps)))
    item = form.items.get(path)
    return (
        item is not None
        and item.bind.tier in SHOWN
        and all(each is None or each.bind.tier in {"", *SHOWN} for each in around)
    )


def asked_questions(form: Form, kinds: Iterable[str] = ()) -> Iterator[Question]:
    """The questions of tier P and N that people are asked, of these types alone where any are named."""
    wanted = frozenset(kinds)
    for path, item in form.items.items():
        if not isinstance(item, Question) or not item.control or item.is_note or not is_shown(form, path):
            continue
        if not wanted or item.bind.type in wanted:
            yield item


def read_table(path: Path, library: FormLibrary | None = None) -> dict[str, Check]:
    """The checks in a file, looked at against the forms of a library.

    Raises FieldkitError("check.…"), ("list.unreadable"), naming row and column.
    """
    found: dict[str, Check] = {}
    for number, row in enumerate(csv_rows(path, COLUMNS, "check.column"), 2):
        cells = _Row(path, number, {name: (row[name] or "").strip() for name in COLUMNS}, library)
        check = cells.check()
        if check.id in found:
            cells.refuse("id", "twice")
        found[check.id] = check
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it is written, and how it is looked at."""

    path: Path
    number: int
    cells: Mapping[str, str]
    library: FormLibrary | None

    def refuse(self, column: str, reason: str, text: str | None = None) -> NoReturn:
        """Raises FieldkitError("check.…")."""
        raise self.refused(column, reason, text)

    def refused(self, column: str, reason: str, text: str | None = None) -> FieldkitError:
        """What a cell is refused with."""
        said = self.cells[column] if text is None else text
        return FieldkitError(
            f"check.{reason}", path=str(self.path), row=self.number, column=column, text=said
        )

    def check(self) -> Check:
        """The check. Raises FieldkitError("check.…")."""
        kind = self.cells["kind"]
        if not _ID.fullmatch(self.cells["id"]):
            self.refuse("id", "id")
        if kind not in KINDS:
            self.refuse("kind", "kind")
        for language in ("zh", "en") if kind != OFF else ():
            for column in (f"label_{language}", f"remedy_{language}"):
                if not self.cells[column]:
                    self.refuse(column, "empty")
        made = Check(
            self.cells["id"], kind, self._named("form"), self._named("question"), tuple(self._of()),
            self.cells["when"], self._parameters(kind),
            {language: self.cells[f"label_{language}"] for language in ("zh", "en")},
            {language: self.cells[f"remedy_{language}"] for language in ("zh", "en")},
        )  # fmt: skip
        if kind != OFF:
            self._look_at(made)
            if self.library is not None:
                self._compare(made, self.library)
        return made

    def _named(self, column: str) -> tuple[str, ...]:
        return tuple(each for each in self.cells[column].split() if each != EVERY)

    def _of(self) -> Iterator[tuple[str, str]]:
        for each in self.cells["of"].split():
            form, colon, question = each.partition(":")
            if not (form and colon and question):
                self.refuse("of", "of", each)
            yield form, question

    def _parameters(self, kind: str) -> dict[str, str]:
        known = KINDS[kind]
        said = {}
        for each in filter(None, (part.strip() for part in self.cells["parameters"].split(";"))):
            name, equals, value = (part.strip() for part in each.partition("="))
            if name not in known or not equals:
                self.refuse("parameters", "parameter", each)
            if re.fullmatch(r"[\d.]+", known[name]) and not re.fullmatch(r"\d+(\.\d+)?", value):
                self.refuse("parameters", "number", each)
            said[name] = value
        if kind == "shape" and said.get("check") not in CHECKS:
            self.refuse("parameters", "standard", said.get("check", ""))
        return {**known, **said}

    def _look_at(self, check: Check) -> None:
        if check.kind in _NEEDS_QUESTION and not (check.questions and check.forms):
            self.refuse("question" if check.forms else "form", "empty")
        if check.kind == "rule" and not check.when:
            self.refuse("when", "empty")
        if check.kind in {"known", "count"} and not check.of:
            self.refuse("of", "empty")
        if check.kind == "count" and len(check.questions) != 2:
            self.refuse("question", "pair")

    def _compare(self, check: Check, library: FormLibrary) -> None:
        """Look at what a check names in its forms."""
        for form_id in check.forms:
            form = self._form("form", form_id, library)
            for name in check.questions:
                self._question("question", form, name)
        for form_id, name in check.of:
            self._question("of", self._form("of", form_id, library), name)
        for form_id in check.asked_of if check.when else ():
            self._expression(check.when, self._form("form", form_id, library))

    def _form(self, column: str, form_id: str, library: FormLibrary) -> Form:
        form = library.known(form_id)
        if form is None:
            self.refuse(column, "form", form_id)
        return form

    def _question(self, column: str, form: Form, name: str) -> None:
        """See that a question is there, and that nobody is named by what is found."""
        try:
            question = question_in(form, name)
        except LookupError as error:
            raise self.refused(column, "question", name) from error
        if not is_shown(form, question.path):
            self.refuse(column, "tier", name)

    def _expression(self, source: str, form: Form) -> None:
        """See that an expression can be read, and reads nothing of tier C, R or X."""
        hidden = {
            item.name
            for path, item in form.items.items()
            if isinstance(item, Question) and item.bind.tier and not is_shown(form, path)
        }
        shown = {item.name for path, item in form.items.items() if is_shown(form, path)}
        unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", source)
        for name in _WORDS.findall(unquoted):
            if name in hidden - shown:
                self.refuse("when", "tier", name)
        try:
            _ = expression(source, form).compiled
        except (LookupError, XPathError) as error:
            raise self.refused("when", "expression") from error


def _state(library: FormLibrary) -> list[str]:
    """What the forms at hand are: what is asked, and of which tier, decides what is found."""
    return [hashlib.sha256(file.path.read_bytes()).hexdigest() for file in library.files()]
