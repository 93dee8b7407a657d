"""What `workspace.toml` says."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1


class Settings(BaseModel):
    """The settings of a workspace. Unknown ones are kept out, so that a typing error is noticed.

    lock_minutes: after how many minutes without a key the screen of an encrypted one locks; 0 for never.
    keep_days: how long old versions of records stay that the office holds twice (`Exchange.prune`); 0 for ever.
    month_ends: the day (1 to 28) on which a month of reports ends; 0 for the calendar month.
    label_printer: where labels of participants are sent as they are registered (/dev/usb/lp0, LPT1), "" for nowhere;
    label_size: width and height of its labels in millimetres.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    format: int
    name: str
    created: str
    demo: bool = False
    language: str = ""
    user: str = ""
    town: str = ""
    office: str = ""
    lock_minutes: int = Field(default=3, ge=0)
    keep_days: int = Field(default=90, ge=0)
    month_ends: int = Field(default=0, ge=0, le=28)
    label_printer: str = ""
    label_size: Literal["40x30", "50x30"] = "40x30"


def settings_text(settings: Settings) -> str:
    """The settings as TOML; a JSON string is a TOML basic string."""
    lines = []
    for name, value in settings.model_dump().items():
        written = (
            str(value).lower() if isinstance(value, (bool, int)) else json.dumps(value, ensure_ascii=False)
        )
        lines.append(f"{name} = {written}")
    return "\n".join(lines) + "\n"
