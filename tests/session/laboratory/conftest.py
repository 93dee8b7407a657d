"""A laptop two weeks after a screening day, and the files that a laboratory sends."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import openpyxl
import pytest

from fieldkit.session.session import Session
from tests.lab_day import RESULTS_DAY, day_of
from tests.session.laboratory.women import WOMEN


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The day, and the numbers of its women."""
    return day_of(tmp_path_factory.mktemp("day") / "w", WOMEN)


@pytest.fixture
def folder(built, tmp_path):
    return Path(shutil.copytree(built[0], tmp_path / "w"))


@pytest.fixture
def numbers(built):
    return built[1]


@pytest.fixture
def session(folder):
    with Session.open(folder, now=lambda: RESULTS_DAY) as opened:
        yield opened


@pytest.fixture
def laboratory(session):
    return session.results.laboratory


@pytest.fixture
def sent(tmp_path):
    """Write what a laboratory sends; gives the file."""

    def written(*rows, header=("受检编号", "HPV结果", "分型", "TCT"), name="结果.csv", encoding="utf-8"):
        path = tmp_path / name
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in (header, *rows):
                book.active.append(row)
            book.save(path)
        else:
            text = io.StringIO()
            csv.writer(text).writerows([header, *rows])
            path.write_bytes(text.getvalue().encode(encoding))
        return path

    return written
