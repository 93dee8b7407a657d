"""What people type, read by the kind of the question, and shown back so that it can be typed again."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldkit.explain import SENTENCES, explain
from fieldkit.i18n import set_language
from fieldkit.session.reading import ReadingError, beside, hidden, multiline, read, shown, typing_hint
from fieldkit.xforms.definition import Bind, Question
from fieldkit.xforms.values import fits

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=timezone(timedelta(hours=8)))  # a Tuesday


def question(kind="string", *appearance, control="input", **parameters):
    return Question(
        "/data/q", Bind(type=kind), appearance=frozenset(appearance), control=control, parameters=parameters
    )


KINDS = {
    "text": question(),
    "numbers": question("string", "numbers"),
    "int": question("int"),
    "decimal": question("decimal"),
    "int,": question("int", "thousands-sep"),
    "decimal,": question("decimal", "thousands-sep"),
    "numbers,": question("string", "numbers", "thousands-sep"),
    "range": question("int", control="range", start="0", end="10", step="2"),
    "fine": question("decimal", control="range", start="-1", end="1", step="0.25"),
    "date": question("date"),
    "month": question("date", "month-year"),
    "year": question("date", "year"),
    "lunar": question("date", "lunar"),
    "lunar-text": question("string", "lunar"),
    "ethiopian": question("date", "ethiopian"),
    "time": question("time"),
    "moment": question("dateTime"),
    "point": question("geopoint"),
    "trace": question("geotrace"),
    "shape": question("geoshape"),
    "barcode": question("barcode"),
    "file": question("binary", control="upload"),
    "ok": question("string", control="trigger"),
    "odd": question("someday"),
}


def get(kind, text):
    return read(KINDS[kind], text, NOW)


READ = {
    "text": {"  王 小明 ": "王 小明", "１３８": "１３８", "a\nb": "a\nb", "   ": ""},
    "numbers": {
        "１３８ 0013 8000": "13800138000", "138-0013-8000": "13800138000", "+86 138 0013 8000": "13800138000",
        "008613800138000": "13800138000", "0086": "0086", "007": "007", "": "",
    },
    "int": {"１３８": "138", "-5": "-5", "－５": "-5", "−5": "-5", "–5": "-5", "负5": "-5", "+7": "7", "007": "7", " 34 ": "34", "": ""},
    "decimal": {
        "3.50": "3.50", "３．５": "3.5", "3。5": "3.5", "36。8": "36.8", "-0.5": "-0.5", "—2": "-2", "5.": "5", ".5": "0.5",
        "007.10": "7.10", "+3": "3", "0": "0", "81945": "81945",
    },
    "int,": {"12,000": "12000", "１２，０００": "12000", "-1,234,567": "-1234567", "负1,234": "-1234", "12000": "12000"},
    "decimal,": {"1,234.50": "1234.50", "1,234.": "1234", "0.1234": "0.1234"},
    "numbers,": {"0,138": "0138", "13800138000": "13800138000"},
    "range": {"4": "4", "０": "0", "10": "10"},
    "fine": {"-0.75": "-0.75", "1": "1", "。5": "0.5"},
    "date": {
        "2026-3-8": "2026-03-08", "2026.3.8": "2026-03-08", "2026/3/8": "2026-03-08", "20260308": "2026-03-08",
        "2026年3月8日": "2026-03-08", "2026年3月8号": "2026-03-08", "2026 年 3 月 8 日": "2026-03-08", "3.8": "2026-03-08",
        "3-8": "2026-03-08", "3月8日": "2026-03-08", "今": "2026-03-31", "今天": "2026-03-31", "昨": "2026-03-30", "today": "2026-03-31",
        "前天": "2026-03-29", "明天": "2026-04-01", "-3": "2026-03-28", "－３": "2026-03-28", "+7": "2026-04-07", "-3天": "2026-03-28",
        "２０２６０３０８": "2026-03-08", "2026。3。8": "2026-03-08", " 3.8 ": "2026-03-08", "2024-2-29": "2024-02-29",
        "上周三": "2026-03-25", "本周三": "2026-04-01", "这周日": "2026-04-05", "下周一": "2026-04-06", "上个星期天": "2026-03-29", "下礼拜五": "2026-04-10",
    },
    "ethiopian": {"2026-3-8": "2026-03-08"},
    "month": {
        "2026-3": "2026-03-01", "2026年3月": "2026-03-01", "202603": "2026-03-01", "3月": "2026-03-01", "2026.12": "2026-12-01",
        "２０２６／３": "2026-03-01", "上月": "2026-02-01", "本月": "2026-03-01", "下个月": "2026-04-01",
    },
    "year": {"2026": "2026-01-01", "1978年": "1978-01-01", "去年": "2025-01-01", "２０２６": "2026-01-01"},
    "lunar": {
        "腊月廿三": "2026-02-10", "闰六月初一": "2025-07-25", "正月十五": "2026-03-03", "甲子年冬月廿九": "1985-01-19",
        "2014年闰九月初一": "2014-10-24", "2014年九月初一": "2014-09-24", "农历2020年四月初八": "2020-04-30", "农历2020年闰4月8日": "2020-05-30",
        "乙未年正月初一": "2015-02-19", "甲午年腊月三十": "2015-02-18", "阴历八月十五": "2025-10-06", "八月十五": "2025-10-06",
        "2026-3-8": "2026-03-08", "今": "2026-03-31", "2020年4月8日": "2020-04-08", "十二月二十三": "2026-02-10", "２０１４年闰九月初一": "2014-10-24",
    },
    "lunar-text": {"正月初一": "2026-02-17", "大年三十": "2026-02-16", "2024年除夕": "2025-01-28", "二〇二三年闰二月初三": "2023-03-24", "閏六月初一": "2025-07-25"},
    "time": {
        "8:05": "08:05:00.000", "805": "08:05:00.000", "0805": "08:05:00.000", "8点05分": "08:05:00.000", "１８：３０": "18:30:00.000",
        "8点半": "08:30:00.000", "8点": "08:00:00.000", "下午3点": "15:00:00.000", "上午9:05": "09:05:00.000", "8：05：30": "08:05:30.000",
        "现在": "09:30:00.000", "23.59": "23:59:00.000",
    },
    "moment": {
        "2026-3-8 8:05": "2026-03-08T08:05:00.000+08:00", "20260308 0805": "2026-03-08T08:05:00.000+08:00", "昨天 下午3点": "2026-03-30T15:00:00.000+08:00",
        "2026年3月8日8点05分": "2026-03-08T08:05:00.000+08:00", "2026-03-08T08:05": "2026-03-08T08:05:00.000+08:00",
        "３．８　８：０５": "2026-03-08T08:05:00.000+08:00", "现在": "2026-03-31T09:30:00.000+08:00",
    },
    "point": {
        "30.45 115.02": "30.45 115.02 0 0", "30.45,115.02": "30.45 115.02 0 0", "30.45，115.02": "30.45 115.02 0 0", "30.45；115.02": "30.45 115.02 0 0",
        "30。45 115。02": "30.45 115.02 0 0", "-30.45 -115": "-30.45 -115 0 0", "30.45 115.02 48 5": "30.45 115.02 48 5", "30.45 115.02 -3m": "30.45 115.02 -3 0",
        "30°27′N 115°1′12″E": "30.45 115.02 0 0", "30°27'0\"N, 115°1'12\"E": "30.45 115.02 0 0", "北纬30度27分 东经115度1分12秒": "30.45 115.02 0 0",
        "东经115.02 北纬30.45": "30.45 115.02 0 0", "115.02E 30.45N": "30.45 115.02 0 0", "南纬30.45 西经115.02": "-30.45 -115.02 0 0",
        "N30.45 E115.02": "30.45 115.02 0 0", "30.45°N 115.02°E 12": "30.45 115.02 12 0",
    },
    "trace": {"30 115; 31 116": "30 115 0 0;31 116 0 0", "30,115\n31,116": "30 115 0 0;31 116 0 0", "30 115；31 116 5；": "30 115 0 0;31 116 5 0"},
    "shape": {
        "30 115; 31 116; 30 116": "30 115 0 0;31 116 0 0;30 116 0 0;30 115 0 0",
        "30 115; 31 116; 30 116; 30 115": "30 115 0 0;31 116 0 0;30 116 0 0;30 115 0 0",
    },
    "barcode": {"９９０101100200\r\n": "990101100200", " A-12\t": "A-12", "x y": "x y"},
    "file": {" '/tmp/a b.jpg' ": "'/tmp/a b.jpg'"},
    "ok": {"1": "OK", "ok": "OK", "是": "OK", "ＯＫ": "OK"},
    "odd": {"as it is": "as it is"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "value"), [(kind, *each) for kind, cases in READ.items() for each in cases.items() ]
)  # fmt: skip
def test_what_is_typed_is_read(kind, text, value):
    assert get(kind, text) == value
    assert not value or fits(value, KINDS[kind].bind.type)


REFUSED = {
    "numbers": {"12a": "digits", "138#": "digits"},
    "int": {
        "abc": "integer", "3.5": "integer", "34岁": "integer", "1_000": "separator", "1,234": "separator", "１，２３４": "separator",
        "1 234": "separator", "9" * 19: "too-large", "9" * 5000: "too-large", "--5": "integer",
    },
    "decimal": {"3,5": "separator", "1,234.5": "separator", "1e5": "decimal", "inf": "decimal", "nan": "decimal", "1.2.3": "decimal", ".": "decimal", "-": "decimal"},
    "int,": {"12,00": "separator", "1234,567": "separator", "1 234": "separator", ",123": "integer"},
    "decimal,": {"0.123,456": "separator", "3,5": "separator"},
    "range": {"3": "range", "12": "range", "-2": "range", "x": "integer"},
    "fine": {"0.3": "range", "2": "range"},
    "date": {
        "26-3-8": "short-year", "26年3月8日": "short-year", "260308": "short-year", "3.8.26": "short-year", "8/3/26": "short-year", "2026-13-1": "no-such-month",
        "2026-02-30": "no-such-day", "2.30": "no-such-day", "20260230": "no-such-day", "2025-2-29": "no-such-day", "0000-1-1": "no-such-month",
        "1978": "date", "tomorrow week": "date", "周三": "weekday", "星期天": "weekday", "腊月廿三": "lunar-here", "十月": "date", "农历": "date", "-1234": "date",
    },
    "month": {"26-3": "short-year", "26年3月": "short-year", "2026-13": "no-such-month", "2026": "month", "20263": "month", "March": "month"},
    "year": {"26": "short-year", "78年": "short-year", "20260": "year", "x": "year", "0000": "no-such-month"},
    "lunar": {
        "闰七月初一": "lunar.leap-needs-year", "2026年闰九月初一": "lunar.no-leap", "2015年正月三十": "lunar.short-month", "1899年正月初一": "lunar.unknown-year",
        "农历": "lunar.unreadable", "农历2020年13月1日": "lunar.unreadable", "腊月": "lunar.unreadable", "腊月三十五": "lunar.unreadable", "腊月廿十": "lunar", "腊月初": "lunar", "乱": "lunar", "26-3-8": "short-year",
    },
    "time": {"25:00": "time", "8:75": "time", "8": "time", "noon": "time", "下午13点": "time", "8:05:99": "time"},
    "moment": {"2026-3-8": "moment", "8:05": "moment", "2026-3-8 25:00": "moment", "26-3-8 8:05": "short-year", "2026-2-30 8:05": "no-such-day"},
    "point": {
        "30.45": "point", "x y": "point", "30 115 1 2 3": "point", "115.02 30.45": "point-outside", "30 181": "point-outside",
        "30N 31N": "point", "30 115 high": "point", "村口": "point",
    },
    "trace": {"30 115": "trace", "30 115; x": "point"},
    "shape": {"30 115; 31 116": "shape", "30 115; 31 116; 30 115": "shape"},
    "ok": {"2": "acknowledge", "no": "acknowledge"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "code"), [(kind, *each) for kind, cases in REFUSED.items() for each in cases.items()]
)
def test_what_cannot_be_meant_or_means_two_things_is_refused_in_words(kind, text, code):
    with pytest.raises(ReadingError) as refusal:
        get(kind, text)
    assert refusal.value.code == (code if "." in code else f"reading.{code}")
    for language in ("zh", "en"):
        set_language(language)
        said = explain(refusal.value)
        assert refusal.value.params["text"] in text
        assert refusal.value.params["text"] in said
        assert "?" not in said.replace(text, "")


def test_every_reason_to_refuse_is_met():
    raised = {f"reading.{code}" for cases in REFUSED.values() for code in cases.values() if "." not in code}
    assert raised == {code for code in SENTENCES if code.startswith("reading.")}


def test_a_date_of_the_lunar_calendar_is_named_where_the_usual_one_is_asked():
    with pytest.raises(ReadingError) as refusal:
        get("date", "腊月廿三")
    assert "2026-02-10" in explain(refusal.value)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("month", "2026-03-01", "2026-03"), ("year", "2026-01-01", "2026"), ("time", "08:05:00.000+08:00", "08:05"),
        ("time", "08:05:30.000", "08:05:30"), ("moment", "2026-03-08T08:05:00.000+08:00", "2026-03-08 08:05"),
        ("point", "30.45 115.02 0.0 0.0", "30.45 115.02"), ("point", "30.45 115.02 48.5 0", "30.45 115.02 48.5"), ("point", "30 100", "30 100"),
        ("trace", "30 115 0 0;31 116 0 0;", "30 115; 31 116"), ("shape", "30 115 0 0;31 116 0 0;30 116 0 0;30 115 0 0", "30 115; 31 116; 30 116"),
        ("int,", "-1234567", "-1,234,567"), ("int,", "123", "123"), ("decimal,", "1234.5678", "1,234.5678"), ("numbers,", "0138", "0,138"),
        ("text", "", ""), ("date", "not a date", "not a date"), ("time", "odd", "odd"),
    ],
)  # fmt: skip
def test_a_stored_answer_is_shown_as_it_is_typed(kind, value, text):
    assert shown(KINDS[kind], value) == text


def again(kind, value):
    """What is shown of a value, read again."""
    return get(kind, shown(KINDS[kind], value))


days = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@given(days)
def test_dates_come_back(day):
    for kind in ("date", "lunar", "lunar-text"):
        assert again(kind, day.isoformat()) == day.isoformat()
    assert again("month", day.replace(day=1).isoformat()) == day.replace(day=1).isoformat()
    assert again("year", day.replace(month=1, day=1).isoformat()) == day.replace(month=1, day=1).isoformat()


@given(
    days,
    st.times(),
    st.sampled_from(["{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}"]),
)
def test_typed_moments_come_back(day, time, written):
    typed = f"{written.format(day)} {time:%H:%M:%S}"
    value = get("moment", typed)
    assert value.startswith(f"{day.isoformat()}T{time:%H:%M:%S}")
    assert again("moment", value) == value
    assert again("time", get("time", f"{time:%H:%M}")) == f"{time:%H:%M}:00.000"


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_whole_numbers_come_back_also_full_width(number):
    wide = "".join(chr(ord(each) + 0xFEE0) for each in str(number))
    assert get("int", wide) == str(number)
    assert again("int", str(number)) == str(number)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_decimals_come_back(number):
    value = get("decimal", str(number))
    assert float(value) == float(number)
    assert again("decimal", value) == value


coordinates = st.tuples(st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6))
numbers = st.decimals(-500, 9000, places=2)


@given(coordinates, st.lists(numbers.map(abs), max_size=2))
def test_points_come_back(place, rest):
    value = get("point", " ".join(map(str, [*place, *rest])))
    assert len(value.split()) == 4
    assert [float(each) for each in value.split()][:2] == [float(each) for each in place]
    assert again("point", value).split()[:2] == value.split()[:2]
    assert [float(x) for x in again("point", value).split()] == [float(x) for x in value.split()]


@given(st.lists(coordinates, min_size=3, max_size=8, unique=True))
def test_lines_and_areas_come_back(places):
    typed = "\n".join(f"{latitude},{longitude}" for latitude, longitude in places)
    line, area = get("trace", typed), get("shape", typed)
    assert again("trace", line) == line
    assert again("shape", area) == area
    assert area.split(";")[0] == area.split(";")[-1]
    assert fits(area, "geoshape")


@example("barcode", "\x08¯")
@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30))
def test_anything_typed_is_an_answer_of_the_kind_or_refused_in_words(kind, text):
    try:
        value = get(kind, text)
    except ReadingError as refusal:
        assert refusal.code in SENTENCES
        return
    assert not value or fits(value, KINDS[kind].bind.type)
    if kind not in {"ok", "text", "odd", "file"}:
        assert again(kind, value) == value


def test_a_hint_says_what_to_type_in_both_languages():
    assert typing_hint(KINDS["range"]) == "0 – 10 in steps of 2"
    assert typing_hint(KINDS["text"]) == ""
    assert typing_hint(KINDS["date"]) == "A date, as 2026-3-8, 3.8, 今 or -3"
    assert typing_hint(KINDS["ethiopian"]) == "A date, as 2026-3-8, 3.8, 今 or -3; by the Gregorian calendar"
    set_language("zh")
    assert typing_hint(KINDS["range"]) == "0 – 10，每格 2"
    assert all("as" not in typing_hint(each) for each in KINDS.values())


def test_weekday_and_lunar_words_stand_beside_dates_alone():
    assert beside(KINDS["date"], "2026-03-08") == "Sunday  lunar 丙午年正月二十"
    assert beside(KINDS["moment"], "2026-03-08T08:05:00.000+08:00") == "Sunday  lunar 丙午年正月二十"
    assert beside(KINDS["date"], "1850-03-08") == "Friday"
    for kind in ("text", "int", "month", "year", "time"):
        assert beside(KINDS[kind], "2026-03-08") == ""
    assert beside(KINDS["date"], "") == ""
    set_language("zh")
    assert beside(KINDS["lunar-text"], "2014-10-24") == "星期五  农历甲午年闰九月初一"


def test_what_is_masked_and_what_has_lines():
    assert hidden(question("string", "masked"))
    assert hidden(question("barcode", "hidden-answer"))
    assert not hidden(KINDS["text"])
    assert multiline(question("string", "multiline"))
    assert not multiline(question("int", "multiline"))
    assert not multiline(question("string", "multiline", "numbers"))
