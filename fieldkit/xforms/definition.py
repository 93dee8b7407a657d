"""What a form is once it is read: immutable, with the source row of each part.

Paths are template paths such as `/data/members/age`: names only, no instance numbers.
Structure: every node of the primary instance is an `Item` (`Form.items`); the body puts those a person meets
in order (`Form.body`). A repeat's wrapping group is merged into the repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from fieldkit.xforms.expression import Expression
from fieldkit.xforms.missing import Missing

if TYPE_CHECKING:
    from fieldkit.errors import FormProblem
    from fieldkit.xforms.dependencies import Graph
    from fieldkit.xforms.lists import Lists

XFORMS = "http://www.w3.org/2002/xforms"
XHTML = "http://www.w3.org/1999/xhtml"
JAVAROSA = "http://openrosa.org/javarosa"
OPENROSA = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
EVENTS = "http://www.w3.org/2001/xml-events"
FIELDKIT = "urn:fieldkit:xforms:1"
"""The namespace of our own columns: tier, why, who_sees, warning, purpose and their like."""

_LAST_SAVED = "jr://instance/last-saved"

_NOTHING: Mapping[str, Any] = {}
"""Shared by the thousands of parts that have nothing to say; never changed."""

Segment = str | Expression


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part of a form was written: sheet name (or "" for XML) and 1-based row or line."""

    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a form in each of its languages; segments are text, or expressions whose value stands there.

    `texts` maps a language name as the form writes it ("中文 (zh)") to its segments; "" holds words without
    a language.
    """

    texts: Mapping[str, tuple[Segment, ...]]

    def segments(self, language: str) -> tuple[Segment, ...]:
        """The segments in `language`, or the words without a language, or any there are."""
        if language in self.texts:
            return self.texts[language]
        return self.texts.get("") or next(iter(self.texts.values()), ())


@dataclass(frozen=True, slots=True)
class Bind:
    """The rules of one node (ODK XForms spec, "Bind Attributes"), and fieldkit's own beside them.

    type: the XForms type without its prefix, "" where none is given: a string, save that a truth calculated
    for it is written 1 or 0 (JavaRosa). extra: attributes for other programs, by local name (`max-pixels` for
    cameras, `length` for servers). slip: what the answer is called on the slip that the household keeps, None where it
    may not stand there. renamed_from: names or paths that earlier versions of the form gave this node. consent: what an
    answer agrees to ("basic", "health", "share" …), "" for a question that asks for no consent. check: the standard an
    answer must follow ("resident-id", "mobile" …).
    """

    type: str = ""
    required: Expression | None = None
    required_message: Label | None = None
    relevant: Expression | None = None
    readonly: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Label | None = None
    calculate: Expression | None = None
    warning: Expression | None = None
    warning_message: Label | None = None
    preload: str = ""
    preload_params: str = ""
    save_to: str = ""
    tier: str = ""
    consent: str = ""
    check: str = ""
    why: Label | None = None
    who_sees: Label | None = None
    slip: Label | None = None
    renamed_from: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class StaticChoice:
    """A choice written into the body itself. `media`: see `Item`."""

    value: str
    label: Label
    media: Mapping[str, Label] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from a list: the nodes, and which of their children are value and label.

    `label_itext`: the label child holds an itext id.
    """

    nodes: Expression
    value: str
    label: str
    label_itext: bool


class Choice(NamedTuple):
    """A choice as it is offered now, in the language of the interview."""

    value: str
    label: str
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A node of the primary instance. `steps` are the names of its template path, root first.

    media: what is shown or played with the label, by kind ("image", "big-image", "audio", "video"): addresses
    such as `jr://images/a.png` in each language.
    """

    path: str
    bind: Bind = field(default_factory=Bind)
    label: Label | None = None
    hint: Label | None = None
    guidance: Label | None = None
    appearance: frozenset[str] = frozenset()
    media: Mapping[str, Label] = field(default_factory=lambda: _NOTHING)
    source: Source = Source()
    steps: tuple[str, ...] = field(init=False, compare=False, repr=False, default=())

    def __post_init__(self) -> None:
        """Take the path apart once."""
        object.__setattr__(self, "steps", tuple(intern(step) for step in self.path[1:].split("/")))

    @property
    def name(self) -> str:
        """The last name of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Question(Item):
    """A leaf. `control` is the XForms control ("input", "select1", "select", "rank", "trigger", "upload",
    "range"), or "" for a node that nobody is asked (calculates, metadata). `parameters` are the other
    attributes of the control by local name (`start`, `mediatype`, `accuracyThreshold`, `max-pixels` …).
    """

    control: str = ""
    choices: tuple[StaticChoice, ...] = ()
    itemset: Itemset | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    default: str = ""

    @property
    def is_note(self) -> bool:
        """A note: shown, read, never answered."""
        return (
            self.control == "input"
            and self.bind.readonly is not None
            and self.bind.readonly.source == "true()"
        )

    @property
    def is_select(self) -> bool:
        """Answered by choosing."""
        return self.control in {"select1", "select", "rank"}


@dataclass(frozen=True, slots=True)
class Group(Item):
    """A group; with `field-list` its questions stand on one page. `path` is "" for one only on paper."""

    children: tuple[Item, ...] = ()

    @property
    def is_page(self) -> bool:
        """Asked as one page; a group that is only on paper has no place for one."""
        return bool(self.path) and bool(self.appearance & {"field-list", "table-list"})


@dataclass(frozen=True, slots=True)
class Repeat(Group):
    """A repeat. `count` fixes the number of instances; `fixed` forbids adding and removing by hand."""

    count: Expression | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class SetValue:
    """A `setvalue` action: on one of `events`, `target` gets `value` (expression) or `text`.

    `trigger` is the template path of the question whose change fires it, "" for form-wide events. `only`: which
    of the nodes at `target` are meant, where its author picked some (`/data/person[1]/age`).
    """

    events: frozenset[str]
    target: str
    value: Expression | None
    text: str = ""
    trigger: str = ""
    only: Expression | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """An action that asks a device for something, `kind` "setgeopoint" or "recordaudio"; a laptop leaves it out.

    Otherwise as `SetValue`.
    """

    kind: str
    events: frozenset[str]
    target: str
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """Where a form wants its records sent, and how (`<submission>`); attributes by local name in `extra`."""

    url: str = ""
    public_key: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class SecondaryInstance:
    """A list of the form: inline XML, or the file it comes from (`src`, a `jr://` address).

    kept: the key of the side-file that holds a large inline list instead of `xml`.
    """

    id: str
    xml: bytes = b""
    src: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a form promises to the people who answer it (settings `fk:purpose` and its neighbours).

    who_sees: who sees the answers to questions that do not say it themselves. family: the forms that belong together;
    restricted answers are read in their family alone. retention: how long each tier is kept, as it is written.
    """

    purpose: Label | None = None
    who_sees: Label | None = None
    family: str = ""
    retention: str = ""
    declined: Expression | None = None
    declined_keeps: tuple[str, ...] = ()
    slip: Label | None = None
    slip_when: Expression | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """A form, read and checked. `template` is the XML of its primary instance's root element.

    `hash` is the SHA-256 of the XForm XML: what a record names as the version it was made with. `attributes` are
    the binds of attributes by path (`/data/meta/entity/@id`), `style` the look the form asks for ("pages"),
    `warnings` what its author should look at though the form can be used. `unstored`: the paths of what is seen and
    never stored. `repeats`: the template steps of every repeat.
    """

    id: str
    version: str
    title: str
    hash: str
    languages: tuple[str, ...]
    default_language: str
    items: Mapping[str, Item]
    body: tuple[Item, ...]
    template: bytes
    texts: Mapping[str, Mapping[str, tuple[Segment, ...]]]
    actions: tuple[SetValue, ...]
    instances: Mapping[str, SecondaryInstance]
    lists: Lists
    graph: Graph
    instance_name: Expression | None = None
    privacy: Privacy = Privacy()
    attributes: Mapping[str, Bind] = field(default_factory=dict)
    captures: tuple[Capture, ...] = ()
    submission: Submission = Submission()
    style: str = ""
    warnings: tuple[FormProblem, ...] = ()
    filled_attributes: Mapping[str, tuple[str, ...]] = field(init=False, compare=False, default_factory=dict)
    unstored: frozenset[str] = field(init=False, compare=False, default=frozenset())
    repeats: frozenset[tuple[str, ...]] = field(init=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        """Gather the attributes that binds and actions fill, by the path of their element, what is never stored, and where
        the repeats are.
        """
        paths = [*self.attributes, *(action.target for action in self.actions if "/@" in action.target)]
        found: dict[str, tuple[str, ...]] = {}
        for path in dict.fromkeys(paths):
            above, _, name = path.partition("/@")
            found[above] = (*found.get(above, ()), name)
        object.__setattr__(self, "filled_attributes", found)
        object.__setattr__(self, "unstored", unstored(self.items))
        steps = frozenset(item.steps for item in self.items.values() if isinstance(item, Repeat))
        object.__setattr__(self, "repeats", steps)

    def __repr__(self) -> str:
        """Name it; its parts would fill pages."""
        return f"Form({self.id!r}, version={self.version!r})"

    @property
    def root(self) -> str:
        """The name of the primary instance's root element."""
        return next(iter(self.items.values())).steps[0]

    @property
    def last_saved_lists(self) -> tuple[str, ...]:
        """The ids of the instances that stand for the record saved before this one."""
        return tuple(each.id for each in self.instances.values() if each.src == _LAST_SAVED)

    def find(self, name: str) -> Item:
        """The item of a template path, or of a name that occurs once. Raises LookupError otherwise."""
        if name in self.items:
            return self.items[name]
        found = [item for item in self.items.values() if item.name == name or item.path.endswith("/" + name)]
        if len(found) != 1:
            raise LookupError(name)
        return found[0]

    def language_for(self, code: str) -> str:
        """The form's language for a code such as "zh" ("中文 (zh)"), else its default."""
        for language in self.languages:
            if language == code or language.endswith(f"({code})"):
                return language
        return self.default_language


def unstored(items: Mapping[str, Item]) -> frozenset[str]:
    """The template paths of tier X, with all that lies in a group of it: their answers live while an entry is open."""
    seen = [item.path for item in items.values() if item.bind.tier == "X"]
    return frozenset(
        path for path in items if any(path == each or path.startswith(f"{each}/") for each in seen)
    )


def absolute(path: str, base: str) -> str:
    """The template path that `path`, with `..`, `.` and `current()`, means at the template path `base`."""
    if path.startswith("/"):
        return path
    steps = base.split("/")
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {".", "current()"}:
            steps.append(step)
    return "/".join(steps)
