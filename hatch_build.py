"""Build hook: compile the translation catalogues (`.po` to `.mo`) before packaging or editable installs."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compile every catalogue below `fieldkit/locale` beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before each build, editable ones included."""
        for po in Path(self.root, "fieldkit", "locale").glob("*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
