"""`fieldkit ask` as people and programs run it: real processes, pipes and a terminal; killed, resumed, finished."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fieldkit.session.session import Session
from tests.program import fieldkit, here

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
COMMAND = [sys.executable, "-m", "fieldkit"]

EVERY_TYPE = """
| survey |                       |         |              |             |          |                       |                             |                          |
|        | type                  | name    | label        | appearance  | required | parameters            | calculation                 | choice_filter            |
|        | start                 | start   |              |             |          |                       |                             |                          |
|        | text                  | a_text  | A text       |             | yes      |                       |                             |                          |
|        | text                  | lines   | Lines        | multiline   |          |                       |                             |                          |
|        | text                  | digits  | Digits       | numbers     |          |                       |                             |                          |
|        | text                  | secret  | Secret       | masked      |          |                       |                             |                          |
|        | integer               | whole   | Whole        |             |          |                       |                             |                          |
|        | decimal               | part    | Part         |             |          |                       |                             |                          |
|        | range                 | scale   | Scale        |             |          | start=0 end=10 step=2 |                             |                          |
|        | date                  | day     | Day          |             |          |                       |                             |                          |
|        | date                  | month   | Month        | month-year  |          |                       |                             |                          |
|        | date                  | year    | Year         | year        |          |                       |                             |                          |
|        | date                  | lunar   | Lunar        | lunar       |          |                       |                             |                          |
|        | date                  | ethiop  | Ethiopian    | ethiopian   |          |                       |                             |                          |
|        | time                  | clock   | Clock        |             |          |                       |                             |                          |
|        | dateTime              | moment  | Moment       |             |          |                       |                             |                          |
|        | geopoint              | point   | Point        |             |          |                       |                             |                          |
|        | geotrace              | trace   | Trace        |             |          |                       |                             |                          |
|        | geoshape              | shape   | Shape        |             |          |                       |                             |                          |
|        | barcode               | code    | Code         |             |          |                       |                             |                          |
|        | image                 | photo   | Photo        |             |          |                       |                             |                          |
|        | audio                 | sound   | Sound        |             |          |                       |                             |                          |
|        | video                 | film    | Film         |             |          |                       |                             |                          |
|        | file                  | paper   | Paper        |             |          |                       |                             |                          |
|        | image                 | sign    | Signature    | signature   |          |                       |                             |                          |
|        | select_one area       | area    | Area         | minimal     |          |                       |                             |                          |
|        | select_one place      | place   | Place        | autocomplete |         |                       |                             | area = ${area}           |
|        | select_multiple area  | areas   | Areas        | quick       |          |                       |                             |                          |
|        | rank area             | order   | Order        |             |          |                       |                             |                          |
|        | note                  | remark  | Remark ${whole} |          |          |                       |                             |                          |
|        | acknowledge           | shown   | Shown        |             |          |                       |                             |                          |
|        | calculate             | twice   |              |             |          |                       | ${whole} * 2                |                          |
|        | begin_group           | table   | Table        | table-list  |          |                       |                             |                          |
|        | select_one area       | first   | First        |             |          |                       |                             |                          |
|        | select_one area       | second  | Second       | likert      |          |                       |                             |                          |
|        | end_group             |         |              |             |          |                       |                             |                          |
|        | begin_repeat          | member  | Member       |             |          |                       |                             |                          |
|        | text                  | name    | Name         |             | yes      |                       |                             |                          |
|        | end_repeat            |         |              |             |          |                       |                             |                          |
| choices |           |       |        |       |
|         | list_name | name  | label  | area  |
|         | area      | n     | North  |       |
|         | area      | s     | South  |       |
|         | place     | bs    | 柏树坳村 | n     |
|         | place     | sq    | 石桥村 | n     |
|         | place     | nc    | 南冲村 | s     |
"""


@pytest.fixture
def laptop(tmp_path):
    """A workspace with nothing in it."""
    folder = tmp_path / "笔记本 1"
    fieldkit("init", folder)
    return folder


def ask(folder, form, lines, *options, lang="en", code=0, **environment):
    typed = lines if isinstance(lines, bytes) else "".join(f"{line}\n" for line in lines).encode()
    words = ["ask", str(form), "--workspace", str(folder), *options]
    if isinstance(lines, bytes) or environment:
        done = subprocess.run(
            [*COMMAND, *words, "--lang", lang],
            input=typed, capture_output=True, check=False, timeout=60, env={**os.environ, **environment},
        )  # fmt: skip
        said, refused = done.stdout.decode(environment.get("PYTHONIOENCODING", "utf-8")), done.stderr.decode()
    else:
        done = here(*words, lang=lang, stdin=typed.decode())
        said, refused = done.stdout, done.stderr
    assert "Traceback" not in refused
    assert done.returncode == code, (said, refused)
    assert "\x1b" not in said
    assert "\r" not in said
    return said


def record(folder, said):
    """The record that the last line names."""
    with Session.open(folder) as session:
        return session.exchange.record(said.split()[-1].rstrip("."))


def test_a_form_with_every_type_of_question_by_lines_alone(laptop, tmp_path):
    form = tmp_path / "every.md"
    form.write_text(EVERY_TYPE, encoding="utf-8")
    for name in ("a.png", "a.wav", "a.mp4", "a.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    lines = [
        "王小明", "one\\", "two", "１３８ 0013 8000", "hunter2", "－5", "3。50", "3", "4", "2026年3月8日", "202603", "1978",
        "2014年闰九月初一", "2026-3-8", "下午3点", "2026-3-8 8:05", "北纬30.45 东经115.02", "30 115; 31 116", "30 115；31 116；30 116",
        "９９-12", tmp_path / "a.png", tmp_path / "none.wav", f"'{tmp_path / 'a.wav'}'", tmp_path / "a.mp4", tmp_path / "a.pdf", "",
        "1", "sqc", "2 1", "2 1", "", "", "", "south", "1", "李", "y", "张", "n", "",
    ]  # fmt: skip
    said = ask(laptop, form, lines)
    assert "Not accepted: “3” is not on this scale" in said
    assert "none.wav" in said
    assert "Remark -5" in said
    assert "hunter2" not in said
    made = record(laptop, said)
    text = made.text
    assert {name: text(name) for name in made.answers if name not in {"start", "meta/instanceID"} and "member" not in name} | {
        "photo": "", "sound": "", "film": "", "paper": "",
    } == {
        "a_text": "王小明", "lines": "one\ntwo", "digits": "13800138000", "secret": "hunter2", "whole": "-5", "part": "3.50", "scale": "4",
        "day": "2026-03-08", "month": "2026-03-01", "year": "1978-01-01", "lunar": "2014-10-24", "ethiop": "2026-03-08",
        "clock": "15:00:00.000", "moment": text("moment"), "point": "30.45 115.02 0 0", "trace": "30 115 0 0;31 116 0 0",
        "shape": "30 115 0 0;31 116 0 0;30 116 0 0;30 115 0 0", "code": "99-12", "photo": "", "sound": "", "film": "", "paper": "",
        "area": "n", "place": "sq", "areas": "n s", "order": "s n", "shown": "OK", "twice": "-10", "table/first": "s", "table/second": "n",
    }  # fmt: skip
    assert text("moment").startswith("2026-03-08T08:05:00.000")
    assert {value for key, value in made.answers.items() if key.endswith("/name")} == {"李", "张"}
    (tmp_path / "out").mkdir()
    with Session.open(laptop) as session:
        files = session.write_files(made.id, tmp_path / "out")
    assert {file.read_bytes() for file in files} == {b"a.png", b"a.wav", b"a.mp4", b"a.pdf"}


def test_a_household_is_registered_in_chinese_by_a_script(laptop):
    lines = [
        "石桥村", "", "读给对方听", "1", "本人", "4", "", "", "2", "1", "２", "祠堂后", "1", "", "1", "", "２", "覃秀兰", "", "女", "１９７０",
        "", "1", "1", "是", "覃小明", "", "nan", "2001", "", "3", "", "1", "没有", "", "今", "", ""
    ]  # fmt: skip
    said = ask(laptop, "household", lines, lang="zh")
    assert "部分：住户 > 家里的人 2" in said
    made = record(laptop, said.rstrip("。\n").replace("为记录", " "))
    assert {value for key, value in made.answers.items() if key.endswith("/name")} == {"覃秀兰", "覃小明"}
    assert {value for key, value in made.answers.items() if key.endswith("/sex")} == {"2", "1"}
    assert made.form == "household"


class Live:
    """The command in a pipe that is written to as a person would: after reading what is asked."""

    def __init__(self, folder, form, *options, lang="en"):
        self.process = subprocess.Popen(
            [*COMMAND, "ask", str(form), "--workspace", str(folder), "--lang", lang, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def until(self, words):
        """Read until something is said; gives all of it."""
        fresh, end = "", time.monotonic() + 30
        handle = self.process.stdout.fileno()
        while words not in fresh:
            assert time.monotonic() < end, fresh
            if select.select([handle], [], [], 0.1)[0]:
                piece = os.read(handle, 65536)
                assert piece, fresh
                fresh += piece.decode("utf-8", "ignore")
        return fresh

    def type(self, line):
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)


def test_killed_in_the_middle_and_back_at_the_same_question_also_in_the_app(laptop):
    first = Live(laptop, "household")
    first.until("Question 1 of")
    first.type("石桥村")
    first.until("Question 2 of")
    first.type("")
    first.until("Question 3 of")
    first.type("1")
    first.until("Question 4 of")
    first.type("1")
    asked = first.until("Guardian")
    first.kill()

    with Session.open(laptop) as session:
        [draft] = session.interviews.unfinished()
        interview = session.interviews.resume(draft.id)
        assert interview.index.path == "/data/consent/given_by"
        assert interview.entry.value("/data/consent/basic") == "yes"
        interview.answer("/data/consent/given_by", "self")
        interview.next()

    again = ask(laptop, "household", [":back", ":quit"])
    assert f"Going on with the unfinished interview {draft.id}" in again
    question = next(line for line in asked.splitlines() if line.startswith("Question 5 of"))
    assert question.partition(": ")[2] in again
    assert "Answer now: The person. Enter keeps it." in again
    assert f"--draft {draft.id} --workspace '{laptop}'" in again


def test_the_end_of_a_script_leaves_everything_kept(laptop):
    said = ask(laptop, "household", ["石桥村"])
    draft = re.search(r"--draft (\S+)", said).group(1)
    assert "Question 2 of" in said
    resumed = json.loads(ask(laptop, "household", [], "--draft", draft, "--json").splitlines()[-1])
    assert resumed == {"draft": draft, "record": None}
    fresh = json.loads(ask(laptop, "household", [], "--new", "--json").splitlines()[-1])
    assert fresh["draft"] != draft


def test_a_script_that_ends_on_a_refusal_has_code_1(laptop):
    assert "Not accepted" in ask(laptop, "household", ["nowhere"], code=1)
    assert "cannot be finished" in ask(laptop, "household", [":finish"], code=1)
    said = ask(laptop, "household", ["nowhere", "石桥村"], "--new")
    assert "Not accepted" in said


def test_what_cannot_begin_is_refused(laptop):
    ask(laptop, "nothing", [], code=1)
    ask(laptop, "visit", [], "--household", "1", code=1)
    ask(laptop, "visit", [], "--draft", "1", code=1)
    ask(laptop, "visit", [], "--draft", "1", "--new", code=2)


def test_a_console_that_shows_ascii_alone_and_a_line_in_another_encoding(laptop):
    said = ask(laptop, "household", "石桥村\n".encode("gb18030"), "--plain", code=1, PYTHONIOENCODING="ascii")
    assert "not in UTF-8" in said
    assert "Question 1 of" in said
    with Session.open(laptop) as session:
        [draft] = session.interviews.unfinished()
        assert session.interviews.resume(draft.id).entry.value("/data/village") == ""
    plain = ask(laptop, "household", ["nowhere"], "--plain", code=1)
    assert 'called "nowhere"' in plain
    assert "“" not in plain


def test_a_form_cannot_move_the_cursor(laptop, tmp_path):
    form = tmp_path / "odd.xml"
    form.write_text(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Odd</h:title>
        <model><instance><data id="odd"><a/></data></instance><bind nodeset="/data/a" type="string"/></model></h:head>
        <h:body><input ref="/data/a"><label>A&#x9b;31m red</label></input></h:body></h:html>""",
        encoding="utf-8",
    )
    said = ask(laptop, form, [])
    assert "A31m red" in said
    assert "\x9b" not in said


def test_in_a_terminal_secrets_are_not_shown_and_ctrl_c_keeps_everything(laptop, tmp_path):
    form = tmp_path / "short.md"
    form.write_text(
        "| survey | | | | |\n| | type | name | label | appearance |\n| | text | pin | Pin | masked |\n| | text | t | Text | |\n",
        encoding="utf-8",
    )
    pid, handle = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execv(sys.executable, [*COMMAND, "ask", str(form), "--workspace", str(laptop), "--lang", "en"])
    drawn = ""

    def until(words):
        nonlocal drawn
        end = time.monotonic() + 20
        while words not in drawn:
            assert time.monotonic() < end, drawn
            if select.select([handle], [], [], 0.1)[0]:
                try:
                    drawn += os.read(handle, 65536).decode("utf-8", "ignore")
                except OSError:
                    break
        before, _words, drawn = drawn.partition(words)
        return before

    until("Question 1 of 2: Pin")
    until("> ")
    time.sleep(0.3)  # the terminal's echo is off a moment after the prompt stands
    os.write(handle, b"hunter2\r")
    assert "hunter2" not in until("Question 2 of 2: Text")
    until("> ")
    os.write(handle, "王\x03".encode())
    until("Not finished; everything answered is kept")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with Session.open(laptop) as session:
        [draft] = session.interviews.unfinished()
        assert session.interviews.resume(draft.id).entry.value("/data/pin") == "hunter2"


def test_the_script_is_the_same_on_another_laptop(laptop, tmp_path):
    """Nothing is said that depends on the terminal: two runs of a script say the same, ids and times aside."""
    other = Path(tmp_path / "笔记本 2")
    fieldkit("init", other)
    lines = ["石桥村", "", "1", ":list", ":why", ":review"]
    one, two = ask(laptop, "household", lines), ask(other, "household", lines, COLUMNS="40", TERM="dumb")
    assert one.splitlines()[:-1] == two.splitlines()[:-1]
