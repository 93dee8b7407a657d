"""Worklists in words: who has what until when, what to know before it is given to another, and how services stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fieldkit.fieldwork.assigning import FOR_GOOD, Holding, Share, Unit
from fieldkit.fieldwork.targets import Progress
from fieldkit.i18n import _
from fieldkit.report.target_words import amount_words, done_words, standing_words
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.worklists import Group, Plan


def unit(desk: Desk, of: Unit) -> str:
    """A village and a group in it."""
    village, group = of
    return "  ".join([desk.words.place(village), group_words(group)])


def group_words(group: str) -> str:
    """A group of a village."""
    return _("group {number}", number=group) if group else _("without a group")


def village_line(desk: Desk, village: Group) -> str:
    """A village: its households, how many nobody has, who has others and until when."""
    return "  ".join(
        filter(None, [desk.words.place(village.unit[0]), _numbers(village), holders(desk, village.held)])
    )


def group_line(desk: Desk, group: Group) -> str:
    """A group of a village, as `village_line`."""
    return "  ".join(filter(None, [group_words(group.unit[1]), _numbers(group), holders(desk, group.held)]))


def _numbers(group: Group) -> str:
    total, left = len(group.households), len(group.nobodys)
    said = _("{count} {count:household|households}", count=total)
    return said + (_(", {count} with no laptop", count=left) if left else "")


def holders(desk: Desk, held: Iterable[Holding]) -> str:
    """Which laptops have something, each with the earliest day on which that ends."""
    until: dict[str, str] = {}
    both = False
    for each in held:
        until[each.laptop] = min(until.get(each.laptop, FOR_GOOD), each.until)
        both = both or each.is_both
    today = desk.worklists.today.isoformat()
    said = [
        _("{laptop} until {day}", laptop=desk.words.laptop(laptop), day=day)
        if day >= today
        else _("{laptop}, ended on {day}", laptop=desk.words.laptop(laptop), day=day)
        for laptop, day in sorted(until.items(), key=lambda item: desk.words.laptop(item[0]))
    ]
    return _("; ").join(said) + (" " + _("(given out twice: decide)") if both else "")


def ending_line(desk: Desk, holding: Holding) -> str:
    """What ends or has ended, by day."""
    has_ended = not holding.lasts(desk.worklists.today)
    day = _("ended on {day}", day=holding.until) if has_ended else _("until {day}", day=holding.until)
    count = _("{count} {count:household|households}", count=len(holding.households))
    return "  ".join([day, unit(desk, holding.unit), desk.words.laptop(holding.laptop), count])


def runs(shares: Sequence[Share]) -> list[list[Share]]:
    """What is proposed, with groups of one village that follow each other and go to one laptop together."""
    found: list[list[Share]] = []
    for each in shares:
        last = found[-1][-1] if found else None
        if last is not None and (last.unit[0], last.laptop) == (each.unit[0], each.laptop):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def share_line(desk: Desk, run: Sequence[Share]) -> str:
    """What is proposed for a laptop of a village."""
    village, first = run[0].unit
    last = run[-1].unit[1]
    groups = group_words(first)
    if len(run) > 1:
        groups = _("{first} to {last}", first=groups, last=group_words(last))
    count = _("{count} {count:household|households}", count=sum(len(each.households) for each in run))
    return "  ".join([desk.words.place(village), groups, count, desk.words.laptop(run[0].laptop)])


def units_lines(desk: Desk, units: Iterable[Unit]) -> Iterator[str]:
    """Villages, each with its groups."""
    villages: dict[str, list[str]] = {}
    for village, group in units:
        villages.setdefault(village, []).append(group)
    for village, groups in villages.items():
        yield labelled(desk.words.place(village), _(", ").join(map(group_words, groups)))


def plan_lines(desk: Desk, plan: Plan) -> Iterator[str]:
    """What would be given out, and what to know before."""
    yield from units_lines(desk, plan.units)
    yield _("{count} {count:household|households} for {laptop}", count=plan.count, laptop=plan.laptop.name)
    yield _("Who rests until a later day is not among them.")
    for laptop in dict.fromkeys(each.laptop for each in plan.held):
        theirs = [each for each in plan.held if each.laptop == laptop]
        name = desk.words.laptop(laptop)
        since, until = min(each.since for each in theirs)[:10], max(each.until for each in theirs)
        yield _(
            "{laptop} has had some of them since {since}, until {until}.",
            laptop=name,
            since=since,
            until=until,
        )
    for laptop in dict.fromkeys(each.laptop for each in plan.late):
        yield _warning(desk, laptop)


def _warning(desk: Desk, laptop: str) -> str:
    seen = desk.office.device(laptop).seen
    heard = _("last heard of {day}", day=seen[:10]) if seen else _("not heard of yet")
    return _(
        "! {laptop} ({heard}) has not brought everything since: visits it made may be missing here, and others would be made twice. It learns of the change with its next return stick.",
        laptop=desk.words.laptop(laptop),
        heard=heard,
    )


def service_lines(desk: Desk, each: Progress) -> list[str]:
    """A service and how it stands; then what is planned, done, and would be done by today."""
    where = desk.words.place(each.village) if each.village else _("Township")
    name = desk.words.choices("target", "indicator_id", each.indicator)
    figures = _(
        "done {done} of {target}; expected by today {expected}",
        done=done_words(each),
        target=amount_words(each.target, each.unit),
        expected=amount_words(each.expected, each.unit),
    )
    said = [where, name, each.period, standing_words(each)]
    return ["  ".join(filter(None, said)), f"    {figures}"]
