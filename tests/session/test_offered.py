"""The forms a person can begin: every shipped one, under what it is for, named in both languages."""

from __future__ import annotations

from fieldkit.i18n import set_language
from fieldkit.session.offered import FAMILIES, TITLES
from tests.forms.shipped import SOURCES


def test_every_shipped_form_has_a_title_in_both_languages_and_a_family(session):
    shipped = {source.partition(".")[0] for source in SOURCES}
    assert set(TITLES) == shipped
    assert {session.library.get(name).privacy.family for name in shipped} == set(FAMILIES)
    titles = {}
    for language in ("zh", "en"):
        set_language(language)
        titles[language] = {name: session.title_of(name, "") for name in shipped}
    assert all(title.isascii() for title in titles["en"].values())
    assert not any(title.isascii() for title in titles["zh"].values())
    for name in shipped - {"visit", "household"}:
        assert titles["zh"][name] == session.library.get(name).title


def test_they_stand_by_family_and_strangers_come_last(session, tmp_path):
    path = tmp_path / "abc.yaml"
    path.write_text("survey: [{type: text, name: a, label: A}]\n", encoding="utf-8")
    session.library.add(path)
    families = [each.family for each in session.other_forms()]
    assert families == sorted(families, key=families.index)
    assert session.other_forms()[-1].name == "abc"
