"""Installs fieldkit from this folder alone: no network, no administrator. Run it as install.sh or install.cmd.

What is installed lies in `program` beside this file. What people enter lies in `fieldkit-data` beside this folder, and is
never touched. Words are in Chinese and English, since nobody has chosen a language yet.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "program"
STAMP = PROGRAM / "installed"
SUMS = "SHA256SUMS"


class Refused(Exception):
    """Why nothing was installed, in Chinese and English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def main() -> int:
    """Install, look the program over, say how to go on; exit code 1 where something stands in the way."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    about = json.loads((HERE / "about.json").read_text(encoding="utf-8"))
    try:
        fits(about)
        check()
        say("正在安装，请稍候……", "Installing …")
        install(about)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    STAMP.write_text(about["version"] + "\n", encoding="utf-8")
    looked = subprocess.run(
        [str(python()), "-P", "-m", "fieldkit", "doctor", "--program"], env=surroundings(), check=False
    )
    launcher = HERE / ("fieldkit.cmd" if os.name == "nt" else "fieldkit")
    data = HERE.parent / "fieldkit-data"
    say(
        f'已安装 fieldkit {about["version"]}。\n打开："{launcher}"\n第一次打开会一步步问您：设置这台电脑或镇办，或先看示例镇。\n数据在 {data}，换新版本时不会动它。',
        f'fieldkit {about["version"]} is installed.\nOpen it: "{launcher}"\nThe first time it asks you step by step: set up this laptop or the office, or look at the practice town.\nData lies in {data}; a new version never touches it.',
    )
    return looked.returncode


def fits(about: dict[str, str]) -> None:
    """Refuse a Python that the packages here are not made for."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != about["python"] or sys.implementation.name != "cpython":
        raise Refused(
            f"需要 Python {about['python']}，这里是 {here}。请先装 Python {about['python']}（可只为自己安装，不要管理员权限）。",
            f"Python {about['python']} is needed; this is {here}. Install that one first (for yourself alone, without administrator).",
        )
    if sys.platform != about["sys_platform"]:
        raise Refused(
            f"这个文件夹是给 {about['platform']} 的。请用这台电脑的那一个。",
            f"This folder is made for {about['platform']}. Use the one for this computer.",
        )


def check() -> None:
    """Refuse a folder that is not as it was made: a file that is missing, damaged, or was not in it."""
    lines = (HERE / SUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: total for total, _, name in (line.partition("  ") for line in lines)}
    found = {f"wheels/{each.name}" for each in (HERE / "wheels").iterdir()}
    wrong = sorted(name for name, total in wanted.items() if sum_of(HERE / PurePosixPath(name)) != total)
    wrong += sorted(found - set(wanted))
    if wrong:
        listed = ", ".join(wrong)
        raise Refused(
            f"文件夹不完整或被改动过，什么也没有安装：{listed}\n请重新复制整个文件夹。",
            f"The folder is damaged or was changed; nothing was installed: {listed}\nCopy the whole folder again.",
        )


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def install(about: dict[str, str]) -> None:
    """Make the environment anew and fill it from the wheels."""
    try:
        STAMP.unlink(missing_ok=True)
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(PROGRAM)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refused(
            f"不能在 {PROGRAM} 建立程序环境（{error}）。请换一个可写的文件夹；在 Debian、Ubuntu、麒麟上要有 python3-venv。",
            f"The program's environment cannot be made in {PROGRAM} ({error}). Choose a folder that can be written; on Debian and the like python3-venv is needed.",
        ) from error
    done = subprocess.run(
        [
            str(python()), "-m", "pip", "install", "--quiet", "--no-index", "--no-cache-dir", "--disable-pip-version-check",
            "--find-links", str(HERE / "wheels"), f"fieldkit[{about['extras']}]=={about['version']}",
        ],
        env=surroundings(), check=False, capture_output=True, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise Refused(
            f"安装没有完成：{done.stderr.strip()}", f"It could not be installed: {done.stderr.strip()}"
        )


def python() -> Path:
    """The interpreter of the program."""
    return PROGRAM / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def surroundings() -> dict[str, str]:
    """The environment without anybody's settings for pip and Python, which may name other places to install from."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PYTHON", "FIELDKIT_"))
    }
    return kept | {"PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"}


def say(chinese: str, english: str) -> None:
    """Say something in both languages."""
    print(f"\n{chinese}\n\n{english}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
