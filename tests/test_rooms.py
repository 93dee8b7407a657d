"""The rooms: what may not be imported where, checked by really importing."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_by(module):
    code = f"import {module}, sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "module",
    [
        "fieldkit.xforms", "fieldkit.store", "fieldkit.privacy.declines", "fieldkit.fieldwork.worklist",
        "fieldkit.exchange", "fieldkit.office", "fieldkit.report", "fieldkit.session.session", "fieldkit.demo.walk",
        "fieldkit.session.desk.desk", "fieldkit.session.desk.menu",
    ],
)  # fmt: skip
def test_below_the_widgets_nothing_loads_textual(module):
    assert "textual" not in loaded_by(module)


def test_sync_stands_alone():
    assert not {"fieldkit", "forms", "textual", "tinydb", "qrcode", "sqlalchemy"} & loaded_by("sync")


def test_the_first_frame_loads_neither_converter_nor_database_nor_validator():
    assert not {"pyxform", "sqlalchemy", "pydantic", "lxml", "xlsxwriter", "pypinyin", "tinydb"} & loaded_by(
        "fieldkit.app"
    )


def test_the_engine_knows_no_storage_and_no_sync():
    assert not {"tinydb", "sync", "sqlalchemy"} & loaded_by("fieldkit.xforms")


@pytest.mark.parametrize(
    "module", ["fieldkit.app", "fieldkit.cli.sync", "fieldkit.cli.office", "fieldkit.session.network"]
)
def test_a_laptop_loads_no_web_server_and_looks_for_no_office_until_it_is_told_to(module):
    assert not {"starlette", "uvicorn", "h11", "anyio", "zeroconf", "sqlalchemy"} & loaded_by(module)
