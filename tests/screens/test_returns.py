"""The stick that comes back, the stick that goes, and the history: by keys, in both languages."""

from __future__ import annotations

import threading

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import What
from fieldkit.office import Office, returns
from sync import Comment


@pytest.fixture
def stick(demo, now, tmp_path, monkeypatch):
    """A stick with what the demo's office has for its laptop: worklist, a form, a comment on one of its visits."""

    def comments(archive, _device):
        record = next(archive.views("visit")).record
        return iter([Comment("c1", record, "need_top", "请与住户核对 CHECK-THIS", "李主任", now.isoformat())])

    monkeypatch.setattr(returns, "comments_for", comments)
    office = Office.open(demo.office, now=lambda: now)
    (demo.office / "worklist").mkdir(exist_ok=True)
    device = next(each for each in office.devices() if each.name == "清溪镇示例")
    (demo.office / "worklist" / f"{device.name}.csv").write_text(
        "household,due\n1,2026-03-01\n", encoding="utf-8"
    )
    (demo.office / "forms" / "extra.yaml").write_text(
        'settings:\n  - {form_id: extra, version: "3"}\nsurvey:\n  - {type: text, name: a, label: A}\n',
        encoding="utf-8",
    )
    folder = tmp_path / "U盘 stick"
    folder.mkdir()
    office.write_returns(folder)
    office.close()
    return folder


WORDS = {
    "en": ("From the office", "acknowledges", "worklist: 1", "New form: extra, 3", "not looked at yet: 1", "Comments from the office"),
    "zh": ("来自镇办", "确认", "走访名单上的住户：1", "新表单：extra，3", "还没看：1", "镇办的意见"),
}  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_return_stick_is_taken_and_a_comment_leads_to_its_record(person, stick, language, size):
    title, acknowledged, worklist, form, _waiting, heading = WORDS[language]
    async with person(language, size) as p:
        await p.press("ctrl+pagedown")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        assert title in p.lines[0]
        p.app.screen.query_one("#folder").value = str(stick)
        await p.press("enter")
        await p.until(lambda: acknowledged in p.text)
        result = str(p.app.screen.query_one("#result").render())
        assert worklist in result
        assert form in result
        assert [dict(row) for row in p.app.session._workspace.worklist] == [
            {"household": "1", "due": "2026-03-01", "by": "清溪镇卫生健康办（示例）"}
        ]
        assert p.app.session.library.get("extra").version == "3"
        assert all(len(line) <= size[0] for line in p.lines)
        assert p.app.session.comments_not_looked_at() == 1
        await p.press("pagedown", "pagedown")
        assert "CHECK-THIS" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "RecordScreen")
        assert heading in p.text
        assert "CHECK-THIS" in p.text.replace("\n", "").replace(" ", "")
        assert p.app.session.comments_not_looked_at() == 0
        await p.press("escape")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        assert acknowledged in p.text, "what came is still there"
        await p.press("f4")
        assert WORDS["zh" if language == "en" else "en"][0] in p.lines[0]
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_home_counts_the_comments_until_their_record_was_seen(person, stick, demo, language):
    waiting = WORDS[language][4]
    async with person(language) as p:
        assert waiting not in p.text
        p.app.session.sticks.take(stick)
        p.app.home.refresh_words()
        await p.pilot.pause()
        assert waiting in p.text
        [(comment, _line)] = p.app.session.sticks.comments()
        household = p.app.session.exchange.record(comment.record).text("hh_id")
        await p.type(household)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        assert WORDS[language][5].lower() in p.text.lower()
        await p.press("escape")


async def test_a_folder_without_anything_says_so_and_nothing_is_stored(person, tmp_path):
    async with person("en") as p:
        await p.press("ctrl+pagedown")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        p.app.screen.query_one("#folder").value = str(tmp_path)
        before = len(p.app.session.sticks.history())
        await p.press("enter")
        await p.until(lambda: "neither a return pack" in p.text)
        assert len(p.app.session.sticks.history()) == before
        assert p.app.session.sticks.folder != tmp_path


async def test_the_palette_finds_the_return_stick_and_the_history(person):
    async with person("en") as p:
        await p.press("ctrl+p")
        await p.type("sync.return")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        await p.press("escape", "ctrl+p")
        await p.type("exchanges with")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ExchangesScreen")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("return pack taken", "check code")), ("zh", ("收下镇办的回执", "核对码"))],
)
async def test_the_history_lists_every_exchange_newest_first(person, stick, tmp_path, language, words):
    async with person(language) as p:
        made = p.app.session.export(tmp_path)
        p.app.session.sticks.take(stick)
        await p.press("ctrl+pageup")
        await p.until(lambda: p.screen_name == "ExchangesScreen")
        listed = p.app.session.sticks.history()
        assert {entry.what for entry in listed[:2]} == {What.RETURN, What.EXPORT}
        assert all(word in p.text for word in words)
        assert made.code in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_the_folder_used_last_is_offered_next_time(person, tmp_path):
    async with person("en") as p:
        await p.press("ctrl+e")
        await p.until(lambda: p.screen_name == "ExportScreen")
        p.app.screen.query_one("#folder").value = str(tmp_path)
        await p.press("enter")
        await p.until(lambda: "may remove the stick" in p.text)
        code = p.app.session.sticks.history()[0].code
        assert code in p.text
        await p.press("escape", "ctrl+pagedown")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        assert p.app.screen.query_one("#folder").value == str(tmp_path)


class Slow:
    """Stands in for the writing: tells how far it is whenever the test lets it go on."""

    def __init__(self, session, folder):
        self.go, self.told, self.folder, self.true = threading.Semaphore(0), 0, folder, session.sticks.export

    def __call__(self, folder, *, progress):
        part = self.folder / ".half.part"
        part.write_bytes(b"half")
        try:
            for done in range(0, 301, 100):
                self.go.acquire(timeout=10)
                progress(done, 300)
                self.told = done
        except FieldkitError:
            part.unlink()
            raise
        part.unlink()
        self.go.acquire(timeout=10)
        return self.true(folder)


@pytest.mark.parametrize(
    ("language", "written", "reading"),
    [("en", "100 of 300", "reading it back"), ("zh", "100 / 300", "回读核对")],
)
async def test_export_says_how_far_it_is_and_the_stick_may_go_only_at_the_end(
    person, tmp_path, monkeypatch, language, written, reading
):
    monkeypatch.setattr("fieldkit.screens.export._PAUSE", 0)
    may_go = {"en": "may remove the stick", "zh": "可以拔"}[language]
    async with person(language) as p:
        slow = Slow(p.app.session, tmp_path)
        monkeypatch.setattr(p.app.session.sticks, "export", slow)
        await p.press("ctrl+e")
        await p.until(lambda: p.screen_name == "ExportScreen")
        p.app.screen.query_one("#folder").value = str(tmp_path)
        await p.press("enter")
        slow.go.release(2)
        await p.until(lambda: written in p.text)
        assert may_go not in p.text
        await p.press("enter")
        slow.go.release(2)
        await p.until(lambda: reading in p.text)
        assert may_go not in p.text
        slow.go.release()
        await p.until(lambda: may_go in p.text)
        assert len(list(tmp_path.glob("*.fkb"))) == 1, "Enter while it writes begins nothing"


async def test_esc_stops_an_export_and_nothing_is_left_on_the_stick(person, tmp_path, monkeypatch):
    monkeypatch.setattr("fieldkit.screens.export._PAUSE", 0)
    async with person("en") as p:
        slow = Slow(p.app.session, tmp_path)
        monkeypatch.setattr(p.app.session.sticks, "export", slow)
        await p.press("ctrl+e")
        await p.until(lambda: p.screen_name == "ExportScreen")
        p.app.screen.query_one("#folder").value = str(tmp_path)
        await p.press("enter")
        slow.go.release(2)
        await p.until(lambda: "100 of 300" in p.text)
        await p.press("escape")
        assert p.screen_name == "ExportScreen"
        slow.go.release(3)
        await p.until(lambda: "Nothing was written to the stick" in p.text)
        assert [each for each in tmp_path.iterdir() if each.suffix in {".fkb", ".part"}] == []
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.session.status().only_here == 3


async def test_nothing_is_tidied_up_while_a_stick_is_written(person, tmp_path, monkeypatch):
    tidied = []
    async with person("en") as p:
        await p.until(lambda: not any(w.group == "background" and not w.is_finished for w in p.app.workers))
        monkeypatch.setattr(p.app.session, "tidy", lambda: tidied.append(1))
        monkeypatch.setattr("fieldkit.guarded._TIDY_AFTER", -1.0)
        p.app._tick()
        assert tidied == [1]
        held = threading.Event()
        worker = p.app.run_worker(lambda: held.wait(10), thread=True, group="background")
        p.app._tick()
        held.set()
        await worker.wait()
        assert tidied == [1]
