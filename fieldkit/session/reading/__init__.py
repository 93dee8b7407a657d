"""What people type as an answer, read by the kind of its question; and stored answers shown back for typing.

Nothing is guessed: what could mean two things is refused, with words that say what to type instead.
"""

from fieldkit.session.reading.kinds import beside, hidden, multiline, read, shown, typing_hint
from fieldkit.session.reading.plain import ReadingError

__all__ = ["ReadingError", "beside", "hidden", "multiline", "read", "shown", "typing_hint"]
