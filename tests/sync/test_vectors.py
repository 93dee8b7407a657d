"""The example in docs/bundle-format.md is what the text says, by our own reader and by the tools it names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sync import Bundle, parse_revision, verify
from sync.pipeline import opened_segments
from sync.reading import Found
from sync.wire import decompressed, pieces

DOCS = Path(__file__).parents[2] / "docs"
VECTORS = DOCS / "vectors"
TEXT = (DOCS / "bundle-format.md").read_text(encoding="utf-8")
IDS = re.findall(r"`([0-9a-f]{64})`", TEXT)


def test_our_reader_finds_what_the_text_names():
    identity = (VECTORS / "office.txt").read_text().splitlines()[-1]
    public = bytes.fromhex((VECTORS / "laptop.pub").read_text())
    bundle = Bundle(VECTORS / "example.fkb")
    manifest = bundle.manifest(identity)
    assert bundle.whole
    assert manifest.is_signed_by(public)
    assert list(manifest.ids) == IDS
    [segment] = opened_segments(bundle, identity)
    assert [each.id for each in segment.found if isinstance(each, Found)] == IDS
    found = [
        parse_revision(piece.raw, piece.signature, piece.body)
        for piece in pieces(decompressed(segment.packed, segment.raw_length))
    ]
    for revision in found:
        verify(revision, public)
    assert [revision.body.answers["head"] for revision in found] == ["王秀英", "李建国"]


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("age", "zstd", "xxd", "bash", "strings")),
    reason="age, zstd, xxd, bash or strings is not installed",
)
def test_the_steps_by_hand_do_what_they_say(tmp_path):
    shutil.copy(VECTORS / "example.fkb", tmp_path)
    shutil.copy(VECTORS / "office.txt", tmp_path)
    [steps] = re.findall(r"### By hand.*?```bash\n(.*?)```", TEXT, re.DOTALL)
    done = subprocess.run(
        ["bash", "-ec", steps], cwd=tmp_path, capture_output=True, text=True, errors="replace", check=True
    )
    assert all(f'"{each}"' in done.stdout for each in IDS)
    assert '"format":2' in done.stdout
    assert "王秀英" in done.stdout
