"""``python -m tests.mutants``: how much the core's own tests notice."""

import sys

from tests.mutants.measuring import main

if __name__ == "__main__":
    sys.exit(main())
