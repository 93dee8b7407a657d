"""Why an answer does not follow its standard, in words: what is wrong, and how to mend it. Codes as in `datatypes`."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

REFUSALS: Mapping[str, str] = {
    "lunar.leap-needs-year": N_("“{text}”: none of the years around this one repeats month {month}. Type the year too, like 2014年闰九月初一."),
    "lunar.no-leap": N_("“{text}”: the lunar year {year} does not repeat month {month}. Check month and year."),
    "lunar.short-month": N_("“{text}”: that month has 29 days only. Check the day, or type the year too."),
    "lunar.unknown-year": N_("“{text}” cannot be worked out: lunar years are known from {first} to {last}. Check the year."),
    "lunar.unreadable": N_("“{text}” is not a day of the lunar calendar. Type it like 腊月廿三, 闰六月初一 or 1984年冬月廿九."),
}  # fmt: skip
