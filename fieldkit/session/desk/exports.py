"""Files for other programs at a desk: records without their people, or counts, onto a stick or into the office's folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldkit.i18n import LANGUAGES, N_, _, language
from fieldkit.office.media import Medium, to_write_on
from fieldkit.office.roles import Act
from fieldkit.office.watched import live_records
from fieldkit.privacy.profiles import Profile
from fieldkit.report.exports import writing
from fieldkit.session.desk.told import told
from sync import schema

if TYPE_CHECKING:
    from fieldkit.report.exports.manifest import Manifest
    from fieldkit.session.desk.desk import Desk

FORMATS = {
    "csv": N_("CSV: for any program"),
    "xlsx": N_("workbook: WPS, Excel"),
    "dta": N_("Stata"),
    "sav": N_("SPSS"),
    "parquet": N_("Parquet"),
    "xml": N_("OpenRosa XML, with the log of interviews"),
}
PROFILES = {
    Profile.DEIDENTIFIED: N_("records without the person"),
    Profile.AGGREGATE: N_("counts alone"),
}
_WITHOUT = {
    Profile.DEIDENTIFIED: N_(
        "Not in it: names, telephones, addresses, health answers, free text, days and exact years, and the records of people who did not agree to statistics."
    ),
    Profile.AGGREGATE: N_("Not in it: any single record; counts from 1 to 4 about health are hidden."),
}
_LABELS = {"zh": N_("Chinese"), "en": N_("English")}
_PURPOSE = "安排服务"
"""What the header says, which is Chinese like the programme's own (domain App. B)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exported. labels: the language of labels. place: None for the office's own folder."""

    form: str
    format: str = "csv"
    profile: Profile = Profile.DEIDENTIFIED
    labels: str = "zh"
    place: Medium | None = None


class Exports:
    """Exports of an office, for whoever may see reports; one person's case goes by a letter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def forms(self) -> list[tuple[str, str]]:
        """The forms that there are records of, each with what it is called, in the order of their ids. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        with self._desk.office.archive.database.reading() as connection:
            query = select(schema.current.c.form).where(schema.current.c.state == "live").distinct()
            found = sorted(connection.execute(query).scalars())
        words = self._desk.words
        return [(form, words.form(form)) for form in found if self._desk.office.library.known(form)]

    def first(self) -> Choice:
        """What is offered to begin with. Raises as `forms`."""
        self._desk.need(Act.REPORT)
        forms = [form for form, _words in self.forms()]
        form = "visit" if "visit" in forms or not forms else forms[0]
        return Choice(form, labels=language())

    def places(self) -> list[Medium]:
        """Where it can be written: the office's folder, then the sticks that are in."""
        self._desk.need(Act.REPORT)
        return [self._own, *to_write_on(self._desk.office.folder)]

    def place(self, choice: Choice) -> Medium:
        """Where it goes."""
        self._desk.need(Act.REPORT)
        return choice.place or self._own

    @staticmethod
    def without(choice: Choice) -> str:
        """In a sentence what is not in it."""
        return _(_WITHOUT[choice.profile])

    @staticmethod
    def formats(choice: Choice) -> list[tuple[str, str]]:
        """The kinds of files, each in words; counts do not go as XML."""
        counted = choice.profile is Profile.AGGREGATE
        return [(code, _(words)) for code, words in FORMATS.items() if not (counted and code == "xml")]

    @staticmethod
    def profiles() -> list[tuple[Profile, str]]:
        """The ways to leave, each in words."""
        return [(profile, _(words)) for profile, words in PROFILES.items()]

    @staticmethod
    def labels() -> list[tuple[str, str]]:
        """The languages of labels, each in words."""
        return [(code, _(_LABELS[code])) for code in LANGUAGES]

    @staticmethod
    def with_profile(choice: Choice, profile: Profile) -> Choice:
        """The same in another way; as CSV where it does not go as it was."""
        counted = profile is Profile.AGGREGATE
        return replace(
            choice, profile=profile, format="csv" if counted and choice.format == "xml" else choice.format
        )

    @told()
    def write(self, choice: Choice, progress: Callable[[str, int, int], None]) -> tuple[Path, Manifest]:
        """Write it into a new folder and read it back; give the folder and what was written.

        progress: of the stage, of how much of how much; what it raises stops it, and nothing is left. Raises FieldkitError.
        """
        self._desk.need(Act.REPORT)
        office, today = self._desk.office, self._desk.session.today()
        wanted = writing.Wanted(choice.form, choice.format, choice.profile, choice.labels, _PURPOSE, today)
        place = self.place(choice)
        if choice.place is None:
            place.path.mkdir(exist_ok=True)
        folder = _free(
            place.path / f"{choice.form}-{choice.profile.value}-{choice.format}-{today.isoformat()}"
        )
        of = live_records(office)

        def step(stage: str, done: int, whole: int) -> None:
            progress(stage, done, whole or of)

        return folder, writing.export(office, wanted, folder, office.pseudonyms, step)

    def lines(self, folder: Path, manifest: Manifest, choice: Choice) -> list[str]:
        """What was written, and where, in words."""
        self._desk.need(Act.REPORT)
        place = self.place(choice)
        said = [_("Written to {place} and read back: {folder}", place=place.name, folder=folder.name)]
        if place.is_mount:
            said.append(_("You may remove the stick."))
        said += [
            _("{table}: {rows} {rows:row|rows}", table=table, rows=rows)
            for table, rows in manifest.rows.items()
        ]
        said += manifest.kept_back()
        said.append(_("Beside it: the codebook, and manifest.json with the SHA-256 of every file."))
        return said

    @property
    def _own(self) -> Medium:
        path = self._desk.office.folder / "reports"
        return Medium(path, _("the office's folder of reports"), is_mount=False)


def _free(path: Path) -> Path:
    """A folder that is not there yet: that one, or with a number behind it."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
