"""The talk itself: what is asked where the interview stands, and what follows from each line typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import LANGUAGES, _, language, set_language
from fieldkit.session.asking import telling
from fieldkit.session.asking.choosing import Choosing
from fieldkit.session.asking.commands import help_lines, parse, unescaped
from fieldkit.session.asking.walking import (
    arrive,
    paths_here,
    remove_member,
    step_back,
    step_on,
    where_changed,
)
from fieldkit.session.interview import Finished, Interview
from fieldkit.session.reading import hidden, multiline, read
from fieldkit.session.reading.plain import plain
from fieldkit.session.session import Session
from fieldkit.session.standing import find_question, repeat_label
from fieldkit.xforms import Choice, Event, Missing, Problem, Question

_YES, _NO = {"1", "y", "yes", "是", "有", "要"}, {"", "2", "n", "no", "否", "没有", "不"}
_CONTINUED = ("\\", "＼")


class Conversation:
    """One interview, line by line: `lines()` says what is asked, `hear` takes what was typed and says what came of it.

    Whatever `hear` accepts is on disk when it returns. ended: how it ended, "" while it goes on. finished: the
    record, once there is one. refused: whether the last line was refused. `resumed` interviews are taken up on a
    page at the question after the last one answered.
    """

    def __init__(self, session: Session, interview: Interview, *, resumed: bool = False) -> None:
        self.session = session
        self.interview = interview
        self.ended: Literal["", "finished", "left"] = ""
        self.finished: Finished | None = None
        self.refused = False
        self._asked = False
        self._group = ""
        self._begun: list[str] = []
        self._last = session.last_time(interview)
        self._warned: Problem | None = None
        self._choosing: Choosing | None = None
        self._path = ""
        self._arrive(arrive(interview, "open" if resumed else "first"))

    @property
    def path(self) -> str:
        """The question asked now, "" at the end and where a repeat may grow."""
        return self._path

    @property
    def hidden(self) -> bool:
        """Whether what is typed now must not be seen."""
        return bool(self._path) and self._warned is None and hidden(self.interview.entry.item(self._path))

    def lines(self) -> list[str]:
        """What is to be said before the next line is typed; nothing where it has been said."""
        if self._asked:
            return []
        self._asked = True
        if self._path:
            group = telling.group_words(self.interview, self._path)
            changed = [_("Group: {name}", name=group)] if group and group != self._group else []
            self._group = group
            return [*changed, *telling.question_lines(self.interview, self._path, self._choosing, self._last)]
        if self.interview.index.event is Event.PROMPT_NEW_REPEAT:
            count = self.interview.entry.count(self.interview.index.path)
            name = repeat_label(self.interview)
            return [
                _("{name}: {count} so far. Add one more?", name=name, count=count),
                "  1. " + _("Add one more"),
                "  2. " + _("No more, go on (Enter)"),
            ]
        return self._end_lines()

    def hear(self, typed: str) -> list[str]:
        """Take a line that was typed; gives what is to be said of it. Refusals are words too: see `refused`."""
        self.refused = False
        try:
            if any("\ud800" <= letter <= "\udfff" for letter in typed):
                raise FieldkitError("asking.undecodable")
            command = parse(typed)
            if command is None:
                return self._take(unescaped(typed))
            self._begun = []
            return self._obey(*command)
        except FieldkitError as error:
            return self._refuse(explain(error))

    # -- answers ------------------------------------------------------------------------------------------

    def _take(self, typed: str) -> list[str]:
        if self._warned is not None:
            return self._overrule(self._warned, typed.strip())
        if self._path:
            return self._take_answer(typed)
        if self.interview.index.event is Event.PROMPT_NEW_REPEAT:
            return self._take_member(plain(typed).lower())
        return self._take_at_end(plain(typed))

    def _take_answer(self, typed: str) -> list[str]:
        item = self.interview.entry.item(self._path)
        if multiline(item) and typed.endswith(_CONTINUED):
            self._begun.append(typed[:-1])
            return []
        typed, self._begun = "\n".join([*self._begun, typed]), []
        if telling.is_read_only(self.interview, self._path):
            if typed.strip():
                raise FieldkitError("asking.read-only")
            return self._go_on()
        if isinstance(item, Question) and item.control == "trigger" and not typed.strip():
            typed = "1"
        if not typed.strip():
            return self._go_on()
        if self._choosing is not None:
            return self._take_choice(self._choosing, typed)
        value = read(item, typed, self.interview.entry.now())
        self.interview.answer(self._path, value or None)
        answer = telling.answer_words(self.interview, self._path)
        return self._say_and_go_on("" if answer == typed.strip() else answer)

    def _take_choice(self, choosing: Choosing, typed: str) -> list[str]:
        picked = choosing.pick(typed)
        choices = [each for each in picked if isinstance(each, Choice)]
        if not choices:
            return [line for line in picked if isinstance(line, str)]
        if not choosing.several:
            self.interview.answer(self._path, choices[0].missing or choices[0].value)
            return self._say_and_go_on(choices[0].label)
        values = [choice.value for choice in choices]
        if choosing.long:
            now = self.interview.entry.value(self._path).split()
            values = [each for each in now if each not in values] + [
                each for each in values if each not in now
            ]
        if not choosing.ranked:
            values.sort(key=choosing.place)
        self.interview.answer(self._path, " ".join(values) or None)
        answer = telling.answer_words(self.interview, self._path)
        return [_("Chosen: {answer}", answer=answer)] if choosing.long else self._say_and_go_on(answer)

    def _take_member(self, typed: str) -> list[str]:
        if typed in _YES:
            self.interview.add_member(self.interview.index.path)
            self._arrive(arrive(self.interview, "first"))
        elif typed in _NO:
            self._arrive(step_on(self.interview, ""))
        else:
            raise FieldkitError("asking.yes-or-no", text=typed)
        return []

    def _take_at_end(self, typed: str) -> list[str]:
        problems = self._problems()
        blocking = [problem for problem in problems if problem.kind != "warning"]
        if not typed and not blocking:
            return self._finish()
        if typed and not (typed.isdecimal() and 1 <= int(typed) <= len(problems)):
            raise FieldkitError("asking.no-number", text=typed, count=len(problems))
        return self._jump((problems[int(typed) - 1] if typed else blocking[0]).path)

    def _say_and_go_on(self, answer: str) -> list[str]:
        said = [_("Answer: {answer}", answer=answer)] if answer else []
        return [*said, *self._go_on()]

    def _go_on(self) -> list[str]:
        """Leave the question, or say why not: an error must be mended, a warning may be overruled with a note."""
        found = self.interview.problems(self._path)
        errors = [problem for problem in found if problem.kind != "warning"]
        if errors:
            return self._refuse(telling.trouble(errors[0]))
        if found:
            self._warned = found[0]
            return [
                _("Look again: {text}", text=telling.trouble(found[0])),
                _("To let it stand, type a note that says why. Enter alone asks the question again."),
            ]
        self._arrive(step_on(self.interview, self._path))
        return []

    def _overrule(self, problem: Problem, typed: str) -> list[str]:
        if not typed:
            self._warned, self._asked = None, False
            return []
        if not any(letter.isalpha() for letter in typed):
            raise FieldkitError("asking.no-note", text=typed)
        self._warned = None
        before = self.interview.notes.get(self.interview.entry.key(problem.path), "")
        self.interview.note(problem.path, f"{before}; {typed}" if before else typed)
        self.interview.overrule(problem.path)
        return self._go_on()

    # -- commands -----------------------------------------------------------------------------------------

    def _obey(self, name: str, argument: str) -> list[str]:
        if name in {missing.value for missing in Missing}:
            return self._answer_missing(Missing(name))
        self._warned = None
        acts: dict[str, Callable[[str], list[str]]] = {
            "back": self._back,
            "next": self._next,
            "same": self._same,
            "clear": self._clear,
            "note": self._note,
            "undo": lambda _argument: self._step(self.interview.undo),
            "redo": lambda _argument: self._step(self.interview.redo),
            "jump": self._jump_to,
            "again": lambda _argument: self._ask_again([]),
            "list": lambda _argument: self._ask_again(telling.list_lines(self.interview)),
            "review": lambda _argument: self._ask_again(self._review_lines()),
            "remove": self._remove,
            "lang": self._use_language,
            "why": self._why,
            "finish": lambda _argument: self._finish(),
            "quit": self._quit,
            "help": lambda _argument: self._ask_again(help_lines()),
        }
        return acts[name](argument)

    def _back(self, _argument: str) -> list[str]:
        self._arrive(step_back(self.interview, self._path))
        return []

    def _next(self, _argument: str) -> list[str]:
        if self._path:
            return self._go_on()
        if self.interview.index.event is Event.PROMPT_NEW_REPEAT:
            self._arrive(step_on(self.interview, ""))
        return self._ask_again([])

    def _answer_missing(self, missing: Missing) -> list[str]:
        path = self._question()
        if telling.is_read_only(self.interview, path):
            raise FieldkitError("asking.read-only")
        self._warned = None
        self.interview.answer(path, missing)
        return self._say_and_go_on(telling.answer_words(self.interview, path))

    def _same(self, _argument: str) -> list[str]:
        path = self._question()
        value = self._last.value(self.interview.entry, path) if self._last else ""
        if not value:
            raise FieldkitError("asking.no-last-time")
        self.interview.answer(path, value)
        return self._say_and_go_on(telling.answer_words(self.interview, path))

    def _clear(self, _argument: str) -> list[str]:
        path = self._question()
        if telling.is_read_only(self.interview, path):
            raise FieldkitError("asking.read-only")
        self.interview.answer(path, None)
        return self._ask_again([])

    def _note(self, text: str) -> list[str]:
        path = self._question()
        if text or self.interview.entry.key(path) in self.interview.notes:
            self.interview.note(path, text)
        return [_("Note: {text}", text=text) if text else _("There is no note now.")]

    def _step(self, step: Callable[[], set[str]]) -> list[str]:
        before = self.interview.entry.answers()
        changed = step()
        if not changed and self.interview.entry.answers() == before:
            return [_("There is nothing to take back or to do again.")]
        self._arrive(where_changed(self.interview, changed, self._path))
        return []

    def _jump_to(self, wanted: str) -> list[str]:
        path = find_question(self.interview, wanted) if wanted else None
        if path is None:
            raise FieldkitError("asking.no-question", text=wanted)
        return self._jump(path)

    def _jump(self, path: str) -> list[str]:
        self.interview.jump(path)
        here = paths_here(self.interview)
        self._arrive(path if path in here else arrive(self.interview, "first"))
        return []

    def _remove(self, _argument: str) -> list[str]:
        remove_member(self.interview, self._question())
        self._arrive("")
        return []

    def _use_language(self, code: str) -> list[str]:
        wanted = code or next(each for each in LANGUAGES if each != language())
        if wanted not in LANGUAGES:
            raise FieldkitError("asking.no-language", text=code, known=LANGUAGES)
        set_language(wanted)
        self.interview.use_language(wanted)
        self._group = ""
        self._arrive(self._path)
        return []

    def _why(self, _argument: str) -> list[str]:
        return self._ask_again(telling.why_lines(self.interview, self._question()))

    def _quit(self, _argument: str) -> list[str]:
        self.ended = "left"
        return []

    def _finish(self) -> list[str]:
        try:
            self.finished = self.session.interviews.finish(self.interview)
        except FieldkitError as error:
            if error.code != "interview.unfinished":
                raise
            if self.interview.index.event is not Event.END:
                self.interview.go_to_end()
            self._arrive("")
            self._asked = True
            return [*self._refuse(_("This cannot be finished yet:")), *self._end_lines()]
        self.ended = "finished"
        return []

    # -- inside -------------------------------------------------------------------------------------------

    def _arrive(self, path: str) -> None:
        """Be at a question, "" for where there is none, and ask it."""
        self._path, self._asked, self._warned, self._begun = path, False, None, []
        item = self.interview.entry.item(path) if path else None
        chosen = (
            isinstance(item, Question) and item.is_select and not telling.is_read_only(self.interview, path)
        )
        self._choosing = Choosing(self.interview.entry, path) if chosen else None

    def _question(self) -> str:
        if not self._path:
            raise FieldkitError("asking.at-no-question")
        return self._path

    def _ask_again(self, lines: list[str]) -> list[str]:
        self._asked = False
        return lines

    def _refuse(self, text: str) -> list[str]:
        self.refused = True
        return [_("Not accepted: {text}", text=text)]

    def _problems(self) -> list[Problem]:
        return [] if self.session.declined(self.interview) else self.interview.problems()

    def _review_lines(self) -> list[str]:
        declined = self.session.declined(self.interview)
        return telling.review_lines(self.interview, self._problems(), declined=declined)

    def _end_lines(self) -> list[str]:
        problems = self._problems()
        if any(problem.kind != "warning" for problem in problems):
            way = _("Enter goes to the first that must be answered; a number goes to that one.")
        elif problems:
            way = _("Enter finishes; a number goes to that one.")
        else:
            way = _("Enter finishes; :back goes back to the questions.")
        name = self.interview.entry.instance_name
        return [_("The end of the form."), *([name] if name else []), *self._review_lines(), way]
