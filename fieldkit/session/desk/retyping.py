"""Another answer to one question of a record, typed or chosen at the office: by the rules of the record's own form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import language
from fieldkit.wording import problem_text
from fieldkit.xforms import Question
from fieldkit.xforms.answers import Answer, AnswerError, check_choice

if TYPE_CHECKING:
    from fieldkit.session.interviews import Interviews
    from fieldkit.xforms import Form, FormEntry
    from fieldkit.xforms.definition import Choice, Item

_MOST = 9
"""As many choices as there are digits; where there are more, part of what one is called is typed."""


class Retyping:
    """A question of a record, asked again. answers: those of the record, as they will stand otherwise.

    Raises FieldkitError("conflict.no-question") where the form has none that a person answers at `key`.
    """

    def __init__(
        self, interviews: Interviews, form: Form | None, answers: Mapping[str, Answer], key: str
    ) -> None:
        if form is None:
            raise FieldkitError("conflict.no-question", path=key)
        self._key = key
        self.entry: FormEntry = interviews.continued(form, answers, language())
        tree = self.entry.tree
        found = (path for path in map(tree.path, tree.leaves()) if self.entry.key(path) == key)
        self.path = next(found, "")
        item = self.entry.item(self.path) if self.path else None
        if not isinstance(item, Question) or not item.control or item.is_note or item.control == "upload":
            raise FieldkitError("conflict.no-question", path=key)
        self.item = item

    @property
    def is_several(self) -> bool:
        """Whether any number of choices may be marked."""
        return self.item.control in {"select", "rank"}

    @property
    def choices(self) -> list[Choice]:
        """What can be chosen by digits; none where an answer is typed."""
        offered = self.entry.choices(self.path) if self.item.is_select else []
        return offered if len(offered) <= _MOST or self.is_several else []

    def find(self, typed: str) -> list[Choice]:
        """The first choices of a long list that hold what was typed; none for a question that is not chosen."""
        return self.entry.find_choices(self.path, typed, _MOST) if self.item.is_select else []

    def answer(self, text: str) -> Answer:
        """The answer that a text is, in its normal form: the code of a choice or what it is called, several codes with spaces
        between.

        Raises FieldkitError("conflict.bad-answer") saying why it is none.
        """
        if self.item.is_select:
            called = [
                each.value for each in self.entry.choices(self.path) if text in {each.value, each.label}
            ]
            text = called[0] if called else text
        self.entry.set(self.path, text or None)
        try:
            check_choice(self.entry, self.path, self._key, text)
        except AnswerError as error:
            raise FieldkitError(
                "conflict.bad-answer", text=text, why=str(error.params.get("known", ""))
            ) from error
        found = [each for each in self.entry.problems(self.path) if each.kind != "warning"]
        if found:
            raise FieldkitError("conflict.bad-answer", text=text, why=problem_text(found[0]))
        return self.entry.answers().get(self._key, "")


def is_worked_out(form: Form | None, item: Item | None) -> bool:
    """Whether the form works a value out of the answers, so that nobody is asked for it."""
    return (
        form is not None
        and isinstance(item, Question)
        and not item.control
        and item.bind.calculate is not None
    )


def worked_out(
    interviews: Interviews, form: Form | None, answers: Mapping[str, Answer], keys: Collection[str]
) -> dict[str, Answer]:
    """What the form works out at these keys from the answers; one that it gives nothing for is left out."""
    if form is None or not keys:
        return {}
    found = interviews.continued(form, answers).answers(relevant_only=True)
    return {key: found[key] for key in keys if found.get(key)}
