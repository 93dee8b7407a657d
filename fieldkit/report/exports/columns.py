"""What tables a form comes to when its records leave: one for the records, one for each repeat, all versions together.

Names are the same in every format: at most 28 characters, none of which Stata or SPSS keeps for itself. A question that is
gone from the form keeps its column; one that any version calls contact or restricted has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fieldkit.errors import FieldkitError
from fieldkit.i18n import LANGUAGES
from fieldkit.library import FormLibrary
from fieldkit.naming import Naming
from fieldkit.places import Place
from fieldkit.privacy.leaving import KEPT, Way, offered, way_of
from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.xforms import Form, Question
from fieldkit.xforms.audit import audit_options
from fieldkit.xforms.definition import Label
from fieldkit.xforms.lists import ChoiceReader
from fieldkit.xforms.lists.choices import list_name

KEY, ROW, PARENT = "record_key", "row", "parent_row"
"""The columns that tie rows together: the record's pseudonym; of a repeat the row's number in its record, and that of the row
around it.
"""
VILLAGE = "village"
_DIVISIONS = "divisions"
_LONGEST = 28
"""Stata takes 32, and pyreadstat numbers behind a name what its labels are called."""
_OF_STATA = (
    "_all _b byte _coef _cons double float if in int long _n _n _pi _pred _rc _skip strl using with"
    " str1 str2 str3 str4 str5 str6 str7 str8 str9"
)
_OF_SPSS = "all and by eq ge gt le lt ne not or to with"
_NAMING = Naming(_LONGEST, frozenset([*_OF_STATA.split(), *_OF_SPSS.split(), KEY, ROW, PARENT]))
_TABLES = Naming(24, frozenset({"about", "audit", "counts", "codebook", "manifest"}))
"""A sheet of a workbook is called as its table, with a number where there are several."""
_MOST_FLAGS = 100
_SUMS = frozenset({Way.INTEGER, Way.DECIMAL})
_LISTED = frozenset({Way.CODE, Way.CODES})

Value = str | list[str] | None
Row = list[Value]
"""Keys and answers; see `rows`."""
Words = Mapping[str, str]
"""The same in each language, by its code."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question offers. name: of its own column where several can be chosen, "" for none."""

    value: str
    words: Words
    name: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A question. path: template path below the root. why: the name of the column that says why an answer is missing, where a
    format needs one. versions: of the form that have it.
    """

    name: str
    path: str
    way: Way
    label: Words
    why: str
    tier: str
    reason: Words
    choices: tuple[Choice, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """What the form calls it."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a form, or a repeat of it. repeats: the template paths of the repeats around its rows, outermost first.
    fixed: the columns before those of questions.
    """

    name: str
    label: Words
    columns: tuple[Column, ...]
    repeats: tuple[str, ...] = ()
    fixed: tuple[str, ...] = (KEY,)


def versions_of(library: FormLibrary, form: str) -> list[Form]:
    """The versions of a form at hand, the one in use last. Raises FieldkitError("form.unknown")."""
    found = [each for each in library.all_versions() if each.id == form]
    if not found:
        raise FieldkitError("form.unknown", name=form, known=", ".join(each.id for each in library.files()))
    return found


def export_tables(
    versions: Sequence[Form], places: Sequence[Place], tiers: frozenset[str] = KEPT
) -> list[Table]:
    """The tables of a form; `versions` from the oldest to the newest. Raises FieldkitError("exports.nothing")."""
    parts: dict[tuple[str, ...], _Part] = {(): _Part()}
    hidden = _hidden(versions, tiers)
    for form in versions:
        for repeats, path, question in _asked(form):
            way = way_of(form, question, tiers)
            if way is not None and path not in hidden:
                parts.setdefault(repeats, _Part()).add(form, path, question, way, places)
    newest = versions[-1]
    own = _TABLES.free([newest.id], ())
    taken = {own}
    made = []
    for repeats, part in parts.items():
        name = _TABLES.free(repeats[-1].split("/"), taken) if repeats else own
        taken.add(name)
        if part.found:
            fixed = ((KEY,), (KEY, ROW), (KEY, ROW, PARENT))[min(len(repeats), 2)]
            made.append(Table(name, _called(newest, repeats), part.columns(), repeats, fixed))
    if not made:
        raise FieldkitError("exports.nothing", form=newest.id)
    if made[0].repeats:
        # Rows of repeats belong to records, so those have a table even with nothing but their keys.
        made.insert(0, Table(own, _called(newest, ()), ()))
    return made


@dataclass(slots=True)
class _Found:
    """A column on its way."""

    column: Column
    choices: dict[str, Words]
    versions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """The columns of one table, by the paths of their questions."""

    found: dict[str, _Found] = field(default_factory=dict)

    def add(self, form: Form, path: str, question: Question, way: Way, places: Sequence[Place]) -> None:
        """Take in a question of one version; the newest says what it is called and how it leaves."""
        choices = _choices(form, question, way, places)
        if not choices and way is Way.TEXT and question.name == VILLAGE:
            way, choices = Way.CODE, {place.code: dict(place.names) for place in places}
        column = Column(
            "", path, way, words_of(form, question.label) or dict.fromkeys(LANGUAGES, question.name), "",
            question.bind.tier, words_of(form, question.bind.why),
        )  # fmt: skip
        known = self.found.get(path)
        if known is None:
            self.found[path] = _Found(column, choices, [form.version])
            return
        ways = {known.column.way, way}
        if ways in (_SUMS, _LISTED):
            column = replace(column, way=Way.DECIMAL if ways == _SUMS else Way.CODES)
        known.column = column
        known.choices |= choices
        known.versions += [form.version] if form.version not in known.versions else []

    def columns(self) -> tuple[Column, ...]:
        """The columns with their names."""
        taken = {KEY, ROW, PARENT}
        named = []
        for path, each in self.found.items():
            name = _NAMING.free(path.split("/"), taken)
            taken.add(name)
            named.append((name, each))
        return tuple(_column(name, each, taken) for name, each in named)


def _column(name: str, found: _Found, taken: set[str]) -> Column:
    why = _NAMING.beside(f"{name}_missing", f"{found.column.path}?", taken)
    taken.add(why)
    has_flags = found.column.way is Way.CODES and len(found.choices) <= _MOST_FLAGS
    choices = []
    for value, words in found.choices.items():
        flag = _NAMING.of_choice(name, value, taken) if has_flags else ""
        taken.add(flag)
        choices.append(Choice(value, words, flag))
    return replace(found.column, name=name, why=why, choices=tuple(choices), versions=tuple(found.versions))


def _asked(form: Form) -> Iterator[tuple[tuple[str, ...], str, Question]]:
    """The questions of a form with their paths below the root, and the repeats around them."""
    repeats = form.repeats
    log = audit_options(form)
    for path, item in form.items.items():
        if isinstance(item, Question) and (log is None or path != log.node):
            around = (item.steps[:end] for end in range(2, len(item.steps)))
            yield tuple("/".join(steps[1:]) for steps in around if steps in repeats), below(path), item


def _hidden(versions: Iterable[Form], tiers: frozenset[str]) -> set[str]:
    """The paths without a column: by any version of a tier that does not leave, or by the newest that has them."""
    never = (CONTACT | RESTRICTED) - tiers
    found: set[str] = set()
    former: set[str] = set()
    shown: dict[str, bool] = {}
    for form in versions:
        for path, item in form.items.items():
            if not isinstance(item, Question):
                continue
            steps = path.split("/")
            around = (form.items.get("/".join(steps[:end])) for end in range(2, len(steps) + 1))
            shown[below(path)] = way_of(form, item, tiers) is not None
            if any(each is not None and each.bind.tier in never for each in around):
                found.add(below(path))
                former.update(item.bind.renamed_from.split())
    found |= {path for path, is_shown in shown.items() if not is_shown}
    return found | {path for path in shown if any(f"/{name}/" in f"/{path}/" for name in former)}


def _choices(form: Form, question: Question, way: Way, places: Sequence[Place]) -> dict[str, Words]:
    if way not in _LISTED:
        return {}
    reader = ChoiceReader(form, form.lists.document)
    words = {code: reader.words_of(question, form.language_for(code)) for code in LANGUAGES}
    named = {place.code: place.names for place in places} if _is_of_places(question) else {}
    return {
        value: {code: words[code].get(value) or value for code in LANGUAGES} | dict(named.get(value, {}))
        for value in offered(form, question) or ()
    }


def _is_of_places(question: Question) -> bool:
    if question.name == VILLAGE:
        return True
    return question.itemset is not None and list_name(question.itemset) == _DIVISIONS


def _called(form: Form, repeats: Sequence[str]) -> Words:
    item = form.items.get(f"/{form.root}/{repeats[-1]}") if repeats else None
    name = repeats[-1].rpartition("/")[2] if repeats else form.title
    return (words_of(form, item.label) if item is not None else {}) or dict.fromkeys(LANGUAGES, name)


def words_of(form: Form, label: Label | None) -> dict[str, str]:
    """A label in each language, without what it fills in from answers; {} for none."""
    if label is None:
        return {}
    texts = {code: label.segments(form.language_for(code)) for code in LANGUAGES}
    said = {
        code: "".join(part if isinstance(part, str) else "…" for part in parts).strip()
        for code, parts in texts.items()
    }
    return said if any(said.values()) else {}


def below(path: str) -> str:
    """A template path without the root."""
    return path.split("/", 2)[2] if path.count("/") > 1 else ""
