"""Interrupted at any request and run again, a server has each record exactly once, and the verdicts add up."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_memory import Memory
from fieldkit.interop.client_push import EDITED, KEPT, PRESENT, REFUSED, SENT, WAITS, Outgoing, Pushing
from fieldkit.interop.client_records import Leaving, derived_id
from tests.interop.client.central_server import PREFIX, Central

FAULTS = st.sampled_from([None, None, "before", "after", "torn", 500, 503, "portal"])


def leaving(record, text, own=""):
    xml = f'<data id="f" version="1"><a>{text}</a><photo>p.jpg</photo></data>'.encode()
    return Leaving(record, "f", "1", xml, own or derived_id(record))


def outgoing(record, text, photo=b"picture", own=""):
    return Outgoing(
        record, "f", leaving(record, text, own), {"p.jpg": lambda: photo, "other.jpg": lambda: b"x"}
    )


@pytest.fixture
def pushed(central, connect, tmp_path):
    central.versions["f"] = {"1"}

    def push(*records):
        memory = Memory(tmp_path, central.url, "p", b"secret")
        return {each.record: each for each in Pushing(connect(central), memory).push(records)}

    return push


def texts(central):
    import re

    return sorted(re.search(rb"<a>(.*?)</a>", xml)[1].decode() for xml, _files in central.latest().values())


def test_a_record_is_sent_once_and_again_only_when_it_changed(central, pushed):
    assert pushed(outgoing("r1", "one"))["r1"].verdict == SENT
    before = len(central.posts)
    assert pushed(outgoing("r1", "one"))["r1"].verdict == PRESENT
    assert len(central.posts) == before
    assert pushed(outgoing("r1", "two"))["r1"].verdict == EDITED
    assert texts(central) == ["two"]
    [(_xml, files)] = central.latest().values()
    assert files == {"p.jpg": b"picture"}


def test_a_file_that_came_later_goes_to_the_same_submission(central, pushed):
    bare = Outgoing("r1", "f", leaving("r1", "one"), {})
    assert pushed(bare)["r1"].files == 0
    assert pushed(outgoing("r1", "one"))["r1"].files == 1
    [(_xml, files)] = central.latest().values()
    assert files == {"p.jpg": b"picture"}


def test_files_go_in_as_many_posts_as_the_server_wants(central, pushed):
    central.length = 6000
    many = {f"p{n}.jpg": (lambda n=n: bytes([n]) * 2000) for n in range(4)}
    xml = (
        b'<data id="f" version="1"><a>one</a>'
        + b"".join(b"<p>%s</p>" % n.encode() for n in many)
        + b"</data>"
    )
    verdict = pushed(Outgoing("r1", "f", Leaving("r1", "f", "1", xml, derived_id("r1")), many))["r1"]
    assert verdict.verdict == SENT
    assert len(central.posts) == 4
    assert all(size <= 6000 and "xml_submission_file" in names for size, names in central.posts)
    [(_xml, files)] = central.latest().values()
    assert files == {name: content() for name, content in many.items()}


def test_a_file_larger_than_a_server_takes_is_told_before_anything_is_sent(central, pushed):
    central.length = 3000
    verdict = pushed(outgoing("r1", "one", photo=b"x" * 5000))["r1"]
    assert (verdict.verdict, verdict.code) == (REFUSED, "interop.file-too-large")
    assert central.submissions == {}


def test_a_refusal_is_told_in_the_servers_words_and_stops_nobody_else(central, pushed):
    central.versions["f"] = set()
    found = pushed(outgoing("r1", "one"), Outgoing("r2", "f", "no-statistics"))
    assert found["r1"].verdict == REFUSED
    assert "404.6" in found["r1"].params["reason"]
    assert found["r2"].verdict == KEPT
    central.versions["f"] = {"1"}
    assert pushed(outgoing("r1", "one"))["r1"].verdict == SENT


def test_what_the_server_has_under_the_same_id_is_not_sent_beside_it(central, pushed):
    assert (
        central.take(b'<data id="f" version="1"><meta><instanceID>uuid:a</instanceID></meta></data>', {})[0]
        == 201
    )
    for _run in range(2):
        assert pushed(outgoing("r1", "one", own="uuid:a"))["r1"].verdict == REFUSED
    assert len(central.submissions) == 1


def test_an_edit_that_somebody_made_on_the_server_is_not_written_over(central, pushed):
    pushed(outgoing("r1", "one"))
    [root] = central.submissions
    edit = f'<data id="f" version="1"><a>theirs</a><meta><instanceID>uuid:b</instanceID><deprecatedID>{root}</deprecatedID></meta></data>'
    assert central.take(edit.encode(), {})[0] == 201
    verdict = pushed(outgoing("r1", "two"))["r1"]
    assert verdict.verdict == REFUSED
    assert texts(central) == ["theirs"]


def test_what_is_not_known_to_be_ours_and_was_edited_there_gets_no_second_one(central, pushed):
    first = '<data id="f" version="1"><a>theirs</a><meta><instanceID>uuid:a</instanceID></meta></data>'
    edit = first.replace("uuid:a</instanceID>", "uuid:b</instanceID><deprecatedID>uuid:a</deprecatedID>")
    assert [central.take(each.encode(), {})[0] for each in (first, edit)] == [201, 201]
    for text in ("one", "two", "two"):
        assert pushed(outgoing("r1", text, own="uuid:a"))["r1"].verdict == REFUSED
    assert texts(central) == ["theirs"]


def test_a_portal_that_answers_200_takes_nothing(central, pushed):
    central.faults = [None, None, None, "portal"]
    found = pushed(outgoing("r1", "one"), outgoing("r2", "two"))
    assert [each.verdict for each in found.values()] == [WAITS, WAITS]
    assert found["r1"].code == "interop.not-openrosa"
    assert {each.verdict for each in pushed(outgoing("r1", "one"), outgoing("r2", "two")).values()} == {SENT}


def test_a_portal_before_anything_is_asked_stops_it(central, pushed):
    central.faults = ["portal"]
    with pytest.raises(FieldkitError, match="not-openrosa"):
        pushed(outgoing("r1", "one"))


def test_a_server_that_fails_is_left_alone_after_some_records(central, pushed):
    central.faults = [None, None, *[500] * 100]
    found = pushed(*(outgoing(f"r{n}", "x") for n in range(20)))
    assert {each.verdict for each in found.values()} == {WAITS}
    assert len(central.log) < 20
    central.faults = []
    assert {each.verdict for each in pushed(*(outgoing(f"r{n}", "x") for n in range(20))).values()} == {SENT}


def test_a_server_that_falls_silent_is_given_up_and_what_it_took_is_found_again(central, connect, tmp_path):
    central.versions["f"] = {"1"}

    def push():
        [found] = Pushing(connect(central, timeout=0.4), Memory(tmp_path, central.url, "p", b"s")).push(
            [outgoing("r1", "one")]
        )
        return found

    central.faults = [None, None, None, *["silent"] * 4]
    silent = push()
    assert (silent.verdict, silent.code) == (WAITS, "interop.unreachable")
    assert len(central.submissions) == 1
    assert push().verdict == SENT
    assert push().verdict == PRESENT
    assert len(central.submissions) == 1


def test_kobo_says_that_it_has_a_record_already(connect, tmp_path):
    kobo = Central(scheme="basic", kobo=True)
    try:
        kobo.versions["f"] = {"1"}
        for number, wanted in enumerate([SENT, PRESENT]):
            memory = Memory(tmp_path / str(number), kobo.url, "p", b"secret")
            [verdict] = Pushing(connect(kobo), memory).push([outgoing("r1", "one")])
            assert verdict.verdict == wanted
        assert len(kobo.submissions) == 1
    finally:
        kobo.close()


def test_the_memory_holds_no_answer_and_survives_a_torn_line(central, pushed, tmp_path):
    pushed(outgoing("r1", "绝密 one"))
    [path] = (tmp_path / "interop").iterdir()
    content = path.read_bytes()
    assert b"one" not in content
    path.write_bytes(content[:-9])
    assert pushed(outgoing("r1", "绝密 one"))["r1"].verdict == SENT
    assert pushed(outgoing("r1", "绝密 one"))["r1"].verdict == PRESENT
    assert len(central.submissions) == 1


@pytest.fixture(scope="module")
def lasting():
    made = Central()
    yield made
    made.close()


@settings(max_examples=25, deadline=None)
@given(
    runs=st.lists(
        st.tuples(st.lists(st.sampled_from("abc"), min_size=3, max_size=3), st.lists(FAULTS, max_size=14)),
        min_size=1, max_size=4,
    ),
    forget=st.booleans(),
)  # fmt: skip
def test_interrupted_at_any_request_the_server_has_each_record_exactly_once(lasting, runs, forget):
    from fieldkit.interop.client import Line, ServerAddress
    from fieldkit.interop.client_auth import Login

    lasting.submissions, lasting.versions = {}, {"f": {"1"}}
    folder = Path(tempfile.mkdtemp())
    records = ["r0", "r1", "r2"]

    def push(texts_now, faults):
        lasting.faults = list(faults)
        batch = [
            outgoing(record, f"{record}-{text}") for record, text in zip(records, texts_now, strict=True)
        ]
        line = Line(ServerAddress.parse(lasting.url), Login(*lasting.login), wait=lambda _s: None, timeout=5)
        with line:
            return list(Pushing(line, Memory(folder, lasting.url, "p", b"s")).push(batch))

    try:
        for texts_now, faults in runs:
            try:
                found = push(texts_now, faults)
            except FieldkitError:
                continue
            assert [each.record for each in found] == records
            assert not {each.verdict for each in found} & {REFUSED, KEPT}
            if forget:
                _lose_the_end(folder)
        last = runs[-1][0]
        verdicts = Counter(each.verdict for each in push(last, []))
        assert sum(verdicts.values()) == len(records)
        assert not verdicts[WAITS] + verdicts[REFUSED] + verdicts[KEPT]
        assert texts(lasting) == sorted(
            f"{record}-{text}" for record, text in zip(records, last, strict=True)
        )
        assert {each.verdict for each in push(last, [])} == {PRESENT}
        assert all(files == {"p.jpg": b"picture"} for _xml, files in lasting.latest().values())
    finally:
        shutil.rmtree(folder)


def _lose_the_end(folder):
    """The power went while the last line was written; what was noted before something was sent had been durable by then."""
    for path in (folder / "interop").glob("*"):
        content = path.read_bytes()
        if b'"ok"' in content.splitlines()[-1]:
            path.write_bytes(content[:-7])


def test_a_server_that_asks_for_time_gets_it(central, tmp_path):
    from fieldkit.interop.client import Line, ServerAddress
    from fieldkit.interop.client_auth import Login

    central.versions["f"] = {"1"}
    waited = []
    central.faults = [None, None, None, (429, "7"), (503, "Wed, 21 Oct 2099 07:28:00 GMT"), (429, "soon")]
    line = Line(ServerAddress.parse(central.url), Login(*central.login), wait=waited.append, timeout=5)
    with line:
        [found] = Pushing(line, Memory(tmp_path, central.url, "p", b"s")).push([outgoing("r1", "one")])
    assert found.verdict == SENT
    assert waited == [7.0, 30.0, 2.0]


def test_a_form_that_is_gone_or_forbidden_is_asked_for_once_and_the_others_go_on(central, connect, tmp_path):
    def of(form, record):
        xml = f'<data id="{form}" version="1"><a>x</a></data>'.encode()
        return Outgoing(record, form, Leaving(record, form, "1", xml, derived_id(record)))

    central.versions = {"closed": {"1"}, "good": {"1"}, "shut": {"1"}}
    central.forbidden, central.closed = {"closed"}, {"shut"}
    forms = ["gone", "closed", "good", "shut"]
    records = [of(form, f"{form}{number}") for number in range(4) for form in forms]
    found = list(Pushing(connect(central), Memory(tmp_path, central.url, "p", b"s")).push(records))
    verdicts = Counter((each.form, each.verdict, each.params.get("status")) for each in found)
    assert verdicts == {
        ("gone", REFUSED, 404): 4, ("closed", REFUSED, 403): 4, ("good", SENT, None): 4, ("shut", REFUSED, 409): 4,
    }  # fmt: skip
    assert len(central.posts) == 1 + 1 + 4 + 4


def test_files_go_one_by_one_where_something_before_the_server_takes_less(central, pushed):
    central.proxy = 4000
    many = {f"p{n}.jpg": (lambda n=n: bytes([n]) * 1500) for n in range(4)}
    xml = b'<data id="f" version="1">' + b"".join(b"<p>%s</p>" % n.encode() for n in many) + b"</data>"
    one = Outgoing("r1", "f", Leaving("r1", "f", "1", xml, derived_id("r1")), many)
    assert pushed(one)["r1"].verdict == SENT
    [(_xml, files)] = central.latest().values()
    assert set(files) == set(many)
    central.proxy = 1000
    found = pushed(outgoing("r2", "one", photo=b"x" * 2000))["r2"]
    assert (found.verdict, found.code) == (REFUSED, "interop.too-much")


def test_what_is_sent_follows_a_server_that_moved_within_itself(central, pushed):
    here = f"{PREFIX}/submission"
    central.redirect = {here: f"{PREFIX}/new/submission"}
    central.aliases = {f"{PREFIX}/new/submission": here}
    assert pushed(outgoing("r1", "one"))["r1"].verdict == SENT


def test_what_is_gone_here_and_stands_there_is_told(central, pushed):
    gone, never = (Outgoing(record, "f", "gone") for record in ("r1", "r2"))
    pushed(outgoing("r1", "one"))
    [root] = central.submissions
    found = pushed(gone, never, Outgoing("r3", "f", "no-statistics"))
    assert [*found] == ["r1", "r3"]
    assert (found["r1"].verdict, found["r1"].code, found["r1"].params) == (
        KEPT,
        "interop.kept-there",
        {"instance": root},
    )
    assert found["r3"].code == "interop.kept-no-statistics"
