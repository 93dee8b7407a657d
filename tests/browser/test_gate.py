"""Who comes in: by key or cookie, under our own addresses, from our own page."""

from __future__ import annotations

import pytest

from fieldkit.browser.gate import Gate, is_loopback


@pytest.fixture
def gate():
    return Gate("127.0.0.1", 8421)


def test_keys_are_long_and_of_one_run(gate):
    another = Gate("127.0.0.1", 8421)
    assert len({each for of in (gate, another) for each in (of.key, of.cookie, of.room)}) == 6
    assert min(len(each) for each in (gate.key, gate.cookie, gate.room)) == 32
    assert gate.address == f"http://127.0.0.1:8421/?key={gate.key}"


@pytest.mark.parametrize("given", [None, "", "x", "钥匙", "\udcff"])
def test_only_the_key_is_the_key(gate, given):
    assert not gate.has_key(given)
    assert not gate.has_cookie(given)
    assert gate.has_key(gate.key)
    assert gate.has_cookie(gate.cookie)
    assert not gate.has_key(gate.cookie)
    assert not gate.has_cookie(gate.key)
    assert not gate.has_key(gate.key[:-1])


@pytest.mark.parametrize(
    ("host", "called", "ours"),
    [
        ("127.0.0.1", "127.0.0.1:8421", True),
        ("127.0.0.1", "localhost:8421", True),
        ("::1", "[::1]:8421", True),
        ("127.0.0.1", "127.0.0.1:8422", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "evil.example:8421", False),
        ("127.0.0.1", "localhost.evil.example:8421", False),
        ("127.0.0.1", "192.168.1.5:8421", False),
        ("127.0.0.1", None, False),
        ("127.0.0.1", "", False),
        ("192.168.1.5", "192.168.1.5:8421", True),
        ("192.168.1.5", "192.168.1.6:8421", False),
        ("office.local", "office.local:8421", True),
        ("0.0.0.0", "192.168.1.5:8421", True),
        ("0.0.0.0", "evil.example:8421", False),
        ("::", "[fd00::5]:8421", True),
    ],
)
def test_a_name_led_to_us_is_not_ours(host, called, ours):
    gate = Gate(host, 8421)
    assert gate.is_ours(called) is ours
    assert gate.is_own_page(f"http://{called}", called) is ours


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://127.0.0.1:9",
        "https://127.0.0.1:8421",
        "http://localhost:8421",
    ],
)
def test_another_page_opens_no_line(gate, origin):
    assert not gate.is_own_page(origin, "127.0.0.1:8421")


def test_loopback_is_what_only_this_computer_reaches():
    assert [is_loopback(each) for each in ("127.0.0.1", "127.5.0.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(each) for each in ("0.0.0.0", "::", "192.168.1.5", "office.local", "")] == [False] * 5
