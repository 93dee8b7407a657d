"""Errors in words: where, what, why, and how to go on. Every code of fieldkit and of sync has its sentence here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from fieldkit.errors import FieldkitError, FormError
from fieldkit.i18n import N_, _
from fieldkit.wording import fault_text, problem_text

SENTENCES: Mapping[str, str] = {
    "amend.begun": N_("A correction of the record {id} is open already. Finish it in the app, or give it up there; nothing was changed."),
    "amend.declined": N_("{id} is a declined visit. Nothing of it was kept that could be corrected."),
    "amend.declining": N_("A correction cannot make {id} a declined visit: what it holds would be hidden, not gone. If the person wishes that nothing is kept, erase it: fieldkit records erase {id} --reason asked. Until then it stays as it was; the correction is kept open."),
    "amend.deleted": N_("The record {id} was deleted and cannot be corrected."),
    "amend.erased": N_("The record {id} was erased: nothing of it is here that could be corrected."),
    "amend.no-reason": N_("A correction needs its reason, in words: what was wrong, or who asked for it. Nothing was stored yet."),
    "amend.withdrawn": N_("The consent for the record {id} was withdrawn, so it cannot be corrected."),
    "answers.ambiguous": N_("{source}: record {record}: “{key}” could mean several questions: {candidates}. Write the whole path."),
    "answers.choice": N_("{source}: record {record}: “{key}”: “{value}” is not one of the choices ({known}). Correct it; nothing was stored."),
    "answers.empty": N_("{source} holds no answers. Check that it is the right file."),
    "answers.group": N_("{source}: record {record}: “{key}” is a group, not a question. Answer the questions in it by name."),
    "answers.missing-value": N_('{source}: record {record}: “{key}”: a missing answer is written {{"missing": "dk"}}, with dk, declined, pns or na.'),
    "answers.not-list": N_("{source}: the file must hold one record {{…}} or a list of records [{{…}}, …]. Put the answers in one of these."),
    "answers.not-repeat": N_("{source}: record {record}: “{key}” is a single question but was given a list of records. Give one answer."),
    "answers.not-one": N_("{source} holds {count} records; one record is corrected with one. Nothing was changed."),
    "answers.repeat": N_("{source}: record {record}: “{key}” repeats, so its answer is a list: [{{…}}, {{…}}]."),
    "answers.type": N_("{source}: record {record}: “{key}” was given {value}, which is not {expected}. Correct it; nothing was stored."),
    "answers.unknown": N_("{source}: record {record}: the form has no question “{key}”. Check the name; nothing was stored."),
    "answers.unknown-format": N_("{source} is neither .json, .csv nor .xml. Save the answers as one of these."),
    "answers.unreadable": N_("{source} cannot be read as {kind}: {reason}. Correct the file; nothing was stored."),
    "archive.bad-recipient": N_("“{recipient}” is not an age recipient ({reason}). It begins with age1; age-keygen prints it."),
    "archive.blocks-exhausted": N_("All household numbers are given out to laptops already; {device} cannot get a block. Retire a laptop first."),
    "archive.damaged": N_("The archive cannot be read at pack {pack}: {reason}. Restore it from a backup; the bundles themselves are still good."),
    "archive.exists": N_("There is an office in {path} already. Choose another folder, or use that one with --office."),
    "archive.locked": N_("The key of the office in {path} is missing. If it has a passphrase, bring keys/passphrase.json back from a backup; nothing was changed."),
    "archive.missing-database": N_("The office's database {path} is missing or empty. Nothing was changed. Bring the file back from the backup; an empty archive is never made in its place."),
    "archive.newer": N_("The archive in {path} was made by a later version of fieldkit. Update fieldkit here; nothing was changed."),
    "archive.none": N_("There is no office in {path}. Name its folder with --office, or make one: fieldkit office init {path}"),
    "archive.not-empty": N_("{path} is not empty. Choose a new or empty folder for the office."),
    "archive.not-for-us": N_("This was not sealed for the key in {path}. Ask the office that enrolled the laptop, or name a stand-in's key with --identity."),
    "asking.at-no-question": N_("No question is asked here. Go to one first: :jump NUMBER, or :back."),
    "asking.many-choices": N_("“{text}” could be several: {found}. Type the number of the one meant."),
    "asking.no-choice": N_("Nothing here is called “{text}”. Type its number, or part of its name."),
    "asking.no-command": N_("There is no command :{word}. Type :help to see them all. An answer that begins with a colon is typed with two."),
    "asking.no-language": N_("“{text}” is not a language that is known here. Type one of {known}."),
    "asking.no-last-time": N_("No answer of last time is shown here. Type the answer."),
    "asking.no-member": N_("No member of a list that can be changed is asked about here. Go to one first: :jump NUMBER."),
    "asking.no-note": N_("“{text}” does not say why. Type a note in words, or Enter alone to answer again."),
    "asking.no-number": N_("“{text}” is not a number from 1 to {count}. Type one of the numbers above."),
    "asking.no-question": N_("No question matches “{text}”. Type its number or part of its words; :list shows all."),
    "asking.read-only": N_("There is nothing to answer here. Press Enter to go on."),
    "asking.undecodable": N_("This line is not in UTF-8, so it cannot be read. Set the console to UTF-8 and type it again."),
    "asking.yes-or-no": N_("“{text}” is neither yes nor no. Type 1 for yes or 2 for no."),
    "attachment.damaged": N_("{path} is damaged and was not read. Attach the file again if you still have it."),
    "attachment.gone": N_("There is no file {path}. Check the name and the folder, or drag the file into the window."),
    "attachment.too-large": N_("{path} is larger than {megabytes} MB. Make it smaller first; nothing was changed."),
    "attachment.unreadable": N_("{path} cannot be read: {reason}. Nothing was changed."),
    "attachment.wrong-kind": N_("{path} is {kind}, but {wanted} is asked for. Choose another file."),
    "bundle.foreign": N_("{path} belongs to another office ({office}); this one is {ours}. Nothing was taken in. Give the stick back to its owner."),
    "bundle.tampered": N_("{path} was changed after it was written: {reason}. Nothing was taken in. Export it again on the laptop."),
    "bundle.truncated": N_("{path} breaks off before its list of contents, so nothing of it can be used. Export it again on the laptop; nothing is lost there."),
    "bundle.unknown-format": N_("{path} is not a fieldkit bundle. Look for a file ending in .fkb."),
    "canonical.refused": N_("A record cannot be written down: {reason}."),
    "card.unreadable": N_("{path} is not a laptop's key card: {reason}. Make it again on the laptop: fieldkit sync key --out FILE"),
    "card.other-recipient": N_("This card of {name} names another sealing key than the one it was enrolled with, so somebody else might read what is sent to it. Nothing was changed. Compare the spoken key with the laptop's screen; if the laptop is the right one, make a new key there: fieldkit sync new-key"),
    "clock.ahead": N_("The clock says {now}, more than a year after the last thing kept here ({latest}). If that is wrong, set it right; nothing is lost."),
    "clock.behind": N_("The clock says {now}, but something was kept here at {latest}. Set the clock right; until then dates may be wrong. Nothing is lost."),
    "device.clock": N_("the clock of this laptop was wrong when it wrote the bundle; nothing is lost by that, set it right"),
    "device.clone": N_("two laptops claim the same place in one chain: this one was copied. Both are kept; enrol the copy anew"),
    "device.rollback": N_("this laptop knows less than it once sent: it was set back. Take the return stick to it"),
    "device.revoked": N_("from a laptop that was revoked; a person must decide"),
    "device.unknown": N_("from a laptop that is not enrolled; enrol it, then take the bundle in again"),
    "digits.damaged": N_("The digits fit together but are no code that a laptop or an office made. Scan all {total} parts again; nothing was changed."),
    "digits.group": N_("Group {number} ({group}) was misheard or stands in the wrong place. Ask for that group again; nothing was changed."),
    "digits.incomplete": N_("Part {part} of {total} breaks off: {found} of {expected} digits. Scan that part again, the code held still; nothing was changed."),
    "digits.is-card": N_("This is a laptop's key card, for the office to enrol it. The laptop takes the office's answer; nothing was changed."),
    "digits.is-enrolment": N_("This is an office's answer, for the laptop to take. The office takes the laptop's key card; nothing was changed."),
    "digits.misread": N_("A digit of part {part} of {total} is wrong. Scan that part again; nothing was changed."),
    "digits.missing": N_("Of {total} parts of the code these are missing: {parts}. Scan them too, in any order; nothing was changed."),
    "digits.not-digits": N_("“{found}” at place {place} is no digit. Switch the input method off, then scan again; nothing was changed."),
    "digits.nothing": N_("No digits came in. Scan the code, or give the digits themselves."),
    "digits.other-code": N_("Part {part} of {total} belongs to another code than the parts before it. Scan all parts of one code; nothing was changed."),
    "digits.unknown": N_("{digits} are not the digits of a laptop's key card or of an office's answer. Scan the code on the other screen; nothing was changed."),
    "doctor.aside": N_("Kept aside from earlier damage: {files}. Leave them until the office has everything."),
    "doctor.clock": N_("The clock says {now} and fits what is kept here."),
    "doctor.copies": N_("{count} copies of the records' file in data/backup, on the same disk."),
    "doctor.copy-damaged": N_("The copy {path} is damaged; a new one is made when the workspace is next closed."),
    "doctor.form": N_("{path} has {count} faults. See them with: fieldkit forms check {path}"),
    "doctor.forms": N_("All {count} forms can be used."),
    "doctor.keys": N_("The key is whole; besides the passphrase, {count} keys of the office can open the workspace."),
    "doctor.keys-no-recovery": N_("The key is whole, but no office can help if the passphrase is forgotten. Enrol this laptop."),
    "doctor.no-copies": N_("There is no copy of the records' file yet; one is made when the workspace is closed."),
    "doctor.open": N_("The workspace is open: whoever has the laptop can read it."),
    "doctor.records": N_("The file of the {count} records is whole."),
    "doctor.space": N_("{megabytes} MB of the disk are free."),
    "doctor.space-low": N_("Only {megabytes} MB of the disk are free. Make room, or export and bring what is here to the office."),
    "doctor.synced-folder": N_("{path} lies in a folder that a program copies to the internet. Such programs damage files in use; move the workspace elsewhere."),
    "doctor.terminal": N_("The terminal has {columns} × {lines} characters ({encoding}, {term})."),
    "doctor.terminal-encoding": N_("The terminal does not show Chinese ({encoding}). Use one that does, with UTF-8."),
    "doctor.terminal-small": N_("The terminal has {columns} × {lines} characters; 80 × 24 are needed to see everything."),
    "draft.other-form": N_("The unfinished interview {id} is of another form than {form}. Name its own form."),
    "draft.unknown": N_("There is no unfinished interview {id}."),
    "enrolment.bad-signature": N_("{path} is not signed by the office it names. Ask the office for a new one."),
    "enrolment.none": N_("There is no answer of an office (*.fkenrol) for this laptop in {path}. Check the stick and the folder."),
    "enrolment.other-device": N_("{path} is meant for another laptop ({name}). Find the file for this one."),
    "enrolment.other-office": N_(
        "{path} comes from another office ({office}) than the one this laptop was made for. Nothing was changed."
    ),
    "enrolment.other-recipient": N_("{path} names another sealing key than this laptop's, so somebody else might read what the office sends. Nothing was changed. Show the office the key card on this screen again."),
    "enrolment.unreadable": N_("{path} is not an enrolment: {reason}. Ask the office to write it again."),
    "export.not-enrolled": N_("No office knows this laptop yet, so there is nobody to seal the records for. Take its key to the office: fieldkit sync key --out FILE; then: fieldkit sync import ANSWER"),
    "export.nothing": N_("The office holds everything already; there is nothing to write."),
    "form.faulty": N_("This form cannot be used; {count} faults:"),
    "form.gone": N_("Version {version} of the form {form}, which these answers were given to, is no longer here. Open them in the app, which shows what takes them to the form as it is now; nothing was changed."),
    "form.no-household": N_("The form {form} is not about a household. Leave --household out."),
    "form.unknown": N_("There is no form {name}. Known are: {known}. Give one of these, or a file."),
    "household.unknown": N_("There is no household {number} here. Check the number, or register the household first."),
    "interview.unfinished": N_("This cannot be finished yet:"),
    "journal.damaged": N_("{path} is damaged at byte {offset}. It was left as it is. Bring the whole folder to the office; do not delete anything."),
    "journal.foreign-key": N_("{path} was written with another key. Check that data/keys.json belongs to this workspace."),
    "journal.gone": N_("{path} is missing and there is no copy of it in data/backup. Bring the folder back from a copy; an empty one is never made in its place."),
    "journal.mended": N_("The disk had damaged the records' file; all of it was brought back from its copy. Take a fresh export to the office soon: this disk may be failing."),
    "journal.mended-with-loss": N_("The disk had damaged the records' file. {bytes} bytes could not be read; the rest is here, and the damaged file is kept as {path}. Export to the office now, and show this laptop to whoever looks after it."),
    "journal.not-trusted": N_("The disk failed while writing, so nothing more is written to {path}. Export what is here, then close and open the workspace again."),
    "journal.too-large": N_(
        "This is too large to be stored in one piece ({path}). Split the answers over several records; nothing was changed."
    ),
    "journal.torn-tail": N_("The last write was interrupted ({bytes} bytes, kept aside in data/). Everything shown as answered is here."),
    "key.never-enrolled": N_("{count} entries are signed with this laptop's key, and no office knows it yet: with another key no office could ever check them. Have this key enrolled first; nothing was changed."),
    "keymap.clash": N_("Keymap: “{id}” cannot have {key}, which belongs to “{other}”. Give one of them another key; until then “{id}” keeps its own."),
    "keymap.preset": N_("Keymap: there is no preset “{preset}”. There are: {known}."),
    "keymap.unknown-id": N_("Keymap: there is no command “{id}”. fieldkit keys lists them."),
    "keymap.unreadable": N_("The keymap {path} cannot be read ({reason}). The built-in keys hold. fieldkit keys prints one to begin with."),
    "keymap.unsendable": N_("Keymap: “{id}” cannot have {keys}: terminals do not send it, or it is needed for typing. F1 to F12 and Ctrl with a letter will do."),
    "keys.bad-recipient": N_("The office's card names a key that cannot be used ({recipients}). Ask the office for a new card."),
    "keys.unreadable": N_("{path} cannot be read as a key file. Bring it back from a copy of the workspace."),
    "laptop.itself": N_("{name} is the laptop of this card; it cannot replace itself. Name the one that is gone."),
    "medium.failing": N_("{path} cannot be written: {reason}. Try another stick or disk; nothing was changed."),
    "medium.full": N_("There is no room left for {path}. Free some space, then try again; nothing was changed."),
    "medium.gone": N_("{path} is not there. Check that the stick is in and the folder exists."),
    "medium.read-only": N_("{path} cannot be written: the stick or folder is read-only ({reason}). Unlock the stick or choose another folder; nothing was changed."),
    "merge.nothing": N_("There is no bundle (*.fkb) in {path}. Check the stick and the folder."),
    "numbers.exhausted": N_("The household numbers {first} to {last} of this laptop are used up. Ask the office for a new block."),
    "office-card.unreadable": N_(
        "{path} is not an office's card: {reason}. Ask the office for its office.fkoffice file."
    ),
    "office.unnamed": N_("Which office? Name its folder with --office DIR or FIELDKIT_OFFICE."),
    "pack.unreadable": N_("{path} is not a return pack: {reason}. Ask the office to write it again."),
    "office.needs-passphrase": N_("The office in {path} needs its passphrase. Start this in a terminal, or name a file with it in FIELDKIT_PASSPHRASE_FILE."),
    "office.no-passphrase": N_("The office in {path} has no passphrase. One is chosen when an office is made."),
    "office.which-bundle": N_("“{text}” names no bundle kept aside, or several. See fieldkit office quarantine, and write more of its id."),
    "office.which-device": N_("“{text}” names no laptop of this office, or several. There are: {known}."),
    "office.wrong-passphrase": N_("That is not the passphrase of {path}. If it is forgotten, a stand-in can set another: fieldkit office passphrase --identity FILE"),
    "passphrase.differs": N_("The two passphrases differ. Nothing was made; begin again."),
    "passphrase.empty": N_("An empty passphrase protects nothing. Type one, or make an open workspace with --open."),
    "passphrase.no-terminal": N_("There is nobody to ask for the new passphrase. Run this in a terminal, or name a file that holds it: --new-file FILE"),
    "passphrase.unreadable": N_("The passphrase file {path} cannot be read: {reason}. Check FIELDKIT_PASSPHRASE_FILE."),
    "period.unknown": N_("“{text}” is not a period. Write it like 2026-03, 2026-Q1, 2026-W10, 2026 or 2026-03-01..2026-03-03."),
    "pin.differs": N_("The two PINs differ. Nothing was changed."),
    "pin.unfit": N_("The PIN has {shortest} to {longest} digits. Nothing was changed."),
    "reading.acknowledge": N_("“{text}” does not say OK. Type 1 when it is done."),
    "reading.date": N_("“{text}” is not a date. Type it like 2026-3-8, 20260308 or 3.8; 今 is today."),
    "reading.decimal": N_("“{text}” is not a number. Type it like 3.5."),
    "reading.digits": N_("“{text}” is not digits alone. Type digits only."),
    "reading.integer": N_("“{text}” is not a whole number. Type digits only, for example 34."),
    "reading.lunar": N_("“{text}” is not a lunar date. Type it like 腊月廿三, 闰六月初一 or 2014年闰九月初一; or the usual date, like 2026-3-8."),
    "reading.lunar-here": N_("“{text}” is a lunar date; the usual date is asked for here. It may be {date}: type that if it is meant."),
    "reading.lunar-leap-year": N_("“{text}”: none of the years around this one repeats month {month}. Type the year too, like 2014年闰九月初一."),
    "reading.lunar-no-leap": N_("“{text}”: the lunar year {year} does not repeat month {month}. Check month and year."),
    "reading.lunar-short-month": N_("“{text}”: that month has 29 days only. Check the day, or type the year too."),
    "reading.lunar-years": N_("“{text}” cannot be worked out: lunar years are known from {first} to {last}. Type the usual date, like 2026-3-8."),
    "reading.moment": N_("“{text}” is not a date and a time. Type both, like 2026-3-8 8:05 or 今 8:05."),
    "reading.month": N_("“{text}” is not a month. Type year and month, like 2026-3 or 202603."),
    "reading.no-such-day": N_("“{text}” is not in the calendar: month {month} of {year} has {last} days. Check the day."),
    "reading.no-such-month": N_("“{text}” is not in the calendar: there is no month {month}. Type year, month, day, like 2026-3-8."),
    "reading.point": N_("“{text}” is not a place. Type latitude and longitude, like 30.45 115.02 or 北纬30°27′ 东经115°1′."),
    "reading.point-outside": N_("“{text}” is not on the globe: latitude goes to 90, longitude to 180. Type the latitude first, or N and E beside the numbers."),
    "reading.range": N_("“{text}” is not on this scale: it goes from {start} to {end} in steps of {step}."),
    "reading.separator": N_("“{text}” has a comma or a space in it, which may mean two things. Type the number without, like 1234.5."),
    "reading.shape": N_("“{text}” is not an area. Type three corners or more with ; between, like 30.45 115.02; 30.46 115.03; 30.4 115."),
    "reading.short-year": N_("“{text}” does not say which century. Type the year with four digits, like 1978-3-8."),
    "reading.time": N_("“{text}” is not a time of day. Type it like 8:05 or 0805."),
    "reading.too-large": N_("“{text}” is too large a number. Check it."),
    "reading.trace": N_("“{text}” is not a line. Type two points or more with ; between, like 30.45 115.02; 30.46 115.03."),
    "reading.weekday": N_("“{text}” could be several days. Type 上周{day}, 本周{day} or 下周{day}, or the date."),
    "reading.year": N_("“{text}” is not a year. Type four digits, like 2026."),
    "receipt.bad-signature": N_("{path} is not signed by the office it names. Ask the office to write it again."),
    "record.unknown": N_("There is no record {id} here."),
    "recovery.no-request": N_("No request waits for an answer in {path}. Write one first: fieldkit passphrase request DEST"),
    "recovery.none": N_("No office can open {path}: it was never enrolled. Only the passphrase opens it."),
    "recovery.other-request": N_("{path} answers another request. Use the answer to the newest request, on the laptop that wrote it."),
    "recovery.unreadable": N_("{path} is no recovery request or answer: {reason}. Write it again."),
    "report.as-of-laptop": N_("--as-of looks back in the office's archive. Name it with --office DIR."),
    "report.unknown": N_("There is no report {name}. Known are: {known}."),
    "report.unknown-format": N_("{path}: a report is written as one of {known}. Give the file one of these endings."),
    "quarantine.unknown": N_("No bundle with the SHA-256 {sha256} is kept aside. See fieldkit office quarantine."),
    "return.nothing": N_("There is neither a return pack (*.fkr) nor an enrolment (*.fkenrol) in {path}. Check the stick and the folder."),
    "return.other-office": N_("{path} comes from another office ({office}). Nothing was taken in."),
    "revision.bad-signature": N_("not signed by the laptop it names"),
    "revision.body-mismatch": N_("its content does not fit its envelope"),
    "revision.malformed": N_("it cannot be read: {reason}"),
    "sealed.bad-identity": N_("That is no age identity ({reason}). It begins with AGE-SECRET-KEY-1; age-keygen prints it."),
    "sealed.damaged": N_("What was kept under this key ({about}) does not open with it: it is damaged, or from another office. Bring it back from the backup."),
    "sealed.not-for-us": N_("This was not sealed for the key that is here: {reason}"),
    "submission.malformed": N_("This is no record of a form: {reason}. Export it again; nothing was stored."),
    "submission.other-form": N_("This is a record of the form “{found}”, not of “{expected}”. Name its own form; nothing was stored."),
    "submission.unknown": N_("The form “{form}” does not have what this record answers: {nodes}. Use the version of the form it was made with; nothing was stored."),
    "usage": N_("{reason}"),
    "workspace.exists": N_("There is a workspace in {path} already. Open it with: fieldkit --workspace {path}"),
    "workspace.locked": N_("{path} is in use by {holder} (process {pid}, since {since}). Close it there first; nothing was changed."),
    "workspace.needs-passphrase": N_("{path} is locked with a passphrase. Open it in a terminal, or name a file that holds it: FIELDKIT_PASSPHRASE_FILE"),
    "workspace.newer-format": N_("{path} was made by a newer fieldkit. Install that version; nothing was changed."),
    "workspace.none": N_("There is no workspace in {path}. Make one: fieldkit init {path}"),
    "workspace.not-empty": N_("{path} is not empty. Choose a new or empty folder for the workspace."),
    "workspace.not-encrypted": N_("{path} is open: it has no passphrase. Make an encrypted workspace for real work: fieldkit init DIR"),
    "workspace.read-only": N_("{path} takes no changes: the disk, stick or folder is read-only. What is here can be read and exported; nothing new can be kept."),
    "workspace.unnamed": N_("Which workspace? Name its folder with --workspace DIR or FIELDKIT_WORKSPACE, or make one: fieldkit init DIR"),
    "workspace.unreadable": N_("{path} cannot be read: {reason}. Correct it or bring it back from a copy."),
    "workspace.wrong-passphrase": N_("The passphrase does not open {path}. Try again; nothing was changed. If it is forgotten, the office can help: fieldkit passphrase request DEST"),
}  # fmt: skip

_FALLBACK = N_("Refused: {code} {params}")


def explain(error: Exception) -> str:
    """The sentences of a `FieldkitError` or `sync.SyncError`, with one line for each thing it lists."""
    code, params = getattr(error, "code", ""), getattr(error, "params", {})
    text = explain_code(code, params)
    if isinstance(error, FormError):
        return "\n".join([text, *(f"  {fault_text(fault)}" for fault in error.faults)])
    if isinstance(error, FieldkitError) and "problems" in params:
        return "\n".join([text, *(f"  {line}" for line in _listed(params["problems"]))])
    return text


def _listed(problems: Iterable[Any]) -> Iterator[str]:
    for problem in problems:
        yield f"{problem.path}: {problem_text(problem)}" if hasattr(problem, "kind") else str(problem)


def explain_code(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a code."""
    sentence = SENTENCES.get(code)
    if sentence is None:
        return _(_FALLBACK, code=code, params=dict(params))
    shown = {
        name: ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for name, value in params.items()
    }
    names = {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}
    return _(sentence, **{name: shown.get(name, "?") for name in names})
