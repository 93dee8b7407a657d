"""What checks found, in words: what it is, of which question, in which records, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fieldkit.i18n import _, language
from fieldkit.office.checks.table import question_in
from fieldkit.office.titles import titles
from fieldkit.session.words import Words
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.office.checks.found import Found
    from fieldkit.session.desk.words import OfficeWords
    from fieldkit.xforms import Form


class FindingWords:
    """Words for findings of one office. words: what its things are called."""

    def __init__(self, office: Office, words: OfficeWords) -> None:
        self._office = office
        self._words = words

    def what(self, finding: Found) -> str:
        """What the check says, and of which question of which form."""
        return labelled(finding.check.label(language()), self.question(finding))

    def question(self, finding: Found) -> str:
        """The form and the question a finding is of."""
        form = self._office.library.known(finding.form)
        return "  ".join(filter(None, (self._words.form(finding.form), _label(form, finding.path))))

    def remedy(self, finding: Found) -> str:
        """What can be done."""
        return finding.check.remedy(language())

    def facts(self, finding: Found) -> str:
        """What was found, in a few words."""
        facts = dict(finding.facts)
        known = {
            "missing": _("not filled in"), "malformed": _("not as its standard says"), "rule": "",
            "health": _("{count} {count:answer|answers}", count=facts.get("count", "")),
        }  # fmt: skip
        if finding.records and facts.get("what") in known:
            return known[facts["what"]]
        if "counted" in facts:
            return _("{value}: {said} told, {counted} {counted:record|records}", **facts)
        if "value" in facts:
            return f"{facts['value']:g}" if isinstance(facts["value"], float) else str(facts["value"])
        return self._of_question(facts)

    def line(self, finding: Found, called: Mapping[str, str]) -> str:
        """A finding in one line. called: as `called` gives it."""
        first, facts = called.get(finding.records[0], "") if finding.records else "", self.facts(finding)
        return "  ".join(part for part in (first, "" if facts in first else facts) if part)

    def called(self, findings: Sequence[Found]) -> dict[str, str]:
        """What the records of findings are called, by id."""
        known = titles(self._office, {record for each in findings for record in each.records})
        return {record: self._words.title(title) for record, title in known.items()}

    @staticmethod
    def _of_question(facts: dict[str, object]) -> str:
        if facts["what"] == "missing":
            usual = round(float(str(facts["usual"])) * 100)
            return _(
                "{count} of {of} {of:answer|answers} in the last {days} {days:day|days}; before that {percent} of 100",
                count=facts["count"], of=facts["of"], days=facts["days"], percent=usual,
            )  # fmt: skip
        if facts["what"] == "other":
            return _("{count} of {of} {of:answer|answers}", **facts)
        if facts["what"] == "slow":
            return _("half of {of} times over {median} s; other questions {usual} s", **facts)
        return _("half of {of} times under {median} s, one in ten over {late} s", **facts)


def _label(form: Form | None, path: str) -> str:
    """What a form calls the question at a path, be it a name, or with the ids of rows; "" for what nobody is asked."""
    if form is None:
        return path
    words = Words(form, language())
    try:
        item = question_in(form, path)
    except LookupError:
        return words.label(path) if words.item(path) else ""
    return words.text(item.label)
