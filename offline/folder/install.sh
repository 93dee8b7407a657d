#!/bin/sh
# Finds a Python that fits and hands over to install.py.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in "${FIELDKIT_PYTHON:-}" python3.11 python3 python; do
  if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    exec "$python" -I "$here/install.py"
  fi
done
echo "没有找到 Python 3.11。装好后再运行一次；不在查找路径里的，用 FIELDKIT_PYTHON 指出。" >&2
echo "No Python 3.11 was found. Install it and run this again; name one elsewhere with FIELDKIT_PYTHON." >&2
exit 1
