"""A question on screen as a person meets it: long words, words with brackets, files that are not there, groups."""

from __future__ import annotations

import pytest

from fieldkit.screens.interview import InterviewScreen

LONG = " ".join(["First", *(f"word-{n}" for n in range(400)), "Last"])
FORM = f"""
| survey |
| | type          | name    | label   | appearance    | default      | readonly |
| | note          | long    | {LONG}  |               |              |          |
| | text          | told    | {LONG}  |               |              |          |
| | select_one l  | chosen  | {LONG}  |               |              |          |
| | text          | fixed   | Fixed   |               | [x] a [/b] c | yes      |
| | acknowledge   | agreed  | Agreed  |               |              |          |
| | image         | photo   | Photo   |               |              |          |
| | image         | signed  | Signed  | signature     |              |          |
| | geotrace      | way     | Way     |               |              |          |
| | barcode       | code    | Code    | hidden-answer |              |          |
| | integer       | many    | Many    | thousands-sep |              |          |
| | select_multiple m | several | Several |           |              |          |
| | select_multiple m | folded  | Folded  | minimal   |              |          |
| | begin_group   | page    | A page  | field-list    |              |          |
| | text          | inside  | Inside  |               |              |          |
| | end_group     |         |         |               |              |          |
| choices |
| | list_name | name | label |
| | l | a | A |
| | l | b | B |
""" + "".join(f"| | m | m{n} | M {n} |\n" for n in range(1, 12))


@pytest.fixture
def asking(person, tmp_path):
    """An interview of the form above, at one of its questions: `async with asking("long") as p`."""
    path = tmp_path / "asking.md"
    path.write_text(FORM, encoding="utf-8")

    class Opened:
        def __init__(self, name):
            self.context = person("en")
            self.name = name

        async def __aenter__(self):
            p = await self.context.__aenter__()
            interview = p.app.session.interviews.start(str(path))
            interview.jump(f"/data/{self.name}")
            p.app.push_screen(InterviewScreen(p.app.session, interview))
            await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.screen.page.views())
            await p.press()
            p.interview = interview
            p.here = lambda: interview.index.path.removeprefix("/data/")
            p.value = lambda: interview.entry.value(f"/data/{self.name}")
            return p

        async def __aexit__(self, *error):
            return await self.context.__aexit__(*error)

    return Opened


@pytest.mark.parametrize("name", ["long", "told"])
async def test_a_question_longer_than_the_screen_is_read_by_arrows_from_beginning_to_end(asking, name):
    async with asking(name) as p:
        assert "First word-0 " in p.text
        seen = p.text
        while "Last" not in p.text:
            await p.press("down")
            assert p.here() == name
            seen += p.text
        assert all(f"word-{n}" in seen for n in range(400))
        await p.press("down", "down")
        assert p.here() != name


async def test_arrows_come_back_to_the_beginning_before_they_leave(asking):
    async with asking("told") as p:
        while "Last" not in p.text:
            await p.press("down")
        assert "First word-0 " not in p.text
        while "First word-0 " not in p.text:
            await p.press("up")
            assert p.here() == "told"
        await p.press("up")
        assert p.here() == "long"


async def test_an_arrow_above_the_first_choice_shows_what_is_asked(asking):
    async with asking("chosen") as p:
        await p.press("down")
        assert "2 ( ) B" in p.text
        await p.press("up")
        while "First word-0 " not in p.text:
            await p.press("up")
            assert p.here() == "chosen"


async def test_enter_goes_on_however_long_the_question_is(asking):
    async with asking("long") as p:
        await p.press("enter")
        assert p.here() == "told"


async def test_brackets_are_shown_as_they_are(asking):
    async with asking("fixed") as p:
        assert "[x] a [/b] c" in p.text
        await p.press("f2")
        await p.until(lambda: p.screen_name == "AskText")
        await p.press(*"[/b]", "enter")
        await p.until(lambda: p.told)
        [said] = p.app._notifications
        assert "[/b]" in said.message
        assert not said.markup


async def test_what_is_agreed_is_ticked(asking):
    async with asking("agreed") as p:
        assert "[ ] Enter says OK" in p.text
        await p.press("enter", "shift+tab")
        assert "[x] Enter says OK" in p.text


@pytest.mark.parametrize("key", ["enter", "tab", "up", "f10"])
async def test_a_file_that_is_not_there_is_asked_for_again(asking, tmp_path, key):
    async with asking("photo") as p:
        await p.press(*str(tmp_path / "photo.jpg"), key)
        assert "! There is no file" in p.text
        assert (p.here(), p.value()) == ("photo", "")
        assert p.app.focused.value == str(tmp_path / "photo.jpg")
        assert p.app.session.exchange.record(p.interview.id) is None
        (tmp_path / "photo.jpg").write_bytes(b"photo")
        await p.press("enter")
        assert p.here() == "signed"
        assert p.interview.files[p.value()]["bytes"] == 5
        assert len(p.app.session._workspace.attachments.ids()) == 1


async def test_a_file_of_another_kind_is_asked_for_again(asking, tmp_path):
    async with asking("photo") as p:
        (tmp_path / "sound.mp3").write_bytes(b"sound")
        await p.press(*str(tmp_path / "sound.mp3"), "enter")
        assert "audio/mpeg, but image/* is asked for" in " ".join(p.text.split())
        assert p.here() == "photo"


async def test_a_signature_is_a_number_or_a_file_that_is_there(asking, tmp_path):
    async with asking("signed") as p:
        await p.press(*str(tmp_path / "signed.jpg"), "enter")
        assert "! There is no file" in p.text
        assert p.here() == "signed"
        await p.press(*"2026/17", "enter")
        assert (p.here(), p.value()) == ("way", "2026/17")


async def test_a_line_that_was_refused_is_mended(asking):
    async with asking("way") as p:
        await p.press(*"30 115", "enter")
        assert "is not a line" in p.text
        await p.press(*"; 31 116", "enter")
        assert p.value() == "30 115 0 0;31 116 0 0"


async def test_a_code_to_be_hidden_is_never_drawn(asking):
    async with asking("code") as p:
        await p.press(*"secret", "enter", "shift+tab")
        assert p.value() == "secret"
        assert "secret" not in p.text


async def test_thousands_are_parted_where_the_form_says_so(asking):
    async with asking("many") as p:
        await p.press(*"12,000", "enter", "shift+tab")
        assert p.value() == "12000"
        assert "12,000" in p.text


async def test_two_digits_choose_among_ten_and_more_also_the_first_nine(asking):
    async with asking("several") as p:
        await p.press(*"010211")
        assert p.value() == "m1 m2 m11"
        await p.press(*"01")
        assert p.value() == "m2 m11"
        await p.press(*"00", *"02")
        assert p.value() == "m11"


async def test_folded_choices_show_how_many_may_be_chosen(asking):
    async with asking("folded") as p:
        assert "[ ]   11 choices" in p.text


async def test_a_page_is_named_by_its_group(asking):
    async with asking("page/inside") as p:
        assert p.lines[1].split()[1:] == ["A", "page"]
