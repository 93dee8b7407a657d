"""What Chromium prints of a page, and what is on the paper; skipped where a tool is not installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest


def tool(name):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def printed(path, folder):
    """What Chromium prints of a page."""
    out = folder / "page.pdf"
    subprocess.run(
        [
            tool("chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer", f"--print-to-pdf={out}", path.as_uri(),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return out


def said(command, pdf, *options):
    """What a tool says of a file."""
    done = subprocess.run(
        [tool(command), *options, pdf, *(["-"] if command == "pdftotext" else [])],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def sizes(pdf):
    """The sizes of its pages, in millimetres."""
    found = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", said("pdfinfo", pdf, "-l", "99"))
    return {tuple(round(float(side) / 72 * 25.4) for side in size) for size in found}


def words(pdf):
    """What is written in it, without what is blank."""
    return re.sub(r"\s", "", said("pdftotext", pdf))
