"""`python -m bench.engine [long|repeats|cascades|lookups]…`: only these kinds of forms, one JSON object a line."""

from __future__ import annotations

import json
import sys

from bench.engine.run import rows

for each in rows(sys.argv[1:]):
    print(json.dumps(each), flush=True)
