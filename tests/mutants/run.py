"""Break one promise of the code at a time; the tests must notice.

Each patch in this folder breaks one. Above the diff it says which (`breaks:`) and which test files must fail
(`tests:`). It is applied to a copy of the tree. Exit code 1 if a mutant survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("fieldkit", "sync", "forms", "tests", "pyproject.toml")
FAILED = 1
"""What pytest ends with where tests failed; anything but this and 0 means that they did not run."""


def header(patch: Path, name: str) -> str:
    """A line of what a patch says about itself."""
    lines = patch.read_text(encoding="utf-8").partition("\n--- ")[0].splitlines()
    return next(line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: "))


def copied(where: Path) -> Path:
    """A copy of the tree."""
    tree = where / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "*.patch")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=ignored)
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy(source, tree / name)
    return tree


def tested(tree: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run test files in a tree, on its own code, up to the first that fails."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not soak", *tests],
        cwd=tree,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "FIELDKIT_MUTANT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def met(patch: Path, tree: Path) -> tuple[str, str]:
    """What becomes of a mutant, and what there is to read about it where it is not killed."""
    done = subprocess.run(
        ["git", "apply", "-p1", patch], cwd=tree, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return "DOES NOT APPLY", f"\n{done.stderr}"
    done = tested(tree, header(patch, "tests").split())
    if done.returncode == FAILED:
        return "killed", ""
    return "SURVIVED", f"\n{done.stdout}{done.stderr}" if done.returncode else ""


def main(wanted: list[str]) -> int:
    """Run the mutants named, or all of them."""
    patches = [each for each in sorted(HERE.glob("*.patch")) if not wanted or each.stem in wanted]
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        whole = copied(where)
        sound = tested(whole, sorted({name for each in patches for name in header(each, "tests").split()}))
        if sound.returncode:
            print(f"the tests fail without any mutant:\n{sound.stdout}{sound.stderr}")
            return 1
        shutil.rmtree(whole)
        for patch in patches:
            tree = copied(where)
            outcome, told = met(patch, tree)
            survived += outcome != "killed"
            print(f"{outcome}  {patch.stem}: {header(patch, 'breaks')}{told}", flush=True)
            shutil.rmtree(tree)
    print(f"{len(patches) - survived} of {len(patches)} mutants killed")
    return 1 if survived or not patches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
