"""`fieldkit records withdraw`: one command, and nothing of the record is shown here or at the office."""

from __future__ import annotations

import json

from tests.cli.test_whole_way import fieldkit


def test_withdrawn_on_the_laptop_and_then_at_the_office(tmp_path, demo):
    here = ("--workspace", demo.workspace)
    listed = json.loads(fieldkit("records", "list", "--form", "household", *here, "--json").stdout)
    record = listed[0]["id"]
    before = json.loads(fieldkit("records", "show", record, *here, "--json").stdout)
    assert before["state"] == "live"
    assert "--scope" in fieldkit("records", "withdraw", record, *here, code=2).stderr
    refused = fieldkit("records", "withdraw", record, "--scope", "-", "--reason", "-", *here, code=1)
    assert "in words" in refused.stderr
    done = fieldkit(
        "records", "withdraw", record, "--scope", "全部", "--reason", "本人提出", *here, lang="zh"
    )
    assert "已撤回" in done.stdout
    after = json.loads(fieldkit("records", "show", record, *here, "--json").stdout)
    assert (after["state"], after["answers"]) == ("withdrawn", {})
    assert "Consent was withdrawn" in fieldkit("records", "show", record, *here).stdout
    assert record not in fieldkit("records", "list", *here).stdout
    told = fieldkit("records", "history", record, *here).stdout
    assert "全部: 本人提出" in told
    steps = json.loads(fieldkit("records", "history", record, *here, "--json").stdout)
    assert [step["operation"] for step in steps] == ["put", "withdraw"]
    assert all(not step["changes"] for step in steps)
    name = next(answer for path, answer in before["answers"].items() if path.endswith("/name"))
    assert name not in told
    assert "No files" in fieldkit("records", "files", record, tmp_path, *here).stdout
    again = fieldkit("records", "withdraw", record, "--scope", "all", "--reason", "asked", *here, code=1)
    assert "nothing to withdraw" in again.stderr

    stick = tmp_path / "stick"
    stick.mkdir()
    fieldkit("sync", "export", stick, *here)
    merged = json.loads(fieldkit("office", "merge", stick, "--office", demo.office, "--json").stdout)
    assert merged["bundles"][0]["withdrawals"] == 1
    from datetime import datetime

    from sync import Archive

    archive = Archive.open(demo.office, now=lambda: datetime.now().astimezone())
    view = archive.view(record)
    assert (view.state, view.fields) == ("withdrawn", {})
    archive.close()


def test_a_part_withdrawn_leaves_the_rest_here_and_at_the_office(tmp_path, demo):
    here = ("--workspace", demo.workspace)
    listed = json.loads(fieldkit("records", "list", "--form", "household", *here, "--json").stdout)
    shown = {}
    for each in listed:
        shown = json.loads(fieldkit("records", "show", each["id"], *here, "--json").stdout)
        if "phone" in shown["answers"]["consent/contact"]:
            break
    record = shown["id"]
    done = fieldkit("records", "withdraw", record, "--scope", "contact,stats", "--reason", "asked", *here)
    assert "the rest stays" in done.stdout
    after = json.loads(fieldkit("records", "show", record, *here, "--json").stdout)
    assert after["state"] == "live"
    assert after["answers"]["consent/contact"] == "none"
    assert after["answers"]["consent/stats"] == "no"
    assert after["answers"]["consent/withdrawn_scope"] == "contact stats"
    assert after["answers"]["home/hh_id"] == shown["answers"]["home/hh_id"]
    stick = tmp_path / "stick"
    stick.mkdir()
    fieldkit("sync", "export", stick, *here)
    merged = json.loads(fieldkit("office", "merge", stick, "--office", demo.office, "--json").stdout)
    assert merged["bundles"][0]["withdrawals"] == 1
    assert merged["conflicts"] == 0
    from datetime import datetime

    from sync import Archive

    archive = Archive.open(demo.office, now=lambda: datetime.now().astimezone())
    view = archive.view(record)
    assert view.state == "live"
    assert view.fields["consent/contact"] == "none"
    assert "home/phone" not in view.fields
    archive.close()
