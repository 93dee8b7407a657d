"""Days of serving: forms change while phones come, records come in many posts, and what is refused or waits is told."""

from __future__ import annotations

import pytest

from fieldkit.interop.openrosa.admitting import give_phone
from fieldkit.interop.openrosa.desks import served_since
from fieldkit.interop.openrosa.keys import make_key
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.interop.openrosa.receiving import Receiving
from fieldkit.interop.openrosa.standing import sent_by, standing
from fieldkit.office import Office
from fieldkit.office.sent import attachments_of
from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import Served, card, made_office, new_id, talk
from tests.interop.sealing import sealed

MB = 1_000_000
ALBUM = """
settings:
  - {form_id: album, version: "%s"}
survey:
  - {type: text, name: about, label: %s, "fk:tier": P}
  - {type: image, name: p1, label: P1, "fk:tier": P}
  - {type: image, name: p2, label: P2, "fk:tier": P}
  - {type: image, name: p3, label: P3, "fk:tier": P}
  - {type: image, name: p4, label: P4, "fk:tier": P}
"""


def album(instance, version="1", **files):
    inside = "".join(f"<{name}>{file}</{name}>" for name, file in files.items())
    return (
        f'<data id="album" version="{version}"><about>x</about>{inside}<meta><instanceID>{instance}</instanceID></meta></data>'
    ).encode()


def stands(served, name):
    return next(each for each in standing(served.office) if each.phone.name == name)


@pytest.fixture(scope="module")
def album_phone(served):
    """A phone that gets a form which was put into the folder while the office serves."""
    phone = served.phone("相册机", "talk")
    (served.folder / "forms" / "album.yaml").write_text(ALBUM % ("1", "About"), encoding="utf-8")
    assert phone.forms().keys() == {"talk"}
    give_phone(served.office, "相册机", ["talk", "album"], by="office")
    assert phone.forms().keys() == {"talk", "album"}
    return phone


def test_a_form_that_changes_is_offered_anew_and_records_of_the_old_one_are_taken(served, album_phone):
    first = album_phone.forms()["album"]
    path = served.folder / "forms" / "album.yaml"
    path.write_text(ALBUM % ("2", "What about"), encoding="utf-8")
    second = album_phone.forms()["album"]
    assert (first["version"], second["version"]) == ("1", "2")
    assert first["hash"] != second["hash"]
    assert b"What about" in album_phone.get(second["downloadUrl"])
    assert album_phone.send(album(new_id(), "1")).status == 201
    assert album_phone.send(album(new_id(), "2")).status == 201
    assert album_phone.send(album(new_id(), "3")).status == 404


def test_a_list_that_changes_beside_a_form_is_the_one_that_counts(served):
    phone = served.phone("表机", "talk")
    assert phone.send(talk(place="990101100777")).status == 201
    assert served.told[-1].unfit == 1
    with (served.folder / "forms" / "places.csv").open("a", encoding="utf-8") as file:
        file.write("990101100777,新村\n")
    assert phone.send(talk(place="990101100777")).status == 201
    assert served.told[-1].unfit == 0


def test_a_record_larger_than_a_post_comes_in_several(served, album_phone):
    instance = new_id()
    files = {f"p{number}.jpg": bytes([number]) * (9 * MB) for number in range(1, 5)}
    xml = album(instance, **{name.partition(".")[0]: name for name in files})
    for left, (name, content) in zip((3, 2, 1, 0), files.items(), strict=True):
        assert album_phone.send(xml, {name: content}).status == 201
        assert served.told[-1].missing == left
    head = max(
        served.office.archive.revisions(record_id("album", instance)), key=lambda each: each.envelope.sequence
    )
    kept = head.body.note["files"]
    assert sum(each["bytes"] for each in kept.values()) == 36 * MB
    for name, content in files.items():
        assert b"".join(attachments_of(served.office).read(kept[name]["id"])) == content


def test_one_file_that_is_too_large_is_refused_with_a_sentence_and_told_at_the_office(served):
    phone, instance = served.phone("大机", "talk"), new_id()
    answer = phone.send(talk(instance, photo="a.mp4"), {"a.mp4": bytes(34 * 1024 * 1024)})
    assert (answer.status, "one file that is too large" in answer.said) == (413, True)
    assert served.record(record_id("talk", instance)) is None
    [refused] = stands(served, "大机").refused
    assert (refused.code, dict(refused.about)) == ("openrosa.too-large", {"megabytes": "32"})
    assert phone.send(talk(instance, photo="a.mp4")).status == 201, "and without it it comes"


def test_what_was_refused_is_told_until_it_is_taken(served):
    phone, instance = served.phone("错机", "talk"), new_id()
    assert stands(served, "错机").last_here is None
    xml = talk(instance)
    for _time in range(2):
        assert phone.send(xml.replace(b"<came>", b"<odd>CANARY</odd><came>")).status == 400
    [refused] = stands(served, "错机").refused
    assert (refused.form, refused.code, refused.times) == ("talk", "submission.unknown", 2)
    kept = (served.folder / "phones" / phone.user / "refused.json").read_bytes()
    assert b"CANARY" not in kept
    assert instance.encode() not in kept
    assert phone.send(xml).status == 201
    stood = stands(served, "错机")
    assert stood.refused == ()
    assert stood.last_here == NOW
    assert sent_by(served.office, phone.user) == 1


def test_what_came_while_the_key_was_missing_is_put_aside_and_taken_later(tmp_path, monkeypatch):
    quick_keys(monkeypatch)
    folder = tmp_path / "office"
    with made_office(folder, NOW) as office:
        public = make_key(office).public
    key, first, second = folder / "keys" / "phones.key", new_id(), new_id()
    with Served(folder, NOW) as served:
        phone = served.phone("密机", "card")
        assert served_since(served.office)
        saved = key.read_bytes()
        key.unlink()
        manifest, files = sealed(public, "card", "1", first, card(first, illness="flu"))
        answer = phone.send(manifest, files)
        assert (answer.status, "put this record aside" in answer.said) == (500, True)
        parts, others = sealed(public, "card", "1", second, card(second, photo="a.jpg"), [("a.jpg", b"1")])
        assert phone.send(parts, {"submission.xml.enc": others["submission.xml.enc"]}).status == 500
        stood = stands(served, "密机")
        assert sorted((each.form, each.missing, each.opens) for each in stood.waiting) == [
            ("card", 0, False),
            ("card", 1, False),
        ]
        assert stood.refused == ()
    assert served_since(Office.open(folder, now=lambda: NOW, passphrase=lambda: "office words")) == ""
    key.write_bytes(saved)
    with Receiving(Office.open(folder, now=lambda: NOW, passphrase=lambda: "office words")) as receiving:
        assert receiving.taken_at_start == 1
        assert receiving.office.view(record_id("card", first)).fields["illness"] == "flu"
        [left] = standing(receiving.office)[0].waiting
        assert (left.missing, left.opens) == (1, True)
    with Served(folder, NOW) as served:
        again = type(phone)(served, phone.user, phone.password)
        assert again.send(manifest, files).status == 202, "the phone has it too, and sends it again"
        assert again.send(parts, {"a.jpg.enc": others["a.jpg.enc"]}).status == 201


def test_a_key_that_is_made_while_phones_come_is_asked_for_at_once(served):
    phone = served.phone("新机", "talk", "card")
    assert phone.forms().keys() == {"talk"}
    make_key(served.office)
    listed = phone.forms()
    assert listed.keys() == {"talk", "card"}
    assert b"base64RsaPublicKey" in phone.get(listed["card"]["downloadUrl"])
