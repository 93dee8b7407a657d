"""What can be typed besides answers: a colon and a word, in English or Chinese. No answer begins with a colon."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _

_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its English name, the Chinese words for it, and what it does, to be translated."""

    name: str
    chinese: tuple[str, ...]
    text: str
    argument: str = ""


COMMANDS = (
    Command("back", ("上一题", "返回"), N_("the question before")),
    Command("next", ("下一题", "继续"), N_("on without an answer")),
    Command("dk", ("不知道",), N_("don't know")),
    Command("declined", ("谢绝", "拒答"), N_("declined to answer")),
    Command("pns", ("不愿说", "不愿回答"), N_("prefers not to say")),
    Command("na", ("不适用",), N_("not applicable")),
    Command("same", ("同上次",), N_("the same answer as last time")),
    Command("clear", ("清空",), N_("take the answer away")),
    Command("note", ("备注",), N_("write a note on the question; without text, take it away"), N_("TEXT")),
    Command("undo", ("撤销",), N_("take the last step back")),
    Command("redo", ("重做",), N_("do it again")),
    Command("jump", ("跳到", "去"), N_("to a question by its number, name or words"), N_("NUMBER or NAME")),
    Command("again", ("重复", "再问"), N_("say the question again")),
    Command("list", ("目录", "列表"), N_("every question with its answer")),
    Command("review", ("检查",), N_("what is missing or doubtful")),
    Command("remove", ("删除",), N_("take out the member asked about now; :undo brings it back")),
    Command("lang", ("语言",), N_("Chinese or English"), "zh|en"),
    Command("why", ("为什么",), N_("why this is asked and who sees it")),
    Command("finish", ("完成",), N_("finish the interview")),
    Command("quit", ("退出",), N_("stop here; everything is kept")),
    Command("help", ("帮助",), N_("this list")),
)
_BY_WORD = {word: command.name for command in COMMANDS for word in (command.name, *command.chinese)}


def parse(line: str) -> tuple[str, str] | None:
    """The name and argument of the command typed, None for an answer. Raises FieldkitError("asking.no-command").

    Two colons begin an answer that begins with one.
    """
    typed = line.strip()
    if not typed.startswith(_COLONS) or typed[1:].startswith(_COLONS):
        return None
    word, _space, argument = typed[1:].strip().partition(" ")
    name = _BY_WORD.get(word.lower())
    if name is None:
        raise FieldkitError("asking.no-command", word=word)
    return name, argument.strip()


def unescaped(line: str) -> str:
    """The answer that a line stands for: of two colons at its beginning one goes."""
    return line[1:] if line.startswith(_COLONS) else line


def help_lines() -> list[str]:
    """Every command with what it does."""
    lines = [_("Type the answer, or one of these (also with a full-width colon):")]
    for command in COMMANDS:
        words = " ".join(f":{word}" for word in (command.name, *command.chinese))
        argument = f" {_(command.argument)}" if command.argument else ""
        lines.append(f"  {words}{argument} - {_(command.text)}")
    return [*lines, _("An answer that begins with a colon is typed with two.")]
