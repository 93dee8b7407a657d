"""An interview as talk, line by line: what is asked as lines of words, what is typed as answers and commands.

For screen readers, consoles that cannot draw, and pipes. Nothing here prints or reads: `fieldkit.cli.ask` does.
"""

from fieldkit.session.asking.beginning import begin
from fieldkit.session.asking.conversation import Conversation

__all__ = ["Conversation", "begin"]
