"""`fieldkit ask`: an interview line by line, for screen readers, consoles that cannot draw, and pipes."""

from __future__ import annotations

import argparse
import getpass
import io
import re
import shlex
import sys
from collections.abc import Iterable

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.i18n import _

_ASCII = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "...",
        "—": "-",
        "–": "-",
        "·": ".",
        "°": " deg ",
        "′": "'",
        "×": "x",
    }
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PROMPT = "> "


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("ask", parents=[common], help=_("an interview line by line, without the app"))
    verb.add_argument("form", metavar="FORM", help=_("a form's id or file"))
    verb.add_argument("--household", metavar="NUMBER", default="", help=_("the household it is about"))
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--draft", metavar="ID", default="", help=_("an unfinished interview, by its id"))
    which.add_argument("--new", action="store_true", help=_("a new interview even if one is unfinished"))
    verb.add_argument("--plain", action="store_true", help=_("punctuation as ASCII"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Talk until the interview is finished or left; exit code 1 where it ends on a line that was refused."""
    from fieldkit.session.asking import Conversation, begin

    _take_any_bytes()
    with open_session(options) as session:
        interview, resumed = begin(
            session, options.form, household=options.household, draft=options.draft, new=options.new
        )
        talk = Conversation(session, interview, resumed=resumed)
        title = session.form_title(interview.form)
        about = session.about(interview)
        _say([f"{title}: {about}" if about else title], options)
        _say([_("Going on with the unfinished interview {id}.", id=interview.id)] if resumed else [], options)
        _say([_("Type :help to see what can be typed.")], options)
        while not talk.ended:
            _say(talk.lines(), options)
            try:
                typed = _line(hidden=talk.hidden)
            except (EOFError, KeyboardInterrupt):
                _say([""], options)
                break
            _say(talk.hear(typed), options)
    finished = talk.finished
    if finished is None:
        where = ["--workspace", options.workspace] if options.workspace else []
        resume = shlex.join(["fieldkit", "ask", options.form, "--draft", interview.id, *where])
        text = _("Not finished; everything answered is kept. To go on: {command}", command=resume)
        show(options, {"draft": interview.id, "record": None}, text)
        return 1 if talk.refused else 0
    if finished.declined:
        text = _("Declined. Only village, date and outcome are kept: {id}", id=finished.record)
    else:
        text = _("Kept as record {id}.", id=finished.record)
    show(options, {"draft": None, "record": finished.record}, text)
    return 0


def _say(lines: Iterable[str], options: argparse.Namespace) -> None:
    """Print lines; what a form's words could make a terminal do is left out."""
    for line in lines:
        said = _CONTROL.sub("", line)
        print(said.translate(_ASCII) if options.plain else said)
    sys.stdout.flush()


def _line(*, hidden: bool) -> str:
    """The next line typed. Raises EOFError at the end."""
    if hidden and sys.stdin.isatty():
        return getpass.getpass(_PROMPT)
    if sys.stdin.isatty():
        print(_PROMPT, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def _take_any_bytes() -> None:
    """Let a line in another encoding be refused in words, and a sign the console lacks be shown as "?"."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
