"""A screening day of a village tent, woman by woman, as the programme's second walkthrough has it (domain §6, P2).

Plain data: nothing here knows the program. Each line is a woman in the order in which she came to the table of the
registration: running number, how she came, name, village (its last three digits), year of birth, what the clinician found
for the cervical examination, what became of her sample, ultrasound left and right. Who left is a line of three words,
and nobody knows who she was.

    cervical examination   eligible, prefers-not (would rather not be examined, which is her right), deferred, ineligible
    sample                 - none taken, void (spilt), else what the laboratory answers: neg, invalid, types joined by +
    ultrasound             BI-RADS, - where she did not agree to the breast examination
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

DAY = "2026-03-05"
EVENT = "2603052001"
"""yymmdd, the last three digits of the village, the first event there that day."""
STATION = 1
AGES = range(35, 65)
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class Woman(NamedTuple):
    """One line of the day. outcome: registered, left or declined; of the last two nothing else is known."""

    running: int
    outcome: str
    village: str
    listed: bool = False
    name: str = ""
    born: int = 0
    course: str = ""
    sample: str = ""
    left: str = ""
    right: str = ""

    @property
    def pid(self) -> str:
        """The number on her card: day, station, running number, check digit."""
        digits, state = f"{EVENT[:6]}{STATION}{self.running:03d}", 0
        for digit in digits:
            state = int(_DAMM[state][int(digit)])
        return f"{digits}{state}"


def women() -> list[Woman]:
    """Everybody who came, in that order."""
    return [_woman(line.split()) for line in LINES.split("\n") if line]


def recount(came: list[Woman] | None = None) -> dict[str, int]:
    """The figures of the day, or of some of its women, counted from the lines."""
    came = women() if came is None else came
    registered = [each for each in came if each.outcome == "registered"]
    course = Counter(each.course for each in registered)
    sampled = [each for each in registered if each.sample != "-"]
    void = [each for each in sampled if each.sample == "void"]
    return {
        "arrived": len(came),
        "left": len(came) - len(registered),
        "registered": len(registered),
        "eligible": course["eligible"] + course["prefers-not"],
        "deferred": course["deferred"],
        "ineligible": course["ineligible"],
        "sampled": len(sampled),
        "void": len(void),
        "sent": len(sampled) - len(void),
        "breast": sum(each.left != "-" for each in registered),
    }


def _woman(words: list[str]) -> Woman:
    if len(words) == 3:
        return Woman(int(words[0]), words[1], f"990101100{words[2]}")
    running, how, name, village, born, course, sample, left, right = words
    return Woman(
        int(running),
        "registered",
        f"990101100{village}",
        how == "listed",
        name,
        int(born),
        course,
        sample,
        left,
        right,
    )


LINES = """
001 listed  袁翠珠 200 1966 eligible    neg      1  1
002 listed  余月清 201 1976 eligible    neg      1  1
003 listed  邓红连 202 1980 eligible    neg      1  1
004 listed  彭素莲 201 1974 eligible    neg      1  1
005 listed  杨凤珍 202 1971 eligible    neg      0  1
006 listed  董美莲 202 1980 eligible    neg      1  1
007 walk-in 余美云 200 1977 eligible    neg      2  2
008 listed  宋秋平 201 1982 eligible    neg      1  1
009 listed  徐美兰 203 1968 eligible    neg      1  1
010 walk-in 李美香 203 1968 eligible    52       1  1
011 listed  黄月芳 203 1973 eligible    neg      2  3
012 walk-in 冯秋珍 202 1977 eligible    neg      2  2
013 listed  朱海莲 203 1983 eligible    neg      1  1
014 listed  赵冬平 201 1977 eligible    neg      1  1
015 walk-in 刘秋平 201 1973 eligible    neg      1  1
016 listed  黄凤秀 200 1993 ineligible  -        -  -
017 walk-in 曹梅霞 202 1965 eligible    neg      1  1
018 listed  曹凤娥 202 1973 eligible    neg      1  1
019 walk-in 高志花 202 1959 ineligible  -        1  1
020 listed  潘兰云 200 1967 eligible    56       1  1
021 listed  刘文花 201 1965 eligible    neg      2  2
022 left 201
023 listed  张素娥 200 1989 eligible    neg      1  1
024 listed  曹小珍 200 1971 eligible    neg      1  1
025 listed  杨梅芳 201 1983 eligible    neg      0  2
026 listed  邓秀容 203 1989 eligible    neg      1  1
027 listed  何惠连 203 1989 deferred    -        1  1
028 walk-in 高志清 202 1967 eligible    neg      1  1
029 walk-in 赵月连 203 1972 eligible    neg      -  -
030 walk-in 郑小云 201 1982 eligible    51       2  2
031 listed  吴国芳 203 1972 eligible    neg      -  -
032 listed  马惠芳 200 1986 eligible    neg      2  2
033 listed  宋凤梅 203 1986 eligible    59       2  2
034 listed  曹银连 202 1966 eligible    neg      1  1
035 listed  蒋海华 203 1969 eligible    neg      1  1
036 walk-in 邓秋玲 201 1984 eligible    neg      1  1
037 walk-in 徐春容 203 1964 eligible    neg      1  1
038 listed  蒋银香 200 1979 prefers-not -        1  1
039 listed  许桂清 202 1972 eligible    neg      1  1
040 listed  董美英 203 1968 eligible    neg      2  2
041 walk-in 董玉香 203 1982 eligible    neg      1  1
042 walk-in 何志花 203 1967 eligible    neg      1  1
043 listed  赵海玲 201 1969 eligible    neg      1  1
044 walk-in 萧菊琴 201 1982 eligible    neg      1  1
045 listed  吴红萍 202 1971 eligible    16+52    1  1
046 left 203
047 listed  李秀清 200 1968 eligible    neg      1  1
048 listed  郭国霞 202 1974 deferred    -        1  1
049 walk-in 冯凤平 200 1964 deferred    -        1  1
050 walk-in 萧秋琴 200 1987 eligible    neg      1  1
051 walk-in 杨玉霞 203 1972 eligible    neg      1  1
052 listed  朱素英 201 1971 eligible    neg      1  1
053 listed  周兰芳 203 1980 eligible    neg      1  1
054 listed  曹桂英 201 1978 eligible    neg      1  1
055 listed  杜志英 201 1974 eligible    neg      1  1
056 listed  唐金平 200 1977 eligible    neg      1  1
057 listed  董银梅 200 1966 deferred    -        2  2
058 walk-in 黄金花 201 1981 eligible    neg      1  1
059 walk-in 马春玲 200 1977 eligible    neg      2  1
060 listed  谢玉兰 200 1988 eligible    neg      2  1
061 walk-in 曹秀连 200 1970 eligible    neg      1  1
062 listed  邓云芳 201 1985 eligible    neg      1  1
063 listed  陈兰连 201 1968 deferred    -        -  -
064 listed  罗国玲 200 1964 eligible    neg      1  1
065 walk-in 余金花 203 1973 deferred    -        2  1
066 listed  刘国莲 202 1969 eligible    neg      2  2
067 listed  韩凤兰 203 1983 eligible    neg      1  1
068 listed  刘国花 203 1970 eligible    neg      2  1
069 listed  唐海英 201 1969 eligible    neg      1  2
070 listed  刘志云 200 1972 eligible    neg      2  1
071 listed  杨丽莲 203 1983 eligible    neg      1  1
072 listed  郑云芬 202 1973 eligible    18       1  1
073 listed  黄银英 200 1981 eligible    neg      2  2
074 walk-in 曾春珠 203 1975 eligible    neg      1  1
075 listed  萧美云 200 1985 eligible    neg      1  1
076 listed  赵银花 200 1986 eligible    neg      1  2
077 listed  刘丽珍 200 1968 prefers-not -        1  0
078 listed  彭玉华 203 1957 ineligible  -        1  1
079 walk-in 马金华 202 1976 eligible    neg      2  2
080 listed  马翠清 200 1980 eligible    neg      1  1
081 listed  杨梅珍 202 1968 eligible    neg      1  1
082 listed  王春琴 202 1994 ineligible  -        1  1
083 walk-in 彭国琴 203 1984 eligible    neg      1  1
084 listed  朱凤霞 201 1984 eligible    neg      1  1
085 listed  萧菊连 201 1989 eligible    68       1  1
086 walk-in 孙丽兰 201 1967 eligible    52       1  2
087 walk-in 徐丽容 203 1979 eligible    neg      1  3
088 listed  谢月莲 200 1986 eligible    31       2  2
089 walk-in 杜小珍 202 1972 eligible    neg      1  1
090 listed  赵凤连 200 1970 eligible    neg      1  1
091 listed  李小芳 200 1965 eligible    neg      1  1
092 listed  朱月香 203 1972 eligible    neg      2  2
093 listed  周春凤 201 1980 eligible    neg      1  1
094 listed  董冬凤 201 1977 eligible    neg      1  1
095 listed  郑翠珍 203 1977 eligible    neg      1  1
096 listed  萧桂梅 200 1968 eligible    neg      1  1
097 walk-in 周秋华 201 1986 eligible    neg      1  1
098 walk-in 杜志连 200 1973 eligible    neg      2  2
099 listed  孙银花 203 1985 eligible    neg      1  1
100 listed  孙云珍 200 1987 eligible    neg      1  2
101 listed  胡翠连 203 1993 ineligible  -        1  1
102 listed  余月兰 200 1975 eligible    neg      1  1
103 listed  邓桂容 201 1966 eligible    void     1  1
104 walk-in 罗丽花 200 1989 eligible    neg      -  -
105 walk-in 郑秋云 200 1984 eligible    neg      1  1
106 declined 203
107 listed  高梅莲 203 1974 eligible    neg      1  1
108 walk-in 徐月凤 203 1969 eligible    39       1  1
109 walk-in 林秀芬 203 1972 eligible    neg      1  1
110 listed  朱志平 202 1982 eligible    neg      1  1
111 listed  张国秀 203 1972 eligible    neg      2  2
112 walk-in 杨文云 201 1965 eligible    neg      1  1
113 listed  郑梅莲 203 1964 eligible    neg      1  1
114 listed  杜惠珍 200 1979 eligible    neg      1  1
115 listed  赵国秀 202 1982 eligible    neg      2  1
116 walk-in 林菊萍 201 1969 eligible    neg      1  1
117 listed  潘秀云 203 1982 eligible    neg      1  1
118 listed  冯红萍 202 1979 eligible    neg      2  2
119 listed  林小凤 202 1969 eligible    neg      1  1
120 listed  袁小云 202 1966 eligible    neg      1  1
121 listed  田素英 203 1975 eligible    neg      1  1
122 listed  袁秀凤 200 1978 eligible    neg      1  1
123 walk-in 吴红秀 202 1969 deferred    -        1  1
124 listed  蒋秋容 203 1983 eligible    neg      -  -
125 listed  彭菊芬 201 1981 eligible    neg      -  -
126 walk-in 袁海霞 200 1973 eligible    neg      2  1
127 listed  张兰秀 200 1985 eligible    neg      1  1
128 listed  冯小华 202 1978 eligible    neg      2  2
129 listed  吴美华 201 1974 eligible    neg      1  1
130 listed  徐月莲 203 1984 eligible    neg      1  1
131 walk-in 曹文凤 203 1981 eligible    neg      1  1
132 listed  冯志琴 203 1965 deferred    -        2  2
133 walk-in 梁秋英 203 1984 eligible    neg      1  1
134 listed  许玉秀 201 1974 eligible    neg      1  1
135 walk-in 郭淑英 201 1987 eligible    neg      0  1
136 listed  高志玲 201 1971 eligible    neg      1  1
137 walk-in 唐小秀 203 1967 eligible    neg      1  1
138 walk-in 郭志莲 200 1965 eligible    neg      -  -
139 listed  蒋惠芳 203 1975 eligible    neg      1  1
140 walk-in 蒋月琴 201 1976 eligible    neg      1  1
141 listed  余惠秀 200 1974 eligible    neg      3  2
142 left 200
143 listed  袁银霞 201 1968 eligible    other_hr 1  1
144 listed  孙银珠 200 1989 eligible    neg      1  1
145 listed  吴丽花 200 1970 eligible    58       2  3
146 listed  王素萍 202 1970 eligible    neg      1  2
147 listed  冯翠清 202 1977 eligible    invalid  1  1
148 listed  梁玉花 200 1967 deferred    -        3  1
149 walk-in 许海连 203 1987 eligible    neg      1  1
150 listed  王翠娥 203 1989 eligible    invalid  1  1
151 walk-in 彭银琴 200 1964 eligible    neg      1  1
152 listed  许文珍 201 1984 eligible    33       2  1
153 listed  冯菊梅 203 1980 eligible    neg      1  1
154 walk-in 林淑平 203 1988 eligible    neg      4A 1
155 listed  林云梅 201 1964 eligible    neg      1  1
156 listed  袁桂容 200 1977 eligible    neg      2  2
157 walk-in 董秀凤 200 1970 eligible    neg      2  3
158 walk-in 胡桂华 202 1971 eligible    neg      2  1
159 listed  唐淑连 201 1973 eligible    neg      1  1
160 listed  潘翠清 200 1987 eligible    neg      1  1
161 listed  高银梅 202 1982 eligible    neg      1  1
162 listed  余秀莲 200 1974 eligible    neg      1  1
163 walk-in 孙云华 202 1967 eligible    neg      -  -
164 walk-in 李文兰 200 1967 eligible    neg      1  1
165 listed  杜翠英 200 1973 eligible    neg      1  1
166 listed  徐素珍 203 1981 eligible    neg      1  1
167 listed  董志连 200 1989 eligible    neg      1  1
168 listed  邓素娥 200 1971 eligible    neg      1  1
169 walk-in 王秀清 202 1969 eligible    neg      1  3
170 walk-in 张凤清 202 1964 eligible    neg      2  2
171 listed  吴翠凤 203 1972 eligible    neg      1  1
172 listed  冯菊秀 203 1986 eligible    neg      1  1
173 listed  田美凤 200 1964 eligible    neg      2  2
174 listed  曾银玲 203 1976 eligible    neg      1  1
175 listed  宋素娥 203 1977 eligible    neg      1  1
176 walk-in 萧桂云 201 1983 eligible    neg      1  1
177 listed  高秀芳 203 1964 eligible    neg      1  1
178 listed  潘春连 200 1977 eligible    neg      1  1
179 listed  陈秋平 203 1982 eligible    neg      1  1
180 listed  赵国凤 201 1972 eligible    neg      2  3
181 listed  潘海兰 201 1989 eligible    16       1  1
182 listed  朱志珍 201 1957 ineligible  -        1  1
183 listed  王素珍 201 1981 eligible    neg      2  2
184 walk-in 郑淑凤 201 1985 eligible    neg      1  1
"""
