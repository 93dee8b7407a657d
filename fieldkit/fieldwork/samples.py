"""What a drawn sample says, and how each of its places stands: waiting, asked, done, or replaced by the next of its stratum.

A sample is a record (`forms/sample.yaml`) that the program writes. That somebody was asked is noted when it begins, whatever
comes of it, so that who declined cannot be told from who was not reached.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fieldkit.fieldwork.rows import rows_of
from fieldkit.fieldwork.sampling import Draw, Stratum
from fieldkit.records import Record

SAMPLE = "sample"
BACKCHECK = "backcheck"


class Stands(StrEnum):
    """How a place of a sample stands. TODAY: asked today, and may be gone on with. EMPTY: nobody of the stratum is left."""

    WAITING = "waiting"
    TODAY = "today"
    DONE = "done"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn. id: of its record. form: of the records drawn. first, last: days of the frame. on: when drawn.

    percent: of the frame. asked: record → the day somebody began to ask there. given_up: the day, "" while it goes on.
    """

    id: str
    number: str
    form: str
    first: str
    last: str
    on: str
    percent: str
    frame: int
    seed: str
    strata: tuple[Stratum, ...]
    asked: Mapping[str, str]
    given_up: str = ""
    why: str = ""

    @property
    def drawn(self) -> tuple[str, ...]:
        """The ids of the records that were drawn, without those that stand in."""
        return Draw(self.frame, self.strata).drawn

    @property
    def numbers(self) -> dict[str, str]:
        """Record → its number: those drawn are numbered first, then those that stand in."""
        spare = (record for each in self.strata for record in each.records[each.drawn :])
        return {
            record: f"{self.number}-{number:02d}" for number, record in enumerate([*self.drawn, *spare], 1)
        }


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places of a sample: the record that has it now, "" for none; its number, village and how it stands.

    replaced: how many had it before and came to nothing.
    """

    record: str
    number: str
    village: str
    stands: Stands
    replaced: int


def sample_of(record: Record) -> Sample:
    """Read a sample out of its record."""
    strata = [
        Stratum(row["stratum_village"], int(row["size"]), int(row["drawn"]), tuple(row.get("records", "").split()))
        for _id, row in rows_of(record.answers, "stratum")
        if row.get("size")
    ]  # fmt: skip
    asked = {
        row["asked_record"]: row["asked_on"]
        for _id, row in rows_of(record.answers, "asked")
        if row.get("asked_record")
    }
    text = record.text
    return Sample(
        record.id, text("sample_no"), text("of_form"), text("first_day"), text("last_day"), text("date"), text("percent"),
        int(text("frame_n") or 0), text("seed"), tuple(strata), asked, text("given_up_on"), text("given_up_why"),
    )  # fmt: skip


def answers_of(number: str, form: str, first: str, last: str, percent: int, seed: str, drawn: Draw) -> dict[str, object]:  # fmt: skip
    """The answers of a new sample, nested, by name."""
    return {
        "sample_no": number, "of_form": form, "first_day": first, "last_day": last, "percent": str(percent),
        "frame_n": str(drawn.frame), "drawn_n": str(len(drawn.drawn)), "seed": seed,
        "stratum": [
            {
                "stratum_village": each.village, "size": str(each.size), "drawn": str(each.drawn),
                "records": " ".join(each.records) if each.drawn else "",
            }
            for each in drawn.strata
        ],
    }  # fmt: skip


def places_of(sample: Sample, done: Collection[str], gone: Collection[str], today: str) -> list[Place]:
    """How the places of a sample stand. done: records that were checked; gone: those that must not be asked any more.

    Whoever was asked on an earlier day and is not done is replaced by the next of the stratum.
    """
    numbers = sample.numbers
    return [
        place for each in sample.strata for place in _of_stratum(sample, each, numbers, done, gone, today)
    ]


def _of_stratum(
    sample: Sample,
    stratum: Stratum,
    numbers: Mapping[str, str],
    done: Collection[str],
    gone: Collection[str],
    today: str,
) -> Iterator[Place]:
    def stands(record: str) -> Stands | None:
        """How a record stands; None for one that came to nothing."""
        asked = sample.asked.get(record, "")
        if record in done:
            return Stands.DONE
        if record in gone or (asked and asked < today):
            return None
        return Stands.TODAY if asked else Stands.WAITING

    spare = iter(stratum.records[stratum.drawn :])
    for record in stratum.records[: stratum.drawn]:
        replaced, has = 0, record
        while has and stands(has) is None:
            replaced, has = replaced + 1, next(spare, "")
        yield Place(has, numbers.get(has, ""), stratum.village, stands(has) or Stands.EMPTY if has else Stands.EMPTY, replaced)  # fmt: skip


def is_finished(places: Collection[Place]) -> bool:
    """Whether nobody of a sample is left to be asked."""
    return not any(each.stands in {Stands.WAITING, Stands.TODAY} for each in places)


def next_number(month: str, known: Collection[str]) -> str:
    """The number of a new sample: year and month as in 2026-03, and the first number that no sample of it has."""
    prefix = month[2:4] + month[5:7]
    taken = [int(each.partition("-")[2]) for each in known if _is_of(each, prefix)]
    return f"{prefix}-{max(taken, default=0) + 1}"


def _is_of(number: str, prefix: str) -> bool:
    before, _, after = number.partition("-")
    return before == prefix and after.isdigit()


def sample_of_check(sample_id: str) -> str:
    """The number of the sample that a back-check belongs to, by its own number: `2603-1-07` is of `2603-1`."""
    return sample_id.rpartition("-")[0]
