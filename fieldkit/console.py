"""The console of Windows, so that a click does not halt the app."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from typing import Protocol

_INPUT = -10
_QUICK_EDIT = 0x0040
_EXTENDED = 0x0080
"""Without this flag the one above is not looked at."""


class Kernel(Protocol):
    """What of Windows is asked here, named as there."""

    def GetStdHandle(self, number: int) -> int | None:  # noqa: N802
        """The handle of the keyboard."""

    def GetConsoleMode(self, handle: int | None, mode: object) -> int:  # noqa: N802
        """Read the flags; 0 where there is no console."""

    def SetConsoleMode(self, handle: int | None, mode: int) -> int:  # noqa: N802
        """Set the flags."""


def _windows() -> Kernel | None:
    if sys.platform != "win32":
        return None
    kernel = ctypes.WinDLL("kernel32")
    kernel.GetStdHandle.restype = ctypes.c_void_p
    kernel.GetConsoleMode.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    kernel.SetConsoleMode.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return kernel


@contextlib.contextmanager
def without_quick_edit(kernel: Kernel | None = None) -> Iterator[None]:
    """Turn QuickEdit off while the app is open: a click into the window would halt all that draws until a key is pressed.

    Touches nothing where there is no such console; leaves it as it was found.
    """
    kernel = kernel or _windows()
    mode = ctypes.c_uint32()
    handle = kernel.GetStdHandle(_INPUT) if kernel else None
    if kernel is None or not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        yield
        return
    kernel.SetConsoleMode(handle, mode.value & ~_QUICK_EDIT | _EXTENDED)
    try:
        yield
    finally:
        kernel.SetConsoleMode(handle, mode.value | _EXTENDED)
