"""A phone fetches forms and sends records over real HTTP; the office has each once, and says what it did not take."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from fieldkit.interop.openrosa.reading import record_id
from fieldkit.office.sent import attachments_of
from tests.interop.collect import PLACES, card, new_id, talk

PHOTO = b"\xff\xd8\r\n--Gd9x-not\r\n" + bytes(range(256)) * 40


def the_record(served, instance, form="talk"):
    return served.record(record_id(form, instance))


# -- forms ------------------------------------------------------------------------------------------------


def test_the_list_names_each_form_with_the_hash_of_what_is_downloaded(phone):
    listed = phone.forms()
    assert listed.keys() == {"talk"}  # the other is restricted, and this line is open
    about = listed["talk"]
    assert (about["name"], about["version"]) == ("Talk", "2026.1")
    xml = phone.get(about["downloadUrl"])
    assert about["hash"] == f"md5:{hashlib.md5(xml).hexdigest()}"
    assert b"urn:fieldkit:xforms:1" in xml


def test_lists_of_a_form_come_with_it(phone):
    from lxml import etree

    [media] = etree.fromstring(phone.get(phone.forms()["talk"]["manifestUrl"]))
    said = {etree.QName(leaf).localname: leaf.text for leaf in media}
    content = phone.get(said["downloadUrl"])
    assert (said["filename"], content.decode()) == ("places.csv", PLACES)
    assert said["hash"] == f"md5:{hashlib.md5(content).hexdigest()}"


def test_one_form_can_be_asked_for(phone):
    assert phone.forms("?formID=talk&verbose=true&listAllVersions=true").keys() == {"talk"}
    assert phone.forms("?formID=other") == {}


def test_restricted_forms_are_listed_on_an_encrypted_line(phone):
    listed = phone.safe().forms()
    assert listed.keys() == {"talk", "card"}
    assert listed["card"]["downloadUrl"].startswith("https://")


def test_a_phone_is_given_its_own_forms_alone(served, phone):
    other = served.phone("别的", "card").safe()
    assert other.forms().keys() == {"card"}
    assert other.ask("GET", urlsplit(phone.forms()["talk"]["downloadUrl"]).path).status == 404
    assert other.send(talk()).status == 403


# -- headers ----------------------------------------------------------------------------------------------


def test_whoever_asks_whether_records_are_taken_is_told_204(phone):
    answer = phone.ask("HEAD", "/openrosa/submission")
    assert answer.status == 204
    assert answer.getheader("Location").endswith("/openrosa/submission")
    assert int(answer.getheader("X-OpenRosa-Accept-Content-Length")) == 10_000_000


def test_every_answer_has_the_headers_of_openrosa(phone):
    for answer in (
        phone.ask("GET", "/openrosa/formList"),
        phone.send(talk()),
        phone.once("GET", "/openrosa/formList", None, {}),
    ):
        assert answer.getheader("X-OpenRosa-Version") == "1.0"
        assert answer.getheader("Content-Language") == "en"
        assert abs((parsedate_to_datetime(answer.getheader("Date")) - datetime.now(UTC)).total_seconds()) < 60
        assert answer.getheader("Content-Type") == "text/xml; charset=utf-8"


# -- who --------------------------------------------------------------------------------------------------


def test_on_an_open_line_no_password_is_asked_for_in_clear(served, phone):
    answer = phone.once("GET", "/openrosa/formList", None, {})
    assert answer.status == 401
    assert [each.partition(" ")[0] for each in answer.headers.get_all("WWW-Authenticate")] == ["Digest"]
    basic = phone.safe()._proof("GET", "/", None)["Authorization"]
    assert phone.ask("GET", "/openrosa/formList", authorization=basic).status == 401
    both = phone.safe().once("GET", "/openrosa/formList", None, {})
    assert [each.partition(" ")[0] for each in both.headers.get_all("WWW-Authenticate")] == [
        "Digest",
        "Basic",
    ]


def test_a_wrong_password_is_refused(phone):
    phone.forms()
    header = phone.digest("GET", "/openrosa/formList", password="wrong")
    answer = phone.ask("GET", "/openrosa/formList", authorization=header)
    assert answer.status == 401
    assert "stale" not in answer.getheader("WWW-Authenticate")
    assert phone.safe().ask("GET", "/openrosa/formList", authorization="Basic cGhvbmUxOng=").status == 401
    for odd in (
        "Basic",
        "Basic !",
        "Digest",
        "Digest username=phone1",
        "Bearer x",
        'Digest username="../x", nonce="é"',
    ):
        assert (
            phone.ask(
                "GET", "/openrosa/formList", authorization=odd.encode("latin-1", "replace").decode("latin-1")
            ).status
            == 401
        )


def test_what_was_heard_cannot_be_said_again(phone):
    phone.forms()
    header = phone.digest("GET", "/openrosa/formList")
    assert phone.ask("GET", "/openrosa/formList", authorization=header).status == 200
    again = phone.ask("GET", "/openrosa/formList", authorization=header)
    assert (again.status, "stale=true" in again.getheader("WWW-Authenticate")) == (401, True)
    other = phone.ask(
        "GET", "/openrosa/formList?formID=talk", authorization=phone.digest("GET", "/openrosa/formList")
    )
    assert other.status == 401


def test_a_revoked_phone_is_refused_at_once(served):
    from fieldkit.interop.openrosa.admitting import revoke_phone
    from fieldkit.interop.openrosa.phones import phones

    gone = served.phone("旧机", "talk")
    assert gone.send(talk()).status == 201
    revoke_phone(served.office, "旧机", by="office")
    assert gone.send(talk()).status == 401
    assert [each.revoked for each in phones(served.office) if each.name == "旧机"] == [True]
    device = next(each.device for each in phones(served.office) if each.name == "旧机")
    assert served.office.known(device).is_revoked


# -- records ----------------------------------------------------------------------------------------------


def test_a_record_is_a_signed_revision_of_the_phone(served, phone):
    instance = new_id()
    answer = phone.send(talk(instance, groups=[("women", "3"), ("men", "4")]))
    assert (answer.status, answer.said) == (201, "The office has it.")
    view = the_record(served, instance)
    rows = {key.split("/")[1] for key in view.fields if key.startswith("groups/")}
    said = {key.split("/")[-1]: each for key, each in view.fields.items() if not key.startswith("groups")}
    assert said == {"date": "2026-03-30", "place": "990101100001", "came": "12", "instanceID": instance}
    assert sorted(view.fields[f"groups/{row}/who"] for row in rows) == ["men", "women"]
    [revision] = served.office.archive.revisions(view.record)
    assert revision.envelope.user == "一号机"
    assert served.office.known(revision.envelope.device).name == "一号机"
    assert revision.envelope.device not in {each.id for each in served.office.devices()}


def test_the_same_again_is_taken_once_and_another_under_its_id_not_at_all(served, phone):
    instance = new_id()
    assert phone.send(talk(instance)).status == 201
    assert phone.send(talk(instance)).status == 202
    answer = phone.send(talk(instance, came="13"))
    assert (answer.status, "same id" in answer.said) == (409, True)
    assert len(served.office.archive.revisions(record_id("talk", instance))) == 1
    assert the_record(served, instance).fields["came"] == "12"


def test_files_come_in_several_posts(served, phone):
    instance = new_id()
    xml = talk(instance, photo="a.jpg")
    assert phone.send(xml).status == 201
    assert served.told[-1].missing == 1
    assert phone.send(xml, {"a.jpg": PHOTO, "b.jpg": b"not in the record"}).status == 201
    assert phone.send(xml, {"a.jpg": b"another"}).status == 202
    made = served.office.archive.revisions(record_id("talk", instance))
    [first, second] = sorted(made, key=lambda each: each.envelope.sequence)
    assert second.envelope.parents == (first.id,)
    assert second.body.changed == ()
    files = second.body.note["files"]
    assert files.keys() == {"a.jpg"}
    assert b"".join(attachments_of(served.office).read(files["a.jpg"]["id"])) == PHOTO


def test_answers_that_break_a_rule_are_kept_and_marked(served, phone):
    instance = new_id()
    assert phone.send(talk(instance, came="900", date="")).status == 201
    assert served.told[-1].unfit == 2
    view = the_record(served, instance)
    assert view.fields["came"] == "900"
    served.office.lists.up_to_date()
    found = [
        row
        for row in served.office.lists.rows("finding", record=view.record)
        if row.key.startswith("sent-unfit")
    ]
    assert {row.key for row in found} == {"sent-unfit:came", "sent-unfit:date"}
    assert "900" not in str([row.facts for row in found])
    fixed = new_id()
    assert phone.send(talk(fixed, deprecated=instance)).status == 201
    served.office.lists.up_to_date()
    assert not [
        row
        for row in served.office.lists.rows("finding", record=view.record)
        if row.key.startswith("sent-unfit")
    ]


@pytest.mark.parametrize(
    ("xml", "status", "words"),
    [
        (b"<data", 400, "no record of a form"),
        (
            b'<!DOCTYPE x [<!ENTITY e "x">]><data id="talk" version="2026.1"><date>&e;</date><meta><instanceID>u</instanceID></meta></data>',
            400,
            "entities",
        ),
        (b'<data id="talk" version="2026.1"><date/></data>', 400, "instanceID"),
        (talk(version="9"), 404, "9"),
        (talk(more="<strange>1</strange>"), 400, "strange"),
        (b'<data id="nothing"><meta><instanceID>u</instanceID></meta></data>', 404, "nothing"),
    ],
)
def test_what_is_no_record_is_refused_with_a_sentence(served, phone, xml, status, words):
    before = served.office.archive.came()
    answer = phone.send(xml)
    assert (answer.status, words in answer.said) == (status, True), answer.said
    assert served.office.archive.came() == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/xml", b"<data/>"), ("multipart/form-data", b""), ("multipart/form-data; boundary=x", b"--x\r\n\r\nhalf"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=xml_submission_file\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=" + "x" * 99, b""), ("multipart/form-data; boundary=x", b"--x\r\n" * 300 + b"--x--"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_form_are_refused(phone, kind, body):
    assert phone.ask("POST", "/openrosa/submission", body, {"Content-Type": kind}).status == 400


def test_too_much_at_once_is_refused_before_it_is_read(phone):
    phone.forms()
    header = phone.digest("POST", "/openrosa/submission")
    told = {
        "Content-Length": str(40 * 1024 * 1024),
        "Content-Type": "multipart/form-data; boundary=x",
        "Authorization": header,
    }
    assert phone.once("POST", "/openrosa/submission", b"", told).status == 413


# -- edits ------------------------------------------------------------------------------------------------


def test_an_edit_amends_its_record_and_its_rows_stay_the_same(served, phone):
    first, second, third = new_id(), new_id(), new_id()
    phone.send(talk(first, groups=[("women", "3"), ("men", "4"), ("elders", "5")]))
    before = the_record(served, first).fields
    ids = {before[key]: key.split("/")[1] for key in before if key.endswith("/who")}
    answer = phone.send(
        talk(second, deprecated=first, came="20", groups=[("women", "3"), ("elders", "6"), ("youth", "1")])
    )
    assert (answer.status, answer.said) == (201, "The office has the correction.")
    after = the_record(served, first).fields
    now = {after[key]: key.split("/")[1] for key in after if key.endswith("/who")}
    assert (after["came"], after["meta/instanceID"]) == ("20", second)
    assert now["women"] == ids["women"]
    assert served.record(record_id("talk", second)) is None
    stale = phone.send(talk(third, deprecated=first))
    assert (stale.status, "corrected since" in stale.said) == (409, True)
    assert (
        phone.send(
            talk(
                second, deprecated=first, came="20", groups=[("women", "3"), ("elders", "6"), ("youth", "1")]
            )
        ).status
        == 202
    )
    assert phone.send(talk(third, deprecated=second)).status == 201
    assert phone.send(talk(new_id(), deprecated=new_id())).status == 404


def test_an_edit_does_not_undo_what_the_office_decided_meanwhile(served, phone):
    from fieldkit.exchange import Operation
    from fieldkit.session.desk.desk import Desk
    from tests.conftest import NOW

    first, second = new_id(), new_id()
    phone.send(talk(first))
    record = record_id("talk", first)
    with Desk.open(served.folder, now=lambda: NOW, passphrase=lambda: "office words") as desk:
        desk.decide(
            desk.office.view(record),
            Operation.RESOLVE,
            {"place": "990101100200"},
            changed=["place"],
            note={"why": "t"},
        )
    assert phone.send(talk(second, deprecated=first, came="21")).status == 201
    after = the_record(served, first)
    assert (after.fields["place"], after.fields["came"], dict(after.conflicts)) == ("990101100200", "21", {})


# -- what may not be kept ---------------------------------------------------------------------------------


def test_restricted_records_are_not_taken_on_an_open_line(phone):
    instance = new_id()
    answer = phone.send(card(instance, illness="x"))
    assert (answer.status, "nobody on the way" in answer.said) == (403, True)
    assert phone.safe().send(card(instance, illness="x")).status == 201


def test_tier_x_and_what_was_not_agreed_to_are_never_stored(served, phone):
    instance = new_id()
    assert phone.safe().send(card(instance, illness="flu", number="CANARYX")).status == 201
    assert {key.split("/")[-1] for key in the_record(served, instance, "card").fields} == {
        "village", "date", "agrees", "illness", "instanceID",
    }  # fmt: skip
    other = new_id()
    assert phone.safe().send(card(other, agrees="", illness="flu")).status == 201
    assert "illness" not in the_record(served, other, "card").fields


def test_the_erased_does_not_come_back(served):
    from fieldkit.exchange import Operation
    from fieldkit.session.desk.desk import Desk
    from tests.conftest import NOW

    phone, instance = served.phone("擦机", "talk"), new_id()
    xml = talk(instance, photo="a.jpg")
    assert phone.send(xml, {"a.jpg": PHOTO}).status == 201
    record, attachments = record_id("talk", instance), attachments_of(served.office)
    [file] = served.office.archive.revisions(record)[0].body.note["files"].values()
    with Desk.open(served.folder, now=lambda: NOW, passphrase=lambda: "office words") as desk:
        desk.session.exchange.decide(desk.office.view(record), Operation.ERASE, {}, note={"reason": "asked"})
        desk.hand_in()
    path = attachments.folder / f"{file['id']}.fka"
    os.utime(path, (0, 0))
    served.office.tend_bundles()
    assert not path.exists()
    for again in (xml, talk(new_id(), deprecated=instance)):
        answer = phone.send(again)
        assert (answer.status, "taken out" in answer.said) == (409, True)
    assert served.record(record).state == "erased"
