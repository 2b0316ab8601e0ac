"""The lasting record in SQL: SQLite by default, PostgreSQL for real.

``database`` opens it, ``schema`` brings it up to date; ``call_log``, ``roster``,
``rule_sets`` and others implement the ports.
"""
