"""A folder that appears as a whole: written beside, synced, renamed; whatever goes wrong leaves nothing of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.report.exports.filled import Written
from fieldkit.store.files import refused, sync_folder

_LIBRARIES = frozenset({"polars", "pyreadstat", "xlsxwriter"})


@contextmanager
def kept(target: Path) -> Iterator[Path]:
    """An empty folder to write into, which is at `target` when all went well.

    Raises FieldkitError("exports.exists") where something is there, ("medium.…").
    """
    target = target.expanduser().absolute()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FieldkitError("exports.exists", path=str(target))
    beside = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        yield beside
        for path in beside.iterdir():
            _sync(path)
        if target.is_dir():
            target.rmdir()
        beside.chmod(0o755)
        beside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise refused(error, target) from error
    except Exception as error:
        # What a library says when the medium refuses it is no OSError.
        if type(error).__module__.partition(".")[0] not in _LIBRARIES:
            raise
        raise FieldkitError("medium.failing", path=str(target), reason=str(error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def files_kept(written: Sequence[Written], others: Sequence[str]) -> Mapping[str, dict[str, int]]:
    """The files of an export with the rows they hold, by table."""
    files: dict[str, dict[str, int]] = {}
    for each in written:
        files.setdefault(each.name, {})[each.table] = each.rows
    return files | {name: {} for name in others}


def _sync(path: Path) -> None:
    """Have the disk keep a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
