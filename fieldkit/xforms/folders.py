"""Where what can be made again is kept: converted forms, large lists. It holds no answers."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder of the cache: the user's own, or the one `FIELDKIT_CACHE` names. It may not exist yet."""
    chosen = os.environ.get("FIELDKIT_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("fieldkit") / "forms"
