"""The office's Home: who works here, what waits, and that nobody sees what they may not do."""

from __future__ import annotations

import pytest

from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "管理人：办公室管理人"), ("en", "keeper: keeper of the office")]
)
async def test_home_says_who_works_here(clerk, language, words):
    async with clerk(language) as c:
        assert words in c.text
        assert c.desk.office.name in c.text
        await c.press("f4")
        assert words not in c.text


async def test_somebody_unknown_is_told_who_works_here_and_comes_in_nowhere(clerk, demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [Role.CLERK], None, by="office")
    async with clerk("en", name="Nobody") as c:
        assert c.app.desk is None
        assert "王芳" in c.app.refusal
