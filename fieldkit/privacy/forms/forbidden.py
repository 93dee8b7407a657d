"""Fields that must not exist in any form (domain §0, rule 4): named, worded or offered as a choice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.privacy.forms.words import choices_of, said
from fieldkit.xforms import Form
from fieldkit.xforms.definition import Item
from fieldkit.xforms.lint.place import found_at

_DENIED = (
    (phrase(N_("the contraceptive method somebody uses")), (r"节育|避孕措施|避孕方式|采[用取]何种避孕|上环|取环|放环|结扎|\bIUD\b"
     r"|contracepti\w+ (method )?(in use|used|being used)|(method|form) of (contraception|birth control) (is |in |being )?use"
     r"|current(ly)? \w*\s*contracepti"), r"contracepti\w*_(method|use|used|status)|method_in_use|current_method|iud|jieyu"),
    (phrase(N_("the result of an IUD or pregnancy check")), r"查环|查孕|孕检结果|环检|pregnancy (test|check|status)|IUD check", r"pregnancy_(test|check|status)|chahuan|chayun"),
    (phrase(N_("the pregnancy of a person")), r"怀孕|孕周|末次月经|孕妇姓名|(is|are) [\w ]{1,20}\bpregnant|weeks pregnant|currently pregnant|last menstrual",
     r"pregnan(t|cy)\w*|lmp|gravida|parity"),
    (phrase(N_("birth order or births out of plan")), r"孩次|胎次|超生|政策外|计划外|违法生育|out[- ]of[- ]plan|birth order|illegal(ly)? (birth|born)",
     r"birth_order|out_of_plan|unplanned_birth|chaosheng"),
    (phrase(N_("somebody's wish to have children")), (r"生育意愿|生育意向|想不想(再)?生|打算(再)?(要|生)(孩子|二孩|三孩)|fertility (intention|desire|wish)"
     r"|want(s)? (more|another) child|plan to have (a|another|more) child"), r"fertility_(intention|desire|wish|plan)\w*|wants_child\w*"),
    (phrase(N_("abortions")), r"流产|堕胎|人工终止|引产|abortion|miscarriage", r"abortion\w*|miscarriage\w*|liuchan"),
    (phrase(N_("the number of a marriage certificate")), r"结婚证|marriage certificate", r"marriage_cert\w*|jiehunzheng"),
    (phrase(N_("fees or fines owed")), r"社会抚养费|超生罚款|罚款金额|应缴罚|(fine|penalty|social (support|maintenance) fee)s? (owed|due|amount)", r"fines?_(owed|due|amount)|social_fee|fuyangfei"),
    (phrase(N_("a mark on a person")), r"重点对象|重点人群管控|重点管控|key person|黑名单|blacklist", r"key_person\w*|blacklist\w*"),
    (phrase(N_("a score, rank or rate of persons, villages or workers")), r"落实率|合规率|合规(得)?分|达标分|考核(得)?分|诚信分|信用分|积分|排名|末位|compliance (score|rate)|performance score|credit score|\branking\b|league table",
     r"(compliance|performance|credit|person|worker|staff)_(score|rank|rate)|paiming|jifen"),
)  # fmt: skip
_PATTERNS = [
    (what, re.compile(words, re.IGNORECASE), re.compile(rf"(?:^|_)(?:{names})(?:$|_)", re.IGNORECASE))
    for what, words, names in _DENIED
]
_SEEN_ONLY = "X"


def forbidden_faults(form: Form) -> Iterator[FormProblem]:
    """The fields of a form that must not exist, each where it stands.

    What is only looked at and never stored (tier X) may name a reason, such as why an examination is put off.
    """
    for item in form.items.values():
        for what, where in _found(form, item):
            yield found_at(
                item,
                where,
                phrase(
                    N_(
                        "this asks for {what}, which no form may hold (docs/privacy.md). Take it out; offer a service instead"
                    ),
                    what=what,
                ),
            )


def _found(form: Form, item: Item) -> Iterator[tuple[str, str]]:
    words = "\n".join((said(item.label), said(item.hint)))
    offered = choices_of(form, item) if item.bind.tier != _SEEN_ONLY else []
    for what, denied, names in _PATTERNS:
        if names.search(item.name):
            yield what, "name"
        elif denied.search(words):
            yield what, "label"
        elif any(names.search(value) or denied.search(text) for value, text, _ in offered):
            yield what, "type"
