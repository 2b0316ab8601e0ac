"""``python -m ivr.cli`` is the ``hotline`` command."""

from ivr.cli import main

main()
