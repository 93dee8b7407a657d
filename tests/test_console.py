"""QuickEdit of the Windows console, against a console that is made up."""

from __future__ import annotations

import pytest

from fieldkit.console import without_quick_edit

QUICK_EDIT, EXTENDED, MOUSE = 0x40, 0x80, 0x10


class Console:
    """Keeps flags as Windows does: QuickEdit changes only together with the flag for extended ones."""

    def __init__(self, mode, *, is_there=True):
        self.mode, self.is_there, self.changes = mode, is_there, 0

    def GetStdHandle(self, number):  # noqa: N802
        assert number == -10
        return 3

    def GetConsoleMode(self, handle, mode):  # noqa: N802
        assert handle == 3
        mode._obj.value = self.mode
        return int(self.is_there)

    def SetConsoleMode(self, handle, mode):  # noqa: N802
        assert handle == 3
        self.changes += 1
        keep = 0 if mode & EXTENDED else QUICK_EDIT
        self.mode = self.mode & keep | mode & ~keep
        return 1


@pytest.mark.parametrize("before", [MOUSE | QUICK_EDIT, MOUSE | QUICK_EDIT | EXTENDED, MOUSE | EXTENDED])
def test_quick_edit_is_off_while_the_app_is_open_and_as_before_afterwards(before):
    console = Console(before)
    with pytest.raises(ZeroDivisionError), without_quick_edit(console):
        assert console.mode & QUICK_EDIT == 0
        assert console.mode & MOUSE
        raise ZeroDivisionError
    assert console.mode & (MOUSE | QUICK_EDIT) == before & (MOUSE | QUICK_EDIT)


def test_nothing_is_touched_where_there_is_no_such_console():
    console = Console(QUICK_EDIT, is_there=False)
    with without_quick_edit(console), without_quick_edit():
        assert console.changes == 0
    assert console.changes == 0
