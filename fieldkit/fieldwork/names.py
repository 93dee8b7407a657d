"""Names as people search them: characters, full pinyin, initials; every reading of a surname counts."""

from __future__ import annotations

from functools import lru_cache

# Surnames whose usual dictionary reading is not the one families use (Xiandai Hanyu Cidian, surname readings).
_SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan", "dan"), "仇": ("qiu", "chou"), "曾": ("zeng", "ceng"), "查": ("zha", "cha"),
    "翟": ("zhai", "di"), "解": ("xie", "jie"), "区": ("ou", "qu"), "覃": ("qin", "tan"),
    "盖": ("ge", "gai"), "朴": ("piao", "pu"), "乐": ("yue", "le"), "缪": ("miao", "mou"),
    "阚": ("kan", "han"), "种": ("chong", "zhong"), "么": ("yao", "me"), "黑": ("he", "hei"),
    "折": ("she", "zhe"), "员": ("yun", "yuan"), "任": ("ren",), "宁": ("ning",), "华": ("hua",),
    "尉迟": ("yuchi",), "万俟": ("moqi",), "长孙": ("zhangsun",), "澹台": ("tantai",), "令狐": ("linghu",),
}  # fmt: skip


@lru_cache(maxsize=65536)
def search_keys(name: str) -> tuple[str, ...]:
    """What a name is found by: itself, its pinyin run together, its initials; once for each reading."""
    from pypinyin import Style, lazy_pinyin

    surname = next((name[:length] for length in (2, 1) if name[:length] in _SURNAMES), "")
    given = [syllable for syllable in lazy_pinyin(name[len(surname) :], style=Style.NORMAL) if syllable]
    readings = _SURNAMES.get(surname, ("",))
    keys = [name]
    for reading in readings:
        first = lazy_pinyin(surname, style=Style.NORMAL) if len(surname) > 1 else [reading] if reading else []
        syllables = [reading, *given] if reading else given
        initials = "".join(part[0] for part in [*first, *given] if part)
        keys += ["".join(syllables).lower(), initials.lower()]
    return tuple(dict.fromkeys(key for key in keys if key))
