"""Product text: complete in both languages; every refusal has its sentence, and every sentence its way out."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import fieldkit
import sync.errors
from fieldkit.errors import FieldkitError
from fieldkit.explain import SENTENCES, explain, explain_code
from fieldkit.i18n import _, set_language

SOURCES = Path(fieldkit.__file__).parent
CATALOGUE = SOURCES / "locale" / "zh" / "LC_MESSAGES" / "fieldkit.po"


def messages():
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "N_"}:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield first.value


def fields(text):
    return sorted({name for _text, name, _spec, _conversion in Formatter().parse(text) if name})


def test_every_message_is_translated_with_the_same_fields():
    with CATALOGUE.open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}
    wanted = set(messages())
    assert wanted - set(catalogue) == set()
    assert set(catalogue) - wanted == set(), "left over"
    for english, chinese in catalogue.items():
        assert chinese, english
        assert fields(english) == fields(chinese), english


def codes_raised():
    pattern = re.compile(
        r'(?:FieldkitError|StoreError|SyncError|UsageError|AnswerError|RefusedError|_tampered)\(\s*(?:key, )?"([a-z]+\.[a-z-]+)"'
    )
    for package in (SOURCES, Path(sync.errors.__file__).parent):
        for path in package.rglob("*.py"):
            yield from pattern.findall(path.read_text(encoding="utf-8"))


def test_every_code_has_its_sentence():
    assert set(codes_raised()) - set(SENTENCES) == set()
    listed = set(re.findall(r"^\| ([a-z]+\.[a-z-]+)", sync.errors.__doc__, re.MULTILINE))
    assert listed - set(SENTENCES) == set()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_can_be_said_with_any_parameters(code, language):
    set_language(language)
    assert explain_code(code, {})
    said = explain(FieldkitError(code, path="/x", reason="r"))
    assert said
    assert "{" not in said.replace("{…}", "").replace('{"missing": "dk"}', "")


@pytest.mark.parametrize(
    ("count", "english", "chinese"), [(0, "0 people", "0人"), (1, "1 person", "1人"), (2, "2 people", "2人")]
)
def test_english_says_one_otherwise_than_many_and_chinese_the_number_alone(count, english, chinese):
    for language, said in (("en", english), ("zh", chinese)):
        set_language(language)
        assert _("{count} {count:person|people}", count=count) == said


def test_words_of_one_and_of_many_may_hold_the_number_and_other_ways_to_write_it_stay():
    words = "{count:Was this letter|Were these {count} letters} sealed and handed over?"
    assert _(words, count=1) == "Was this letter sealed and handed over?"
    assert _(words, count=3) == "Were these 3 letters sealed and handed over?"
    assert _("{share:.1%} | {name:>3}", share=0.25, name="a") == "25.0% |   a"


def test_no_message_counts_without_a_word_for_one():
    counted = re.compile(
        r"\{(count|of|records|rows|revisions)\} (records|people|rows|answers|bundles|revisions)\b"
    )
    assert [text for text in messages() if counted.search(text)] == []


def test_an_unknown_code_is_still_a_sentence():
    assert "x.y" in explain(FieldkitError("x.y", a=1))
