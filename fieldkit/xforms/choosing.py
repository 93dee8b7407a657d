"""What selects of an XForm offer: choices written into the body, or a list with a filter."""

from __future__ import annotations

import re

from lxml import etree

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import XFORMS, Itemset, Label, StaticChoice
from fieldkit.xforms.itext import Itext
from fieldkit.xforms.reading import Reading

EXTERNAL = "itemsets"
"""The list behind selects that look their choices up with a query: all of `itemsets.csv`, by `list_name`."""
_QUERY = re.compile(r"^\s*instance\(\s*(['\"])(.*?)\1\s*\)/root/item")


class ChoiceLists:
    """Reads what the selects of one form offer."""

    def __init__(self, reading: Reading, itext: Itext) -> None:
        self.reading = reading
        self.itext = itext

    def written(self, element: etree._Element, path: str) -> tuple[StaticChoice, ...]:
        """The choices written into a select."""
        made = []
        for item in element.iterfind(f"{{{XFORMS}}}item"):
            value, label = item.find(f"{{{XFORMS}}}value"), item.find(f"{{{XFORMS}}}label")
            if value is None or label is None:
                self.reading.fault_in(item, phrase(N_("a choice needs a label and a value")))
                continue
            text = (value.text or "").strip()
            words = self.itext.label(label, path) or Label({"": (text,)})
            made.append(StaticChoice(text, words, self.itext.media(label, path)))
        return tuple(made)

    def itemset(self, element: etree._Element, path: str) -> Itemset | None:
        """The list a select takes its choices from, None where it has none or a faulty one."""
        itemset = element.find(f"{{{XFORMS}}}itemset")
        if itemset is None:
            return self._query(element, path)
        value, label = itemset.find(f"{{{XFORMS}}}value"), itemset.find(f"{{{XFORMS}}}label")
        shown = str(value.get("ref") or "").strip() if value is not None else ""
        reference = str(label.get("ref") or "").strip() if label is not None else shown
        nodes = self.reading.expression(itemset.get("nodeset"), path, "choice_filter")
        if not (itemset.get("nodeset") or "").strip() or not shown or not reference:
            self.reading.fault_in(
                itemset, phrase(N_("a list of choices needs a nodeset, a value and a label with a ref"))
            )
        if nodes is None or not shown:
            return None
        translated = reference.startswith("jr:itext(")
        name = reference.removeprefix("jr:itext(").rstrip(")").strip() if translated else reference
        return Itemset(nodes, shown, name, translated)

    def _query(self, element: etree._Element, path: str) -> Itemset | None:
        """The choices of an input with a `query` (`select_one_external`): rows of `itemsets.csv`."""
        query = element.get("query")
        if not query:
            return None
        source = _QUERY.sub(rf"instance('{EXTERNAL}')/root/item[list_name = '\2']", query)
        nodes = self.reading.expression(source, path, "choice_filter")
        return Itemset(nodes, "name", "label", label_itext=False) if nodes else None
