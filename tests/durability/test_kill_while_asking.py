"""SIGKILL at any keystroke: the app comes back to the question it was at, with every answer it had gone on from."""

from __future__ import annotations

import os
import random
import shutil

import pytest

from fieldkit.session.session import Session
from tests.durability.test_resume import Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
# What is shown, the keys that go on from it, and the answer they leave.
STEPS = [
    ("走访结果", "1", "outcome", "done"),
    ("任何问题都可以不答", "", "", ""),
    ("怎样告知", "1", "consent/notice_read", "read_aloud"),
    ("同意登记", "1", "consent/basic", "yes"),
    ("由谁表示同意", "1", "consent/given_by", "self"),
    ("怎样联系您", "4", "consent/contact", "visit"),
]


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.soak)])
def test_killed_at_any_keystroke(demo, tmp_path, kills):
    chance = random.Random(kills)
    for number in range(kills):
        folder = tmp_path / f"w {number}"
        shutil.copytree(demo.workspace, folder)
        terminal = Terminal(folder)
        terminal.until("今天要走访")
        terminal.press("\r")
        terminal.until("开始走访")
        terminal.press("1")
        gone_on, last = chance.randrange(1, len(STEPS)), ""
        for shown, keys, _, _ in STEPS[:gone_on]:
            terminal.until(shown)
            if keys:
                terminal.press(keys)
            terminal.press("\r")
            last = shown
        terminal.until(STEPS[gone_on][0])
        if chance.random() < 0.5:
            terminal.press(STEPS[gone_on][1] or "\r")  # under way when the power goes
        terminal.kill()
        with Session.open(folder) as session:
            [draft] = session.interviews.unfinished()
            interview = session.interviews.resume(draft.id)
            answers = interview.entry.answers()
            for shown, _, key, answer in STEPS[:gone_on]:
                assert not key or answers[key] == answer, (number, shown, last)
            here = interview.entry.label(interview.index.path)
            near = [shown for shown, *_ in STEPS[gone_on : gone_on + 2]]
            assert any(shown in here for shown in near), (number, here, near)
