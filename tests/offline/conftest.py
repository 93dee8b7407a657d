"""Offline folders of a program that is made up, so that they are small."""

from __future__ import annotations

import os
import subprocess
import zipfile

import pytest

from offline.build import TARGETS, assemble

LINUX, WINDOWS = TARGETS
MAIN = """
import json, os, sys
print(json.dumps({"version": "VERSION", "words": sys.argv[1:], "data": os.environ.get("FIELDKIT_DATA")}))
"""


def wheel(folder, name, version="1", needs=(), tag="py3-none-any", modules=None):
    """Make a wheel of a package with one module."""
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    metadata = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: office\nProvides-Extra: browser"
    ]
    with zipfile.ZipFile(path, "w") as archive:
        for module, text in (modules or {f"{name}/__init__.py": ""}).items():
            archive.writestr(module, text)
        archive.writestr(
            f"{info}/METADATA", "\n".join(metadata + [f"Requires-Dist: {each}" for each in needs]) + "\n"
        )
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def made(tmp_path):
    """Make an offline folder of a version below a path with spaces and Chinese characters."""

    def make(version, target=LINUX):
        wheels = tmp_path / f"wheels {version}"
        wheels.mkdir()
        modules = {"fieldkit/__init__.py": "", "fieldkit/__main__.py": MAIN.replace("VERSION", version)}
        wheel(wheels, "fieldkit", version, ["helper; extra == 'office'"], modules=modules)
        wheel(wheels, "helper")
        return assemble(target, wheels, tmp_path / "盘 1" / "外勤")

    return make


@pytest.fixture
def run(tmp_path):
    """Run a script of a folder as somebody whose computer reaches nothing."""

    def ran(script, *words, code=0, **environment):
        nowhere = {f"{scheme}_PROXY": "http://127.0.0.1:9" for scheme in ("HTTP", "HTTPS", "ALL")}
        bare = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path / "家"),
            "LANG": "C.UTF-8",
            "PIP_NO_INDEX": "1",
        }
        done = subprocess.run(
            [script, *words], env=bare | nowhere | environment, capture_output=True, text=True, check=False, timeout=300,
            stdin=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return ran
