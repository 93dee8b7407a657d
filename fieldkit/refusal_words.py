"""Why an answer does not follow its standard, in words: what is wrong, and how to mend it. Codes as in `datatypes`."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

REFUSALS: Mapping[str, str] = {
    "division.county": N_("The county digits {digits} name no county. Check the first six digits."),
    "division.length": N_("This code has {count} {count:digit|digits}; {length} are needed. Check whether some are missing or typed twice."),
    "division.province": N_("No province has the code {digits}. Check the first two digits."),
    "division.signs": N_("A division code has digits only. Type it without letters or other signs."),
    "division.town": N_("The town digits {digits} are none: 001–099 subdistrict, 100–199 town, 200–399 township, 400–599 farm. Check digits 7 to 9."),
    "division.village": N_("The village digits {digits} are none: 001–199 community, 200–399 village, 400–599 other. Check the last three digits."),
    "household.check": N_("The last digit does not fit: one of the digits is wrong, or two have changed places. Compare the number digit by digit."),
    "household.length": N_("This number has {count} {count:digit|digits}; a household number has {length}. Check whether some are missing or typed twice."),
    "household.running": N_("The household digits are 0000; they begin with 0001. Check digits 13 to 16."),
    "household.signs": N_("A household number has digits only. Type it without letters or other signs."),
    "household.village": N_("{digits} is no village code. Check the first twelve digits."),
    "identity.check": N_("The last sign does not fit: one of the digits is wrong, or two have changed places. Compare the number with the card."),
    "identity.early-date": N_("The date of birth {date} is too early. Check digits 7 to 14."),
    "identity.late-date": N_("The date of birth {date} is still to come. Check digits 7 to 14."),
    "identity.length": N_("This number has {count} {count:sign|signs}; a resident ID has 18. Check whether some are missing or typed twice."),
    "identity.no-date": N_("The date {date} does not exist. Check digits 7 to 14, the date of birth."),
    "identity.old": N_("This is an old number of 15 digits. Type the 18 signs of the card that is valid now."),
    "identity.province": N_("No province has the code {digits}. Check the first two digits."),
    "identity.signs": N_("A resident ID has 17 digits and then a digit or X. Type it without other signs."),
    "lunar.leap-needs-year": N_("“{text}”: none of the years around this one repeats month {month}. Type the year too, like 2014年闰九月初一."),
    "lunar.no-leap": N_("“{text}”: the lunar year {year} does not repeat month {month}. Check month and year."),
    "lunar.short-month": N_("“{text}”: that month has 29 days only. Check the day, or type the year too."),
    "lunar.unknown-year": N_("“{text}” cannot be worked out: lunar years are known from {first} to {last}. Check the year."),
    "lunar.unreadable": N_("“{text}” is not a day of the lunar calendar. Type it like 腊月廿三, 闰六月初一 or 1984年冬月廿九."),
    "mobile.beginning": N_("No mobile number begins with {digits}. Check the first digits: they are 13 to 19."),
    "mobile.landline": N_("This is a landline number; a mobile number is asked for. Type the eleven digits that begin with 1."),
    "mobile.length": N_("This number has {count} {count:digit|digits}; a mobile number has 11. Check whether some are missing or typed twice."),
    "mobile.signs": N_("A mobile number has digits only. Type one number, without letters or other signs."),
    "money.fen": N_("“{text}” has parts of a fen. Type at most two digits behind the point."),
    "money.large": N_("“{text}” is too much to be meant. Check the number of digits."),
    "money.unreadable": N_("“{text}” is not an amount of money. Type it like 81945, 81,945.50 or 3.5万元."),
    "participant.check": N_("The last digit does not fit: one of the digits is wrong, or two have changed places. Compare the number digit by digit."),
    "participant.length": N_("This number has {count} {count:digit|digits}; a participant number has {length}. Check whether some are missing or typed twice."),
    "participant.no-date": N_("The date {date} does not exist. Check the first six digits, the day of registration."),
    "participant.signs": N_("A participant number has digits only. Type it without letters or other signs."),
    "participant.station": N_("The station digit is 0; stations have 1 to 9. Check the seventh digit."),
    "phone.no-area": N_("This landline number has no area code. Type it with one, like 0713-6150000."),
    "phone.signs": N_("A telephone number has digits only. Type one number, without letters or other signs."),
    "phone.unknown": N_("{count} {count:digit|digits}, but neither a mobile number (11 digits, from 13 to 19) nor a landline with its area code, like 0713-6150000. Check the digits."),
}  # fmt: skip
