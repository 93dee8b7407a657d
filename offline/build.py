"""Builds folders that install fieldkit with neither network nor administrator: `python offline/build.py --to build/dist`."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import partial
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "offline" / "folder"
CONSTRAINTS = ROOT / "constraints.txt"
EXTRAS = "office,browser"
PYTHON = "3.11"


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of computer. tags: the platforms whose wheels run there, the oldest last. files: which of our scripts it gets."""

    name: str
    tags: tuple[str, ...]
    markers: Mapping[str, str]
    files: tuple[str, ...]
    hint_zh: str = ""
    hint_en: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What markers of requirements are true there."""
        whole = {
            "python_version": PYTHON,
            "python_full_version": f"{PYTHON}.0",
            "implementation_name": "cpython",
        }
        return whole | {"platform_python_implementation": "CPython", "extra": ""} | dict(self.markers)


TARGETS = (
    Target(
        "linux-x86_64",
        (*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1)), "manylinux2014_x86_64"),
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
        ("install.py", "install.sh", "fieldkit"),
    ),
    Target(
        "windows-amd64",
        ("win_amd64",),
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
        ("install.py", "install.cmd", "fieldkit.cmd"),
        "注意：这个 Windows 文件夹没有在 Windows 上试过。旧控制台里汉字成了方框时：右击标题栏，属性，字体，选“新宋体”。",
        "Note: this folder for Windows is untested on Windows. Where the old console shows boxes for Chinese: right-click the "
        "title bar, Properties, Font, NSimSun.",
    ),
)  # fmt: skip


def main() -> int:
    """Build the folder of each target."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--to", type=Path, default=ROOT / "build" / "dist")
    to: Path = words.parse_args().to
    with tempfile.TemporaryDirectory() as folder:
        own = own_wheel(Path(folder))
        for target in TARGETS:
            wheels = Path(folder) / target.name
            wheels.mkdir()
            shutil.copy2(own, wheels)
            fetch(target, wheels, [f"{own}[{EXTRAS}]"])
            complete(target, wheels, partial(fetch, target, wheels))
            made = assemble(target, wheels, to)
            size = sum(each.stat().st_size for each in made.rglob("*")) >> 20
            print(f"{made}: {len(list(wheels.iterdir()))} wheels, {size} MB")
    return 0


def own_wheel(folder: Path) -> Path:
    """Build our own wheel."""
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    [wheel] = folder.glob("fieldkit-*.whl")
    return wheel


def fetch(target: Target, wheels: Path, requirements: Iterable[str]) -> None:
    """Download the wheels of requirements for a target, and what pip takes them to need."""
    platforms = [word for tag in target.tags for word in ("--platform", tag)]
    pip(
        "download", "--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON, *platforms,
        "--constraint", CONSTRAINTS, "--dest", wheels, *requirements,
    )  # fmt: skip


def pip(*words: object) -> None:
    """Run pip; it says itself what it cannot do."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, words)]
    subprocess.run(command, check=True)


def complete(target: Target, wheels: Path, fetch: Callable[[Iterable[str]], None]) -> None:
    """Fetch what is still needed there, and remove what is not: pip looks at the markers of the computer it runs on."""
    while missing := needed(target, wheels)[1]:
        fetch(missing)
    wanted, _ = needed(target, wheels)
    for path in wheels.iterdir():
        if parse_wheel_filename(path.name)[0] not in wanted:
            path.unlink()


def needed(target: Target, wheels: Path) -> tuple[set[str], list[str]]:
    """The names of what fieldkit needs there, and the requirements that no wheel is here for."""
    here = {str(parse_wheel_filename(path.name)[0]): path for path in wheels.glob("*.whl")}
    seen: set[tuple[str, str]] = set()
    missing: list[str] = []
    waiting = [Requirement(f"fieldkit[{EXTRAS}]")]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in here:
            missing.append(f"{requirement.name}{requirement.specifier}")
            continue
        for extra in {"", *requirement.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            environment = target.environment | {"extra": extra}
            waiting += [
                each
                for each in requirements_of(here[name])
                if each.marker is None or each.marker.evaluate(environment)
            ]
    return {name for name, _extra in seen}, sorted(set(missing))


def requirements_of(wheel: Path) -> list[Requirement]:
    """What a wheel says it needs."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [
            each
            for each in archive.namelist()
            if each.count("/") == 1 and each.endswith(".dist-info/METADATA")
        ]
        told = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    return [Requirement(line) for line in told.get_all("Requires-Dist", [])]


def assemble(target: Target, wheels: Path, to: Path) -> Path:
    """Lay the folder out: wheels, scripts, what it is, and the sums of it all. What was in its place is replaced."""
    [own] = wheels.glob("fieldkit-*.whl")
    version = str(parse_wheel_filename(own.name)[1])
    folder = to / f"fieldkit-{version}-{target.name}-py{PYTHON.replace('.', '')}"
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(wheels, folder / "wheels")
    about = {
        "version": version, "platform": target.name, "sys_platform": target.markers["sys_platform"], "python": PYTHON,
        "extras": EXTRAS,
    }  # fmt: skip
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    for name in target.files:
        lay(folder / name, (SCRIPTS / name).read_text(encoding="utf-8"))
    words = about | {
        "install": target.files[1],
        "launcher": target.files[2],
        "hint_zh": target.hint_zh,
        "hint_en": target.hint_en,
    }
    text = (SCRIPTS / "README.txt").read_text(encoding="utf-8").format_map(words)
    lay(folder / "README.txt", text.rstrip() + "\n", crlf="win" in target.name)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")
    return folder


def lay(path: Path, text: str, *, crlf: bool = False) -> None:
    """Write a script with the line ends and the mode that its system wants."""
    ends = "\r\n" if crlf or path.suffix == ".cmd" else "\n"
    path.write_text(text, encoding="utf-8", newline=ends)
    path.chmod(0o644 if path.suffix in {".txt", ".cmd", ".py"} else 0o755)


if __name__ == "__main__":
    sys.exit(main())
