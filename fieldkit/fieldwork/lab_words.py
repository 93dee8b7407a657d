"""The words of a laboratory's table: what its columns are called, and how results are written in them, as data.

Headers and results are compared without case, widths, spaces and punctuation (`plain`), so one line stands for many ways to
write the same. A column that is not named here (a name, a ward, remarks) is passed over: nothing of it is read or kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PID, HPV, TYPES, ADEQUACY, TCT = "pid", "hpv", "hpv_types", "tct_adequacy", "tct"
RESULTS = (HPV, TYPES, ADEQUACY, TCT)
"""The questions of `scr_cervix` that a laboratory answers, in their order."""

HEADERS: Mapping[str, tuple[str, ...]] = {
    PID: (
        "受检编号", "受检者编号", "participant number", "participant no", "pid", "编号", "number", "样本编号", "样本号", "标本编号",
        "标本号", "sample id", "sample no", "sample number", "specimen id", "条码", "条码号", "barcode", "管号",
    ),
    HPV: (
        "hpv", "hpv结果", "hpv检测", "hpv检测结果", "hpvdna", "hpvdna检测", "高危hpv", "hrhpv", "人乳头瘤病毒",
        "hpv result", "hpv test", "hpv dna result",
    ),
    TYPES: (
        "types", "type", "分型", "hpv分型", "hpv分型结果", "基因分型", "型别", "hpv型别", "亚型",
        "hpv types", "hpv type", "genotype", "genotypes", "hpv genotype",
    ),
    ADEQUACY: (
        "adequacy", "标本满意度", "满意度", "标本质量", "样本满意度", "tct_adequacy", "tct满意度",
        "specimen adequacy", "sample adequacy", "tct adequacy",
    ),
    TCT: (
        "tct", "tct结果", "细胞学", "细胞学结果", "液基细胞学", "液基细胞学结果", "tbs", "tbs结果", "tbs诊断", "lbc",
        "cytology", "cytology result", "pap", "lbc result",
    ),
}  # fmt: skip
"""For each column, what laboratories call it, in Chinese and English; of several that may hold the participant's number the
one that is named first here is read.
"""

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    HPV: {
        "neg": ("neg", "negative", "n", "-", "(-)", "阴性", "阴", "未检出", "not detected", "undetected"),
        "pos": ("pos", "positive", "p", "+", "(+)", "阳性", "阳", "检出", "detected"),
        "invalid": (
            "invalid", "inv", "fail", "failed", "error", "无效", "失败", "检测失败", "不合格", "样本不合格", "标本不合格",
            "样本量不足", "insufficient", "unsat", "unsatisfactory",
        ),
        "pending": ("pending", "待出结果", "待检", "检测中", "未出", "未出结果"),
        "not_done": ("not done", "未做", "未检", "未检测", "na", "n/a"),
    },
    ADEQUACY: {
        "sat": ("sat", "satisfactory", "adequate", "满意", "合格", "是", "yes"),
        "unsat": (
            "unsat", "unsatisfactory", "inadequate", "not adequate", "不满意", "不合格", "否", "no", "无法评价", "不能评价",
        ),
    },
    TCT: {
        "NILM": (
            "NILM", "neg", "negative", "阴性", "正常", "未见上皮内病变", "未见上皮内病变或恶性病变", "未见上皮内病变及恶性细胞",
            "无上皮内病变", "无上皮内病变或恶性病变", "未见上皮内病变或恶性细胞",
        ),
        "ASCUS": ("ASC-US", "ASCUS", "非典型鳞状细胞意义不明确", "意义不明确的非典型鳞状细胞", "意义不明的非典型鳞状细胞"),
        "ASCH": (
            "ASC-H", "ASCH", "非典型鳞状细胞不除外高级别", "不除外高级别", "不除外高级别鳞状上皮内病变",
            "非典型鳞状细胞不除外高级别鳞状上皮内病变", "非典型鳞状细胞不能除外高级别",
        ),
        "LSIL": ("LSIL", "低级别", "低度", "低级别鳞状上皮内病变", "低度鳞状上皮内病变"),
        "HSIL": ("HSIL", "高级别", "高度", "高级别鳞状上皮内病变", "高度鳞状上皮内病变"),
        "SCC": ("SCC", "鳞癌", "鳞状细胞癌", "squamous cell carcinoma"),
        "AGC": ("AGC", "AGC-NOS", "AGUS", "非典型腺细胞", "不典型腺细胞"),
        "AIS": ("AIS", "原位腺癌", "adenocarcinoma in situ"),
        "ADENO": ("ADENO", "ADC", "腺癌", "adenocarcinoma"),
        "OTHER": ("other", "其他"),
        "pending": ("pending", "待出结果", "检测中", "未出", "未出结果"),
    },
}  # fmt: skip
"""For each result, what is stored and how laboratories write it."""

UNSATISFACTORY = ("unsat", "unsatisfactory", "不满意", "标本不满意", "不合格", "标本不合格")
"""What stands in a column of cytology for a specimen that could not be read: that is its adequacy."""

TYPED = ("16", "18", "31", "33", "35", "39", "45", "51", "52", "56", "58", "59", "66", "68")
OTHER_TYPES = "other_hr"
_OTHER = (
    "other", "others", "other hr", "other_hr", "other high risk", "hr", "high risk", "其他", "其它", "其他高危", "其它高危",
    "其他高危型", "其它高危型", "其他型", "高危", "高危型", "12种高危", "12种其他高危", "其他12种", "其他12型", "12其他", "非16/18",
    "非1618",
)  # fmt: skip
_NOTHING = ("", "-", "--", "/", "无", "none", "nil", "阴性", "neg", "negative", "未检出")
"""What laboratories write where there is no type."""
_BRACKETS = re.compile(r"[()\[\]【】]")
_BETWEEN = re.compile(r"[,，、;；/\s+&和及]+")


def plain(text: str) -> str:
    """Text as it is compared: NFKC, without case, spaces and the punctuation that people vary; signs of results stay."""
    folded = (
        unicodedata.normalize("NFKC", text).casefold().replace("−", "-").replace("–", "-").replace("—", "-")
    )
    return re.sub(r"[\s_.:：,，、。()（）\[\]【】'\"‘’“”]+", "", folded)


def _by_word(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): name for name, words in table.items() for word in words}


_COLUMNS = _by_word(HEADERS)
_VALUES = {name: _by_word(table) for name, table in WORDS.items()}
_BAD_SPECIMEN = frozenset(map(plain, UNSATISFACTORY))
_OTHER_PLAIN = frozenset(map(plain, _OTHER))
_NO_TYPE = frozenset(map(plain, _NOTHING))


def column_of(header: str) -> str:
    """The question that a header means, "" for a column that is not read."""
    return _COLUMNS.get(plain(header), "")


def closeness(header: str) -> int:
    """How surely a header of `PID` means the participant's number and not one of the laboratory's own: less is surer."""
    return [plain(word) for word in HEADERS[PID]].index(plain(header))


def result_of(name: str, text: str) -> str | None:
    """The stored word for what a laboratory wrote in a column, "" for an empty cell, None for what cannot be read."""
    if name == TYPES:
        return _types(text)
    if not plain(text):
        return ""
    whole = _VALUES[name].get(plain(text))
    if whole is not None:
        return whole
    # 阴性(-), NILM（未见上皮内病变）: the same said twice
    parts = [part for part in _BRACKETS.split(unicodedata.normalize("NFKC", text)) if plain(part)]
    found = {_VALUES[name].get(plain(part)) for part in parts}
    return found.pop() if len(found) == 1 else None


def is_unsatisfactory(text: str) -> bool:
    """Whether a cell of cytology says that the specimen could not be read."""
    return plain(text) in _BAD_SPECIMEN


def _types(text: str) -> str | None:
    """The types between spaces, in their order: `HPV16, 52型` is `16 52`."""
    if plain(text) in _NO_TYPE:
        return ""
    if plain(text) in _OTHER_PLAIN:
        return OTHER_TYPES
    found = set()
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).casefold().replace("(+)", " ")):
        word = part.removeprefix("hpv").removeprefix("-").removesuffix("型")
        if plain(part) in _OTHER_PLAIN:
            found.add(OTHER_TYPES)
        elif word in TYPED:
            found.add(word)
        elif part:
            return None
    order = (*TYPED, OTHER_TYPES)
    return " ".join(sorted(found, key=order.index))
