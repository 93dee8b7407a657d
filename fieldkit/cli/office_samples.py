"""`fieldkit office sample`: samples of back-checks drawn, listed, counted, given up."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.report.backcheck_results import OfQuestion, Results, Share
    from fieldkit.session.desk.samples import Standing


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    sample = actions.add_parser(
        "sample", parents=[common], help=_("back-checks: which records are asked again")
    )
    ways = sample.add_subparsers(metavar=_("ACTION"), required=True)
    draw = ways.add_parser("draw", parents=[common], help=_("draw a sample; nobody picks"))
    draw.add_argument("form", metavar="FORM", help=_("visit or household"))
    draw.add_argument("--from", dest="first", metavar="DATE", help=_("records from that day on, 2026-03-01"))
    draw.add_argument("--to", dest="last", metavar="DATE", help=_("until that day; yesterday without it"))
    draw.add_argument("--percent", metavar="N", type=int, help=_("how many of a hundred"))
    draw.set_defaults(run=run_draw)
    ways.add_parser("list", parents=[common], help=_("the samples, and how far they are")).set_defaults(
        run=run_list
    )
    for name, run, words in (
        ("show", run_show, _("the places of a sample, and how each stands")),
        ("results", run_results, _("what a sample comes to, by question first")),
        ("give-up", run_give_up, _("end a sample before it is finished")),
    ):
        action = ways.add_parser(name, parents=[common], help=words)
        action.add_argument("number", metavar="NUMBER", help=_("of the sample, such as 2603-1"))
        action.set_defaults(run=run)
        if run is run_results:
            action.add_argument("--out", metavar="FILE", type=Path, help=_("write it there as text"))
        if run is run_give_up:
            action.add_argument(
                "--why", metavar="TEXT", required=True, help=_("why; it stays with the sample")
            )


def run_draw(options: argparse.Namespace) -> int:
    """Draw a sample."""
    from fieldkit.session.desk.sample_words import SampleWords

    with open_desk(options) as desk:
        first, last, share = desk.samples.offered(options.form)
        percent = share if options.percent is None else options.percent
        drawn = desk.samples.draw(options.form, options.first or first, options.last or last, percent)
        standing = desk.samples.standing(drawn.number)
        show(options, _facts(standing), "\n".join([drawn.number, *SampleWords(desk).said(standing)]))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """List the samples."""
    from fieldkit.session.desk.sample_words import SampleWords

    with open_desk(options) as desk:
        found = desk.samples.all()
        words = SampleWords(desk)
        lines = [words.title(each) for each in found]
        show(
            options, [_facts(each) for each in found], "\n".join(lines) or _("No sample has been drawn yet.")
        )
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Show the places of a sample."""
    from fieldkit.session.desk.sample_words import SampleWords

    with open_desk(options) as desk:
        standing = desk.samples.standing(options.number)
        words = SampleWords(desk)
        facts = _facts(standing) | {"places": [asdict(each) for each in standing.places]}
        lines = [words.title(standing), *words.said(standing), *words.every_place(standing)]
        show(options, facts, "\n".join(lines))
    return 0


def run_results(options: argparse.Namespace) -> int:
    """Say what a sample comes to."""
    from fieldkit.session.desk.sample_words import SampleWords

    with open_desk(options) as desk:
        standing, results, declined = desk.samples.results(options.number)
        text = "\n".join(SampleWords(desk).results(standing, results, declined))
        facts = _facts(standing) | {"declined": declined} | _results(results)
        if options.out is not None:
            try:
                options.out.write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise FieldkitError(
                    "medium.failing", path=str(options.out), reason=error.strerror or ""
                ) from error
        show(options, facts, text)
    return 0


def run_give_up(options: argparse.Namespace) -> int:
    """Give a sample up."""
    from fieldkit.session.desk.sample_words import SampleWords

    with open_desk(options) as desk:
        desk.samples.give_up(options.number, options.why)
        standing = desk.samples.standing(options.number)
        show(options, _facts(standing), "\n".join(SampleWords(desk).said(standing)))
    return 0


def _facts(standing: Standing) -> dict[str, Any]:
    sample = standing.sample
    return {
        "number": sample.number, "form": sample.form, "first": sample.first, "last": sample.last, "on": sample.on,
        "percent": sample.percent, "frame": sample.frame, "drawn": len(sample.drawn), "seed": sample.seed,
        "strata": [{"village": each.village, "size": each.size, "drawn": each.drawn} for each in sample.strata],
        "done": standing.done, "replaced": standing.replaced, "waiting": standing.waiting,
        "given_up": sample.given_up, "why": sample.why,
    }  # fmt: skip


def _results(results: Results) -> dict[str, Any]:
    return {
        "compared": results.compared,
        "discrepancy": _share(results.town),
        "by_type": {kind: {"differ": each.n, "of": each.of} for kind, each in results.by_type.items()},
        "questions": [_question(each) for each in results.questions],
        "may_change": [_question(each) for each in results.changing],
        "reasons": dict(results.reasons),
        "villages": dict(results.villages),
        "figures": {item: _share(each) for item, each in results.figures.items()},
    }


def _question(each: OfQuestion) -> dict[str, Any]:
    return {
        "question": each.question, "type": each.kind, "differ": each.differs.n, "of": each.differs.of,
        "reasons": dict(each.reasons),
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    value = None if share.value is None else round(share.value, 4)
    return {"differ": share.n, "of": share.of, "share": value, "low": round(low, 4), "high": round(high, 4)}
