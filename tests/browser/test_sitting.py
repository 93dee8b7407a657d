"""Somebody at a browser: what is on screen is read as lines, and what is typed arrives."""

from __future__ import annotations

import pytest

from fieldkit.session.session import Session
from tests.browser.sitting import sitting

FORM = """
survey:
  - {type: text, name: name, label: 姓名是什么}
  - {type: text, name: story, label: 还有什么要说}
settings:
  - {form_id: people, form_title: 人, version: "1"}
"""
EVERY_SIGN = "a-Z 0=9 [x];',./\\`~!@#$%^&*()_+{}|:\"<>? 张·三、〇𠮷"


def test_what_is_typed_is_read_off_the_screen_and_stored(browser, serving, workspace_with, tmp_path):
    folder = workspace_with({"people.yaml": FORM})
    with Session.open(folder) as session:
        session.interviews.start("people", language="zh")
    with serving("--workspace", folder) as (_, address), sitting(browser, address) as seat:
        seat.see("未完成：1")
        seat.press("Enter")
        seat.see("1/2")
        seat.type(EVERY_SIGN)
        seat.wait(lambda text: any(EVERY_SIGN in line for line in text.splitlines()))
        seat.press("Enter")
        seat.see("2/2")
        seat.press("↑")
        shown = seat.wait(lambda text: "1/2" in text and EVERY_SIGN in text)
        assert len(shown.splitlines()) > 24
        assert not any(line.endswith(" ") for line in shown.splitlines())
        seat.screenshot(tmp_path / "seen.png")
        assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")
        seat.press("Esc")
        seat.see("下次活动")
        seat.press("Ctrl+Q")
        seat.see("已关闭")
        with pytest.raises(AssertionError, match="is not on screen"):
            seat.run(seat._wait(lambda _text: False, "nothing", 0.1))
    with Session.open(folder) as session:
        [draft] = session.unfinished()
        assert session.interviews.resume(draft.id).entry.value("/data/name") == EVERY_SIGN
