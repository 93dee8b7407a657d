"""The entry point: `fieldkit`, or `python -m fieldkit`."""

import sys


def main() -> int:
    """Run the command line with the arguments of the process; give its exit code."""
    from fieldkit.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
