"""What an entry shows: its words and choices, in the language of the interview."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from fieldkit.xforms.definition import Choice, Form, Label, Question, absolute
from fieldkit.xforms.instance import Document, Element, Node
from fieldkit.xforms.lists import ChoiceReader
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.plaintext import folded
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.xpath import Context, Environment

_REMEMBERED = 20_000
"""How many choices given are kept for the next time they are asked for."""


class Wording:
    """Reads words and choices for the elements of one entry; answers `jr:itext()` and `jr:choice-name()`.

    documents gives a list by name. language is the form's own name for one.
    """

    def __init__(
        self,
        form: Form,
        tree: AnswerTree,
        environment: Environment,
        documents: Callable[[str], Document | None],
    ) -> None:
        self.form = form
        self.tree = tree
        self.environment = environment
        self._reader = ChoiceReader(form, documents)
        self._given: dict[tuple[object, ...], list[Choice]] = {}
        self._remembered = 0
        self._searched: tuple[list[Choice], list[tuple[str, str]]] = [], []
        environment.itext = self._itext
        environment.choice_name = self._choice_name

    def words(self, label: Label | None, element: Element, language: str = "") -> str:
        """Words of the form as they stand for an element, their values filled in."""
        if label is None:
            return ""
        segments = label.segments(language or self.environment.language)
        if len(segments) == 1 and isinstance(segments[0], str):
            return segments[0].strip()
        context = self._context(element)
        return "".join(s if isinstance(s, str) else s.compiled.string(context) for s in segments).strip()

    def choices(self, element: Element) -> list[Choice]:
        """What a question offers now."""
        return self._offered(element).copy()

    def find(self, element: Element, typed: str, limit: int) -> list[Choice]:
        """The first `limit` choices whose value or label holds what was typed, whatever its case and accents."""
        found = self._reader.search(_question(element), typed, limit, self.environment.language)
        if found is not None:
            return found
        offered = self._offered(element)
        if self._searched[0] is not offered:
            self._searched = offered, [(folded(choice.value), folded(choice.label)) for choice in offered]
        wanted, texts = folded(typed), self._searched[1]
        numbers = (n for n, (value, label) in enumerate(texts) if wanted in value or wanted in label)
        return [offered[number] for number in islice(numbers, limit)]

    def _offered(self, element: Element) -> list[Choice]:
        """What a question offers now, not to be changed. Lists given are remembered by what they depend on."""
        question = _question(element)
        language = self.environment.language
        found = question.itemset.nodes.compiled.lookup if question.itemset is not None else None
        signature = found.signature(self._context(element)) if found is not None else None
        key = (question.path, language, signature)
        known = self._given.get(key) if signature is not None else None
        if known is None:
            nodes = self._nodes(element, question)
            known = list(self._reader.choices(question, nodes, language, self._context(element)))
            if signature is None or (question.itemset and self._reader.has_values(question.itemset, nodes)):
                return known
            self._remembered += len(known) + 1
            if self._remembered > _REMEMBERED:
                self._given.clear()
                self._remembered = len(known) + 1
            self._given[key] = known
        return known

    def offers(self, element: Element, value: str) -> bool:
        """Whether a question offers a value now. True where it has no list or the list is not at hand."""
        question = _question(element)
        itemset = question.itemset
        if itemset is None or not self._reader.has_rows(itemset):
            return True
        found = itemset.nodes.compiled.lookup
        context = self._context(element)
        admitted = found.admits(itemset.value, value, context) if found is not None else None
        if admitted is not None:
            return admitted
        return any(self._reader.value(itemset, node) == value for node in self._nodes(element, question))

    def missing_choice(self, element: Element, text: str) -> Missing | None:
        """The missing answer that a value of a select stands for, if any."""
        question = _question(element)
        if not text or not question.is_select or question.itemset is None:
            return None
        return self._reader.missing_values(question.itemset).get(text)

    def _context(self, element: Element) -> Context:
        return Context(element, 1, 1, element, self.environment)

    def _nodes(self, element: Element, question: Question) -> list[Node]:
        if question.itemset is None:
            return []
        return question.itemset.nodes.compiled.nodes(self._context(element))

    def _itext(self, key: str) -> str:
        language = self.environment.language
        segments = self.form.texts.get(language, {}).get(key, ())
        return self.words(Label({language: segments}), self.tree.root) if segments else ""

    def _choice_name(self, value: str, path: str, node: Node) -> str:
        """The label of a choice of the select at `path`, seen from `node` (`jr:choice-name`)."""
        if not isinstance(node, Element):
            return ""
        own = node.item.steps if node.item else ()
        item = self.form.items.get(absolute(path, node.item.path if node.item else ""))
        if not isinstance(item, Question) or not item.is_select:
            return ""
        common = 0
        while common < min(len(own), len(item.steps)) and own[common] == item.steps[common]:
            common += 1
        found = self.tree.expand(self.tree.ancestor(node, common), item.steps[common:]) if common else []
        choices = self.choices(found[0]) if found else []
        return next((choice.label for choice in choices if choice.value == value), "")


def _question(element: Element) -> Question:
    question = element.item
    if not isinstance(question, Question):
        raise LookupError(element.qname)
    return question
