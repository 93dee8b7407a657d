"""An event and its quiz, screen after screen: entering, checking, showing, and the next event as the last one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldkit.fieldwork.happenings import EDUCATION_EVENT
from fieldkit.fieldwork.quizzes import QUIZ
from fieldkit.i18n import language

if TYPE_CHECKING:
    from fieldkit.rights import Ask
    from fieldkit.session.session import Session
    from fieldkit.shell import Shell


async def quizzes(app: Shell, session: Session, *, ask: Ask) -> None:
    """Do what is wanted of events and their quiz, until somebody goes back."""
    from fieldkit.screens.quiz import QuizScreen
    from fieldkit.screens.quiz_bars import QuizBarsScreen
    from fieldkit.screens.quiz_batch import QuizBatchScreen
    from fieldkit.screens.quiz_check import QuizCheckScreen
    from fieldkit.session.copied import begin_copied

    wish = await app.push_screen_wait(QuizScreen(session))
    while wish is not None:
        event = wish.event
        if wish.what == "new":
            await ask(partial(begin_copied, session, EDUCATION_EVENT, wish.kind))
            event = None  # the one noted just now, if it is the last
        elif event is not None and wish.what == "one":
            answers = {"event": event.number}
            await ask(partial(session.interviews.start, QUIZ, language=language(), answers=answers))
        elif event is not None and wish.what == "enter":
            await app.push_screen_wait(QuizBatchScreen(session, event, wish.phase))
        elif event is not None and wish.what == "check":
            await app.push_screen_wait(QuizCheckScreen(session, event))
        elif event is not None:
            await app.push_screen_wait(QuizBarsScreen(session, event))
        wish = await app.push_screen_wait(QuizScreen(session, event.number if event else ""))
