"""SIGKILL while sheets are typed: every sheet whose Enter was answered is there, and nothing of the line that was not."""

from __future__ import annotations

import os

import pytest

from fieldkit.session.quizzes import Batch
from fieldkit.session.session import Session
from tests.durability.test_resume import Terminal
from tests.p4 import NUMBER, begin, pile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")


def test_killed_in_the_middle_of_a_line(demo):
    with Session.open(demo.workspace) as session:
        begin(session)
        place = [each.name for each in session.other_forms()].index("quiz") + 1
    papers = pile("before")[:4]
    for count, (code, digits) in enumerate(papers, 1):
        terminal = Terminal(demo.workspace)
        terminal.until("今天要走访")
        terminal.press("\x17")
        terminal.until("填写哪个表单")
        terminal.press(f"{place}\r")
        terminal.until("录入讲之前填的问卷")
        terminal.press("1")
        terminal.until(f"已录：{count - 1} 张")
        terminal.press(f"{code}{digits}\r")
        terminal.until(f"已录：{count} 张")
        terminal.press("zz9912")  # under way when the power goes
        terminal.kill()
        with Session.open(demo.workspace) as session:
            assert [each.code for each in Batch(session, NUMBER).sheets] == [
                code.lower() for code, _d in papers[:count]
            ]
            assert session.interviews.unfinished() == []
