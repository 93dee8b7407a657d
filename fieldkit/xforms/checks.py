"""What stands in the way of finishing: what is required, of a wrong type, against a standard (`fk:check`) or a constraint,
and warnings one may overrule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from fieldkit.datatypes.checks import CHECKS, Circumstances
from fieldkit.xforms.definition import Label, Question
from fieldkit.xforms.instance import Element
from fieldkit.xforms.recompute import State
from fieldkit.xforms.values import fits
from fieldkit.xforms.xpath import Context, Environment


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of one answer. `kind` is "required", "type", "check", "constraint" or "warning"; `message` is the form's
    own words in the language of the entry, "" where it has none; `type` is the bind type expected, or the name of the
    check whose reason is `code` with `params`.
    """

    path: str
    kind: str
    message: str
    type: str = ""
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


class Checker:
    """Checks leaves of one entry. `words` renders a label for an element, `path` names an element."""

    def __init__(
        self,
        environment: Environment,
        state: State,
        words: Callable[[Label | None, Element], str],
        path: Callable[[Element], str],
    ) -> None:
        self.environment = environment
        self.state = state
        self.words = words
        self.path = path

    def circumstances(self) -> Circumstances:
        """What checks may depend on here and now."""
        return Circumstances(self.environment.now().date(), self.environment.demo)

    def check(self, element: Element) -> Iterator[Problem]:
        """The problems of one leaf. Nothing is wrong with what is not relevant or has a missing answer."""
        item = element.item
        if not element.relevant or element.missing is not None or not isinstance(item, Question):
            return
        bind = item.bind
        if not element.text:
            if element in self.state.required:
                yield Problem(self.path(element), "required", self.words(bind.required_message, element))
            return
        if not fits(element.text, bind.type):
            yield Problem(self.path(element), "type", "", bind.type)
            return
        refused = CHECKS[bind.check].refuse(element.text, self.circumstances()) if bind.check else None
        if refused is not None:
            yield Problem(self.path(element), "check", "", bind.check, refused.code, refused.params)
            return
        context = Context(element, 1, 1, element, self.environment)
        if bind.constraint is not None and not bind.constraint.compiled.boolean(context):
            yield Problem(self.path(element), "constraint", self.words(bind.constraint_message, element))
        if bind.warning is not None and not bind.warning.compiled.boolean(context):
            yield Problem(self.path(element), "warning", self.words(bind.warning_message, element))
