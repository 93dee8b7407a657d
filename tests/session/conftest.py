"""An interview talked through in the same process, on the demo town; and workspaces of a test's own, opened."""

from __future__ import annotations

import pytest

from fieldkit.session.asking import Conversation, begin
from fieldkit.session.session import Session


class Talk:
    """Somebody who types lines; everything that is said is kept."""

    def __init__(self, session, form, **which):
        self.session = session
        self.interview, self.resumed = begin(session, str(form), **which)
        self.talk = Conversation(session, self.interview, resumed=self.resumed)
        self.said = []

    def asked(self):
        """What is asked now, as text."""
        lines = self.talk.lines()
        self.said += lines
        return "\n".join(lines)

    def type(self, *lines):
        """Type lines; gives what was said to the last of them."""
        heard = []
        for line in lines:
            self.asked()
            heard = self.talk.hear(line)
            self.said += heard
        return "\n".join(heard)

    @property
    def name(self):
        return self.talk.path.rsplit("/", 1)[-1]

    @property
    def text(self):
        return "\n".join(self.said)

    def value(self, name):
        return self.interview.entry.value(f"/data/{name}")

    def kept(self):
        """The draft as it lies in the store."""
        [draft] = [each for each in self.session._workspace.drafts.all() if each["id"] == self.interview.id]
        return draft


@pytest.fixture
def talk(session, tmp_path):
    """Talk through a form, by its id or written as an XLSForm: `talk("visit")`, `talk("| survey | …")`."""

    def begun(form, **which):
        if "|" in form:
            path = tmp_path / "talk.md"
            path.write_text(form, encoding="utf-8")
            form = path
        return Talk(session, form, **which)

    return begun


@pytest.fixture
def opened(folder, now):
    """Open the workspace that a test file's own fixture `folder` has made, at a fixed time."""
    return lambda: Session.open(folder, now=lambda: now)
