"""An exchange over the network by keys, with a real office on loopback, in both languages."""

from __future__ import annotations

import threading

import pytest

from fieldkit.office import Office
from fieldkit.office.serving import Serving
from sync.lan.address import Address


@pytest.fixture
def office(demo, now):
    """The demo's office, served in a thread; gives its address and what it told."""
    opened = Office.open(demo.office, now=lambda: now)
    told, addresses, is_ready = [], [], threading.Event()
    server = Serving(opened, told.append).server(Address("127.0.0.1", 0))

    def ready(address):
        addresses.append(str(address))
        is_ready.set()

    thread = threading.Thread(target=server.run, args=(ready,))
    thread.start()
    assert is_ready.wait(10)
    yield addresses[0], told
    server.stop()
    thread.join(20)
    assert not thread.is_alive()
    opened.close()
    assert [each for each in told if isinstance(each, Exception)] == []


WORDS = {
    "en": (
        "Exchange over the network",
        "Sent over the network:",
        "0 still only here",
        "The office holds everything already",
    ),
    "zh": ("网络交换", "已经由网络送出", "还只在本机 0 条", "镇办什么都有了"),
}


@pytest.mark.parametrize(("language", "size"), [("en", (80, 24)), ("zh", (60, 20))])
async def test_what_is_only_here_goes_and_the_receipt_comes_back(person, office, language, size):
    address, told = office
    title, sent, left, nothing = WORDS[language]
    async with person(language, size) as p:
        session = p.app.session
        waiting = session.status().only_here
        stick = session.sticks.folder
        assert waiting
        await p.press("ctrl+f11")
        await p.until(lambda: p.screen_name == "NetworkScreen")
        assert title in p.lines[0]
        assert str(waiting) in p.text
        p.app.screen.query_one("#address").value = address
        await p.press("enter")
        result = p.app.screen.query_one("#result")
        await p.until(lambda: left in str(result.render()).replace("\n", ""))
        assert sent in str(result.render())
        assert session.status().only_here == 0
        assert [type(each).__name__ for each in told] == ["MergeReport", "WrittenPack"]
        assert told[1].code in str(result.render()), "both sides say the same digits"
        assert all(len(line) <= size[0] for line in p.lines)
        await p.press("enter")
        await p.until(lambda: nothing in str(result.render()))
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert session.network.address == address, "it is offered the next time"
        assert session.sticks.folder == stick
        assert list(session.outbox.glob("*.fkb")) == []
        await p.press("ctrl+f11")
        await p.until(lambda: p.screen_name == "NetworkScreen")
        assert p.app.screen.query_one("#address").value == address


async def test_esc_stops_and_the_next_time_goes_on_with_the_same_bundle(person, office, monkeypatch):
    address, told = office
    async with person("en") as p:
        session = p.app.session
        at_work, go_on = threading.Event(), threading.Event()
        meet = session.network.meet

        def slowly(typed, told):
            def progress(what, done, of):
                if what == "sending":
                    at_work.set()
                    assert go_on.wait(10)
                told(what, done, of)

            return meet(typed, progress)

        monkeypatch.setattr(session.network, "meet", slowly)
        await p.press("ctrl+f11")
        await p.until(lambda: p.screen_name == "NetworkScreen")
        p.app.screen.query_one("#address").value = address
        await p.press("enter")
        await p.until(at_work.is_set)
        await p.press("escape")
        go_on.set()
        await p.until(lambda: "Stopped." in p.text)
        assert p.screen_name == "NetworkScreen"
        [left] = session.outbox.glob("*.fkb")
        monkeypatch.undo()
        await p.press("enter")
        await p.until(lambda: "0 still only here" in p.text)
        assert [type(each).__name__ for each in told] == ["MergeReport", "WrittenPack"]
        assert not left.exists()


async def test_nobody_there_is_a_sentence_with_a_way_out(person):
    async with person("en") as p:
        await p.press("ctrl+p")
        await p.type("sync.lan")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "NetworkScreen")
        p.app.screen.query_one("#address").value = "127.0.0.1:1"
        result = p.app.screen.query_one("#result")
        await p.press("enter")
        await p.until(lambda: "Or take a stick" in str(result.render()))
        assert p.app.session.status().only_here
