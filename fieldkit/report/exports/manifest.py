"""The manifest of an export: what it is, and of every file how many rows it holds and its SHA-256; and looking an export over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.report.exports.csv_file import rows_in_csv
from fieldkit.report.exports.openrosa import rows_in_zip
from fieldkit.report.exports.parquet import rows_in_parquet
from fieldkit.report.exports.spss import rows_in_sav
from fieldkit.report.exports.stata import rows_in_dta
from fieldkit.report.exports.xlsx_file import rows_in_xlsx

MANIFEST = "manifest.json"
_FORMAT = "export 1"

READERS: Mapping[str, Callable[[Path], dict[str, int]]] = {
    "csv": rows_in_csv,
    "xlsx": rows_in_xlsx,
    "dta": rows_in_dta,
    "sav": rows_in_sav,
    "parquet": rows_in_parquet,
    "xml": rows_in_zip,
}
"""What counts the rows of a file by table, having read all of it."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file. rows: how many rows of which tables it holds; none for a codebook."""

    name: str
    bytes: int
    sha256: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export is. header: what it is for, and never for. state: of the records it was made from. made_on: ISO 8601.
    kept_out, declined, unread: as `rows.Told`.
    """

    header: str
    form: str
    versions: tuple[str, ...]
    profile: str
    format: str
    language: str
    made_on: str
    state: str
    files: tuple[FileFacts, ...]
    kept_out: int = 0
    declined: int = 0
    unread: int = 0

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table: count for file in self.files for table, count in file.rows.items()}

    def kept_back(self) -> list[str]:
        """What is not in it, in words; nothing where it is whole."""
        said = []
        if self.kept_out:
            said.append(
                _(
                    "Of {count} {count:record|records} nothing but the service is counted: {count:its person|their people} did not agree to statistics.",
                    count=self.kept_out,
                )
            )
        if self.unread:
            said.append(
                _(
                    "{count} {count:answer does not fit its question and stays here; it is|answers do not fit their question and stay here; they are} marked.",
                    count=self.unread,
                )
            )
        return said

    def to_json(self) -> str:
        """As a file."""
        return json.dumps({"fieldkit": _FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


def facts_of(path: Path, rows: Mapping[str, int]) -> FileFacts:
    """What is noted of a file that was written. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(path.name, path.stat().st_size, digest, dict(rows))


def verify(folder: Path) -> Manifest:
    """Read every file of an export again and compare it with the manifest.

    Raises FieldkitError("exports.no-manifest"), ("exports.damaged") naming what is missing or differs, ("exports.library").
    """
    manifest = read_manifest(folder)
    for facts in manifest.files:
        path = folder / facts.name
        try:
            found = facts_of(path, facts.rows)
            counted = READERS[manifest.format](path) if facts.rows else {}
        except FieldkitError:
            raise
        except FileNotFoundError as error:
            raise FieldkitError("exports.missing", path=str(path)) from error
        except Exception as error:  # whatever a reader of a damaged file raises
            raise FieldkitError("exports.damaged", path=str(path)) from error
        rows = {table: count for table, count in facts.rows.items() if table in counted}
        if found != facts or rows != counted or (facts.rows and not counted):
            raise FieldkitError("exports.damaged", path=str(path))
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export. Raises FieldkitError("exports.no-manifest")."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if data.pop("fieldkit") != _FORMAT:
            raise ValueError(_FORMAT)
        files = tuple(
            FileFacts(Path(each["name"]).name, each["bytes"], each["sha256"], dict(each["rows"]))
            for each in data.pop("files")
        )
        manifest = Manifest(**{**data, "versions": tuple(data["versions"])}, files=files)
        if manifest.format not in READERS or not files:
            raise ValueError(manifest.format)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FieldkitError("exports.no-manifest", path=str(folder)) from error
    return manifest
