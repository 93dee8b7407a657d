"""JavaRosa, from the jar that pyxform brings along (ODK Validate)."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

NAME = "JavaRosa"
_HEAP = "-Xmx3g"


@cache
def _jar() -> Path | None:
    spec = find_spec("pyxform")
    home = Path(str(spec.origin)).parent if spec else Path()
    jar = home / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    return jar if jar.is_file() else None


def is_here() -> bool:
    """Whether there is a Java that can compile, and the jar."""
    return bool(shutil.which("javac") and shutil.which("java") and _jar())


def compiled(folder: Path) -> Path:
    """Compile the driver into `folder`."""
    subprocess.run(
        ["javac", "-cp", str(_jar()), "-d", str(folder), str(Path(__file__).with_name("Peer.java"))],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


def run(classes: Path, *arguments: object) -> dict[str, float]:
    """What the driver prints, by name."""
    done = subprocess.run(
        ["java", _HEAP, "-cp", f"{_jar()}:{classes}", "Peer", *map(str, arguments)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {
        name: float(value) for name, _, value in (line.partition(" ") for line in done.stdout.splitlines())
    }
