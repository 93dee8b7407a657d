"""A laptop whose workspace is put back to an earlier copy brings everything that it makes from then on."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

from fieldkit.office import Office
from fieldkit.session.session import Session
from tests.conftest import NOW

VISIT = SimpleNamespace(id="visit", hash="0" * 64)


def made(demo, answers, *, returned=None):
    """Keep records, take what the office sent back, and go to it: the report, and the laptop's own count."""
    with Session.open(demo.workspace, now=lambda: NOW) as session:
        records = [session.exchange.new_record_id() for _ in answers]
        for record, answer in zip(records, answers, strict=True):
            session.exchange.put(VISIT, record, {"answer": answer})
        if returned is not None:
            session.exchange.take_return(returned.path)
        only_here = session.status().only_here
        bundle = session.exchange.export(session.outbox).bundle
        device = session.exchange.device.key.id
    office = Office.open(demo.office, now=lambda: NOW)
    summary = office.merge([bundle.path])
    assert not summary.refusals
    [back] = office.write_returns(demo.office.parent, device)
    office.close()
    return summary.reports[0][1], only_here, back


def test_what_is_made_after_a_copy_was_put_back_is_brought_though_its_places_were_taken(demo, tmp_path):
    made(demo, ["at first"])
    shutil.copytree(demo.workspace, tmp_path / "copy")
    _report, _only_here, back = made(demo, ["lost 1", "lost 2", "lost 3"])
    shutil.rmtree(demo.workspace)
    shutil.copytree(tmp_path / "copy", demo.workspace)
    report, only_here, _back = made(demo, ["new 1", "new 2"], returned=back)
    assert only_here >= 2
    assert (report.new, report.clones) == (2, 2)
