"""The words of an XForm: labels, hints and messages, plain or translated, with the media that go with them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import XFORMS, Label, Segment
from fieldkit.xforms.reading import Reading, local_name

_REFERENCE = re.compile(r"^jr:itext\(\s*(['\"])(.+)\1\s*\)$")
_MEDIA = ("image", "big-image", "audio", "video")
_WRITTEN = ("", "long", "short")

_GAP = ("-",)

Entries = dict[str, tuple[Segment, ...]]


class Itext:
    """The translations of one form.

    languages: their names in order. default_language: the marked one, else the first. texts: language → text id,
    with NUL and the form behind it where there is one (`id`, NUL, `image`) → segments.
    """

    def __init__(self, reading: Reading, model: etree._Element) -> None:
        self.reading = reading
        translations = model.findall(f"{{{XFORMS}}}itext/{{{XFORMS}}}translation")
        self.languages = tuple(str(each.get("lang") or "") for each in translations)
        marked = [str(each.get("lang") or "") for each in translations if each.get("default") is not None]
        self.default_language = next(iter([*marked, *self.languages]), "")
        if len(marked) > 1:
            reading.fault_in(
                translations[0], phrase(N_("more than one translation is marked as default; mark one"))
            )
        self.texts: dict[str, Entries] = {}
        self._with_media: set[str] = set()
        for translation in translations:
            self._read(translation)
        self._fill_gaps()

    def label(self, element: etree._Element | None, context: str) -> Label | None:
        """The words of a label, hint or message element at `context`, or of the text it refers to."""
        if element is None:
            return None
        reference = (element.get("ref") or "").strip()
        if not reference:
            segments = tuple(self._segments(element, context))
            return Label({"": segments}) if segments else None
        key = _key(reference)
        if not key:
            message = phrase(
                N_("{reference} is no text; a <{element}> refers to words as jr:itext('id')"),
                reference=reference,
                element=local_name(element),
            )
            self.reading.fault(context, "label", message)
        elif not self._is_known(key):
            message = phrase(
                N_("there is no text {key!r} in the language {language!r}; add it to <itext>"),
                key=key,
                language=self.default_language,
            )
            self.reading.fault(context, "label", message)
        return self._translated(key, _WRITTEN, context)

    def text_label(self, text: str | None, context: str) -> Label | None:
        """The words of an attribute: plain, or `jr:itext('id')`."""
        if not text:
            return None
        key = _key(text)
        return self._translated(key, _WRITTEN, context) if key else Label({"": (text,)})

    def guidance(self, hint: etree._Element | None, context: str) -> Label | None:
        """What a hint says to those being trained (`form="guidance"`)."""
        return (
            self._translated(_key(hint.get("ref") or ""), ("guidance",), context)
            if hint is not None
            else None
        )

    def media(self, element: etree._Element | None, context: str) -> Mapping[str, Label]:
        """The addresses (`jr://images/a.png`) of what is shown or played with a label, by kind."""
        key = _key(element.get("ref") or "") if element is not None else ""
        if key not in self._with_media:
            return {}
        found = ((form, self._translated(key, (form,), context)) for form in _MEDIA)
        return {form: label for form, label in found if label is not None}

    def _translated(self, key: str, forms: tuple[str, ...], context: str) -> Label | None:
        texts = {}
        for language, entries in self.texts.items():
            found = next((entries[_entry(key, form)] for form in forms if _entry(key, form) in entries), None)
            if found is not None:
                texts[language] = self._standing_at(found, context)
        return Label(texts) if texts else None

    def _is_known(self, key: str) -> bool:
        entries = self.texts.get(self.default_language, {})
        return key in entries or any(
            _entry(key, form) in entries for form in (*_WRITTEN, *_MEDIA, "guidance")
        )

    def _read(self, translation: etree._Element) -> None:
        language = str(translation.get("lang") or "")
        if not language:
            self.reading.fault_in(translation, phrase(N_("a translation has no lang; name its language")))
        elif language in self.texts:
            self.reading.fault_in(
                translation,
                phrase(N_("the language {language!r} has two translations; join them"), language=language),
            )
        entries = self.texts.setdefault(language, {})
        for text in translation.iterfind(f"{{{XFORMS}}}text"):
            key = text.get("id")
            if not key:
                self.reading.fault_in(
                    text, phrase(N_("a text has no id; give it the id that labels refer to"))
                )
                continue
            for value in text.iterfind(f"{{{XFORMS}}}value"):
                form = value.get("form") or ""
                if form in _MEDIA:
                    self._with_media.add(key)
                entry = _entry(key, form)
                if entry in entries:
                    self.reading.fault_in(
                        text,
                        phrase(
                            N_("the text {key!r} is written twice in {language!r}; keep one"),
                            key=key,
                            language=language,
                        ),
                    )
                entries[entry] = tuple(self._segments(value, ""))

    def _fill_gaps(self) -> None:
        """Where pyxform wrote a dash for words that were not translated, stand the words of another language."""
        for entries in self.texts.values():
            for entry in [entry for entry, segments in entries.items() if segments == _GAP]:
                others = (each[entry] for each in self.texts.values() if each.get(entry, _GAP) != _GAP)
                entries[entry] = next(others, _GAP)

    def _segments(self, element: etree._Element, context: str) -> Iterator[Segment]:
        """The text of an element, its markup aside, and the expressions whose values stand in it.

        Tools escape the expressions of an `output` twice; no expression holds an entity.
        """
        if element.text:
            yield element.text
        for child in element.iterchildren("*"):
            if local_name(child) == "output":
                source = html.unescape(child.get("value") or child.get("ref") or "")
                inside = self.reading.output(source, context)
                if inside is not None:
                    yield inside
            else:
                yield from self._segments(child, context)
            if child.tail:
                yield child.tail

    def _standing_at(self, segments: tuple[Segment, ...], context: str) -> tuple[Segment, ...]:
        """Segments of itext, with their expressions standing at `context`."""
        standing = (
            each if isinstance(each, str) else self.reading.output(each.source, context) for each in segments
        )
        return tuple(segment for segment in standing if segment is not None)


def _key(reference: str) -> str:
    """The text id in `jr:itext('id')`, "" where there is none."""
    found = _REFERENCE.match(reference.strip())
    return found.group(2) if found else ""


def _entry(key: str, form: str) -> str:
    return f"{key}\0{form}" if form else key
