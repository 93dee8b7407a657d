"""What the parts of a form become when it is read (ODK XForms specification; XLSForm)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fieldkit.xforms import FormEntry, load_form

XMLNS = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms"'
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def xform(tmp_path):
    def made(nodes="<a/>", model="", body='<input ref="/data/a"/>', attributes=""):
        path = tmp_path / "f.xml"
        path.write_text(
            f'<h:html {XMLNS}><h:head><h:title>t</h:title><model><instance><data id="f">{nodes}</data></instance>'
            f"{model}</model></h:head><h:body {attributes}>{body}</h:body></h:html>",
            encoding="utf-8",
        )
        return load_form(path)

    return made


@pytest.fixture
def xlsform(tmp_path):
    def made(text):
        path = tmp_path / "f.yaml"
        path.write_text(text, encoding="utf-8")
        return load_form(path)

    return made


ITEXT = """<itext><translation lang="English (en)" default="true()">
  <text id="a"><value>Picture</value><value form="image">jr://images/a.png</value>
    <value form="audio">jr://audio/a.mp3</value></text>
  <text id="h"><value>Hint</value><value form="guidance">Say it slowly</value></text>
  <text id="only"><value form="image">jr://images/only.png</value></text>
  <text id="m"><value>No more than <output value="/data/b"/></value></text>
</translation><translation lang="中文 (zh)">
  <text id="a"><value>图</value><value form="image">jr://images/a-zh.png</value></text>
  <text id="h"><value>提示</value></text><text id="m"><value>最多<output value="/data/b"/></value></text>
</translation></itext>"""


def test_media_and_guidance_go_with_the_words(xform):
    body = '<input ref="/data/a"><label ref="jr:itext(\'a\')"/><hint ref="jr:itext(\'h\')"/></input>'
    question = xform(model=ITEXT, body=body).find("a")
    assert {kind: label.segments("English (en)") for kind, label in question.media.items()} == {
        "image": ("jr://images/a.png",),
        "audio": ("jr://audio/a.mp3",),
    }
    assert question.media["image"].segments("中文 (zh)") == ("jr://images/a-zh.png",)
    assert question.guidance.segments("English (en)") == ("Say it slowly",)


def test_a_label_may_be_a_picture_alone(xform):
    question = xform(model=ITEXT, body='<input ref="/data/a"><label ref="jr:itext(\'only\')"/></input>').find(
        "a"
    )
    assert question.label is None
    assert question.media["image"].segments("") == ("jr://images/only.png",)


def test_messages_are_translated_and_hold_values(xform):
    bind = (
        '<bind nodeset="/data/a" type="int" constraint=". &lt; /data/b" jr:constraintMsg="jr:itext(\'m\')"/>'
    )
    entry = FormEntry(xform("<a/><b>5</b>", ITEXT + bind))
    entry.set("/data/a", 7)
    assert [problem.message for problem in entry.problems("/data/a")] == ["No more than 5"]
    entry.language = "zh"
    assert [problem.message for problem in entry.problems("/data/a")] == ["最多5"]


def test_attributes_of_controls_and_binds_are_kept(xform):
    form = xform(
        "<p/><w/><r/><t/>",
        '<bind nodeset="/data/p" type="binary" orx:max-pixels="1024"/><bind nodeset="/data/t" odk:length="2000"/>',
        """<upload ref="/data/p" mediatype="image/*" appearance="signature"/>
        <input ref="/data/w" accuracyThreshold="10" odk:capture-accuracy="5"/>
        <range ref="/data/r" start="1" end="5" step="0.5" appearance="picker no-ticks"/>
        <trigger ref="/data/t"/>""",
    )
    assert form.find("p").parameters["mediatype"] == "image/*"
    assert form.find("p").bind.extra["max-pixels"] == "1024"
    assert form.find("w").parameters == {"accuracyThreshold": "10", "capture-accuracy": "5"}
    assert form.find("r").parameters == {"start": "1", "end": "5", "step": "0.5"}
    assert form.find("r").appearance == {"picker", "no-ticks"}
    assert form.find("t").bind.extra["length"] == "2000"
    assert [question.control for question in form.body] == ["upload", "input", "range", "trigger"]


def test_a_question_may_name_its_bind(xform):
    form = xform(model='<bind id="x" nodeset="/data/a" type="int"/>', body='<input bind="x"/>')
    assert form.find("a").control == "input"
    assert form.find("a").bind.type == "int"


def test_a_form_says_where_its_records_go_and_how_it_looks(xform):
    form = xform(
        model='<submission method="post" action="https://example.org/s" base64RsaPublicKey="MIIB" orx:auto-send="true"/>',
        attributes='class="pages theme-grid"',
    )
    assert (form.submission.url, form.submission.public_key) == ("https://example.org/s", "MIIB")
    assert form.submission.extra["auto-send"] == "true"
    assert form.style == "pages theme-grid"


def test_a_repeat_may_be_fixed_or_counted(xform):
    body = '<group ref="/data/r"><label>R</label><repeat nodeset="/data/r" {}><input ref="/data/r/a"/></repeat></group>'
    fixed = xform("<r><a/></r>", body=body.format('jr:noAddRemove="true()"')).find("/data/r")
    counted = xform("<n>2</n><r><a/></r>", body=body.format('jr:count="/data/n"'))
    assert fixed.fixed
    assert fixed.label.segments("") == ("R",)
    assert counted.find("/data/r").count.source == "/data/n"
    assert FormEntry(counted).value("/data/r[2]/a") == ""


def test_read_only_groups_hold_what_is_in_them(xform):
    entry = FormEntry(
        xform("<g><a/></g>", '<bind nodeset="/data/g" readonly="true()"/>', '<input ref="/data/g/a"/>')
    )
    assert entry.is_readonly("/data/g/a")


@pytest.mark.parametrize(
    ("kind", "params", "value"),
    [
        ("timestamp", "start", "2026-11-24T12:00:00.000+00:00"),
        ("date", "today", "2026-11-24"),
        ("property", "deviceid", "laptop-1"),
        ("property", "username", "aygul"),
        ("property", "phonenumber", ""),
        ("property", "email", ""),
        ("property", "subscriberid", ""),
        ("property", "simserial", ""),
        ("patient", "id", ""),
        ("timestamp", "end", ""),
    ],
)
def test_preloads(xform, kind, params, value):
    form = xform(model=f'<bind nodeset="/data/a" jr:preload="{kind}" jr:preloadParams="{params}"/>')
    assert FormEntry(form, now=NOON, device="laptop-1", user="aygul").value("/data/a") == value


def test_uid_and_the_end_are_filled_when_they_are_due(xform):
    form = xform(
        "<a/><end/>",
        '<bind nodeset="/data/a" jr:preload="uid"/><bind nodeset="/data/end" jr:preload="timestamp" jr:preloadParams="end"/>',
    )
    entry = FormEntry(form, now=NOON)
    entry.finish()
    assert entry.value("/data/a").startswith("uuid:")
    assert entry.value("/data/end") == "2026-11-24T12:00:00.000+00:00"


def test_attributes_have_binds_of_their_own(xform):
    form = xform(
        '<a/><meta><entity id="" create="" dataset="people"/></meta>',
        """<bind nodeset="/data/meta/entity/@create" calculate="if(../../../a = 'yes', 1, 0)" readonly="true()"/>
        <setvalue ref="/data/meta/entity/@id" event="odk-instance-first-load" value="concat('id-', 1 + 1)"/>""",
    )
    entry = FormEntry(form)
    entry.set("/data/a", "yes")
    assert 'id="id-2" create="1" dataset="people"' in entry.to_xml()
    assert not entry.is_readonly("/data/meta/entity")


def test_actions_follow_their_events(xform):
    form = xform(
        "<a/><b/><c/><r><d/></r>",
        """<setvalue ref="/data/b" event="odk-instance-first-load xforms-ready" value="1 + 1"/>
        <odk:setgeopoint ref="/data/c" event="odk-instance-load"/>""",
        """<input ref="/data/a"><setvalue ref="/data/c" event="xforms-value-changed" value="concat('was ', /data/a)"/>
        <odk:recordaudio ref="/data/b" event="odk-instance-load"/></input>
        <group><setvalue ref="/data/a" event="odk-instance-load">said</setvalue></group>
        <repeat nodeset="/data/r"><setvalue ref="/data/r/d" event="odk-new-repeat" value="position(..)"/>
        <input ref="/data/r/d"/></repeat>""",
    )
    entry = FormEntry(form)
    assert (entry.value("/data/a"), entry.value("/data/b")) == ("said", "2")
    entry.set("/data/a", "new")
    assert entry.value("/data/c") == "was new"
    entry.add_repeat("/data/r")
    assert entry.value("/data/r[2]/d") == "2"
    assert [(each.kind, each.target) for each in form.captures] == [
        ("setgeopoint", "/data/c"),
        ("recordaudio", "/data/b"),
    ]


def test_an_action_may_pick_its_node(xform):
    form = xform(
        "<r><d/></r><r><d/></r>",
        '<setvalue ref="/data/r[2]/d" event="odk-instance-first-load" value="7"/>',
        '<repeat nodeset="/data/r"><input ref="/data/r/d"/></repeat>',
    )
    entry = FormEntry(form)
    assert [entry.value("/data/r[1]/d"), entry.value("/data/r[2]/d")] == ["", "7"]


def test_a_faulty_expression_names_its_line(tmp_path):
    path = tmp_path / "f.xml"
    path.write_text(
        f'<h:html {XMLNS}>\n<h:head><model><instance><data id="f"><a/></data></instance>\n'
        '<bind nodeset="/data/a" relevant="1 + ? 2"/></model></h:head><h:body/></h:html>',
        encoding="utf-8",
    )
    with pytest.raises(Exception, match=r"line 3, column relevant: /data/a: .*near '\?' in") as caught:
        load_form(path)
    assert caught.value.problems[0][:3] == ("", 3, "relevant")


SETTINGS = """settings:
- {form_id: all, style: pages, submission_url: 'https://example.org/s', public_key: MIIB, auto_send: 'true',
   instance_xmlns: 'http://example.org/f', namespaces: 'ex="http://example.org/x"', 'attribute::ex:kind': survey,
   default_language: English (en)}
"""
CHOICES = """choices:
- {list_name: l, name: a, 'label::English (en)': A, 'label::中文 (zh)': 甲, 'media::image::English (en)': a.png}
- {list_name: l, name: b, 'label::English (en)': B}
external_choices:
- {list_name: cities, name: x, label: X, state: a}
- {list_name: cities, name: y, label: Y, state: b}
- {list_name: towns, name: z, label: Z, state: a}
"""


def test_settings_and_columns_of_other_programs_pass_through(xlsform):
    form = xlsform(
        SETTINGS
        + """survey:
- {type: text, name: t, label: T, parameters: rows=3, 'bind::odk:length': '500', 'bind::ex:mark': m, 'body::ex:look': l,
   'instance::ex:tag': q}
- {type: image, name: p, label: P, parameters: max-pixels=1000}
- {type: background-audio, name: sound}
- {type: start-geopoint, name: here}
- {type: audit, name: audit, parameters: location-priority=balanced location-min-interval=60 location-max-age=120}
"""
    )
    question = form.find("t")
    assert question.parameters == {"rows": "3", "look": "l"}
    assert question.bind.extra == {"length": "500", "mark": "m"}
    assert form.find("p").bind.extra == {"max-pixels": "1000"}
    assert form.submission.url == "https://example.org/s"
    assert (form.style, form.submission.public_key) == ("pages", "MIIB")
    assert {each.kind for each in form.captures} == {"recordaudio", "setgeopoint"}
    written = FormEntry(form).to_xml()
    assert 'xmlns="http://example.org/f"' in written
    assert 'ex:kind="survey"' in written
    assert 'ex:tag="q"' in written


@pytest.mark.parametrize(
    ("row", "control", "kind"),
    [
        ("{type: text, name: q, label: Q}", "input", "string"),
        ("{type: integer, name: q, label: Q}", "input", "int"),
        ("{type: decimal, name: q, label: Q}", "input", "decimal"),
        ("{type: range, name: q, label: Q, parameters: start=1 end=9 step=0.5}", "range", "decimal"),
        ("{type: date, name: q, label: Q}", "input", "date"),
        ("{type: time, name: q, label: Q}", "input", "time"),
        ("{type: dateTime, name: q, label: Q}", "input", "dateTime"),
        ("{type: select_one l, name: q, label: Q}", "select1", "string"),
        ("{type: select_multiple l, name: q, label: Q}", "select", "string"),
        ("{type: select_one l or_other, name: q, label: Q}", "select1", "string"),
        ("{type: select_one_from_file f.csv, name: q, label: Q}", "select1", "string"),
        ("{type: select_multiple_from_file f.geojson, name: q, label: Q}", "select", "string"),
        ("{type: select_one_from_file f.xml, name: q, label: Q}", "select1", "string"),
        (
            "{type: select_one_external cities, name: q, label: Q, choice_filter: state='a'}",
            "select1",
            "string",
        ),
        ("{type: rank l, name: q, label: Q}", "rank", "rank"),
        ("{type: note, name: q, label: Q}", "input", "string"),
        ("{type: geopoint, name: q, label: Q}", "input", "geopoint"),
        ("{type: geotrace, name: q, label: Q}", "input", "geotrace"),
        ("{type: geoshape, name: q, label: Q}", "input", "geoshape"),
        ("{type: image, name: q, label: Q}", "upload", "binary"),
        ("{type: audio, name: q, label: Q}", "upload", "binary"),
        ("{type: video, name: q, label: Q}", "upload", "binary"),
        ("{type: file, name: q, label: Q}", "upload", "binary"),
        ("{type: barcode, name: q, label: Q}", "input", "barcode"),
        ("{type: acknowledge, name: q, label: Q}", "trigger", "string"),
        ("{type: percentage, name: q, label: Q}", "input", "int"),
        ("{type: phone number, name: q, label: Q}", "input", "string"),
        ("{type: hidden, name: q}", "", "string"),
        ("{type: calculate, name: q, calculation: 1 + 1}", "", "string"),
        ("{type: today, name: q}", "", "date"),
    ],
)
def test_every_type_of_xlsform(xlsform, row, control, kind):
    question = xlsform(f"survey:\n- {row}\n{CHOICES}").find("q")
    assert (question.control, question.bind.type) == (control, kind)
    assert bool(question.itemset) == (control in {"select1", "select", "rank"})


def test_columns_of_a_list_file_may_have_other_names(xlsform, tmp_path):
    (tmp_path / "f.csv").write_text("code,title\n1,One\n", encoding="utf-8")
    form = xlsform(
        "survey:\n- {type: select_one_from_file f.csv, name: q, label: Q, parameters: value=code label=title}\n"
    )
    assert [tuple(choice[:2]) for choice in FormEntry(form).choices("/data/q")] == [("1", "One")]


EXTERNAL = "survey:\n- {type: text, name: s, label: S}\n- {type: select_one_external cities, name: q, label: Q, choice_filter: 'state=${s}'}\n"


def test_external_choices_are_asked_for_when_they_are_due(xlsform):
    entry = FormEntry(xlsform(EXTERNAL + CHOICES))
    entry.set("/data/s", "b")
    assert [choice.label for choice in entry.choices("/data/q")] == ["Y"]


def test_external_choices_may_lie_beside_an_xform(xform, tmp_path):
    (tmp_path / "itemsets.csv").write_text(
        "list_name,name,label,state\ncities,x,X,a\ncities,y,Y,b\ntowns,z,Z,a\n", encoding="utf-8"
    )
    form = xform(
        "<s>a</s><q/>", body="""<input ref="/data/q" query="instance('cities')/root/item[state=/data/s]"/>"""
    )
    assert [choice.label for choice in FormEntry(form).choices("/data/q")] == ["X"]


def test_a_form_that_asks_for_no_external_choices_has_no_list_of_them(xlsform):
    """A list that lies in a file is looked for in every record when an interview begins."""
    form = xlsform("survey:\n- {type: select_one l, name: q, label: Q}\n" + CHOICES.partition("external")[0])
    assert list(form.instances) == ["l"]
    assert "itemsets" in xlsform(EXTERNAL + CHOICES).instances


def test_words_that_were_not_translated_stand_in_another_language(xlsform):
    form = xlsform(
        "survey:\n- {type: select_one l, name: q, 'label::English (en)': Q}\n"
        + CHOICES.partition("external")[0]
    )
    entry = FormEntry(form, language="zh")
    assert entry.label("/data/q") == "Q"
    assert [choice.label for choice in entry.choices("/data/q")] == ["甲", "B"]
    assert any("中文 (zh)" in warning.message for warning in form.warnings)
