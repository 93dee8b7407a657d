"""The last afternoon before the monthly report, by keys: thirty sticks, thirty-three insertions, one key for each."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from datetime import datetime

import pytest

from fieldkit.office import Office, media
from fieldkit.screens.office import inbox as screen
from tests.cli.p3_office import COUNTS, FIGURES, copied, recount, state
from tests.cli.p3_script import EACH, LOST, NEIGHBOUR, TORN, TWICE, WITHDRAWING, insertions

LONGEST = 3.0
"""Seconds from Enter to the result."""


def result(c):
    return c.app.screen.query_one("#result").content


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    from tests.cli.p3_laptops import played

    yield from played(tmp_path_factory)


async def test_thirty_sticks_by_one_key_each(clerk, town, tmp_path, monkeypatch, record_property):
    order = insertions()
    office, slot = copied(town, tmp_path.name), tmp_path / "slot"
    slot.mkdir()
    monkeypatch.setenv("FIELDKIT_INBOX", str(slot))
    monkeypatch.setattr(media, "MOUNTED", ())
    monkeypatch.setattr(screen, "PAUSE", 0.05)
    summed, seconds, seen = Counter(), [], set()
    async with clerk("zh", folder=office, at=datetime.now().astimezone()) as c:
        take, outcomes = c.desk.inbox.take, []
        c.desk.inbox.take = lambda *what: outcomes.append(take(*what)) or outcomes[-1]
        await c.press("1")
        for laptop in order:
            await c.until(lambda: c.app.screen.arrivals == [])
            shutil.copytree(town.sticks[laptop].parent, slot / "U盘")
            await c.until(lambda: c.app.screen.arrivals)
            assert ("以前收过" in c.text) == (laptop in seen)
            begun, count = time.perf_counter(), len(outcomes)
            await c.press("enter")
            await c.until(lambda: "不再需要" in result(c))
            seconds.append(time.perf_counter() - begun)
            assert len(outcomes) == count + 1
            summed.update(outcomes[-1].summary.counts())
            lines = result(c).splitlines()
            assert lines[0].startswith("U盘：")
            assert (laptop in lines[0]) == (laptop != NEIGHBOUR)
            if laptop in seen:
                assert f"送来 {EACH} 条：0 新增，{EACH} 已有" in lines[0]
            if laptop == NEIGHBOUR:
                assert "另一个办公室" in result(c)
                assert f"{EACH} 拒收" in result(c)
            if laptop == TORN:
                assert f"{LOST} 缺少" in lines[0]
                assert re.search(
                    rf"请在“{TORN}”上重新导出.*\n  缺少：([0-9a-f]{{8}}、?，?){{{LOST}}}", result(c)
                )
            if laptop == WITHDRAWING:
                assert "撤回同意 2 次" in result(c)
            shutil.rmtree(slot / "U盘")
            seen.add(laptop)
        await c.until(lambda: c.app.screen.arrivals == [])
        await c.press("2")
        assert len(result(c).splitlines()) >= 32
    assert {name: summed[name] for name in COUNTS if name != "conflicts"} == {
        name: count for name, count in FIGURES.items() if name != "conflicts"
    }
    assert recount(town.deeds, order) == FIGURES
    assert len(TWICE) * EACH + 1560 == FIGURES["offered"]
    with Office.open(office, now=lambda: datetime.now().astimezone()) as opened:
        assert len(opened.conflicts()) == FIGURES["conflicts"] == 14
    again = copied(town, f"{tmp_path.name} at once")
    town.command("office", "merge", *(town.sticks[each] for each in order), "--office", again, code=1)
    assert state(town, office) == state(town, again), "by keys or by command it comes to the same"
    record_property("tried", f"33 sticks, from Enter to the result {max(seconds):.2f} s at most")
    assert sorted(seconds)[len(seconds) // 2] <= LONGEST
