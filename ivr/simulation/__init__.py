"""A line in virtual time: the real rules, with generated callers and operators.

``day`` says who calls and who answers, ``generated`` and ``recorded`` make them,
``line`` lets them meet. No rule is written a second time here: ``ivr.core`` decides who
is next, who takes whom, and what becomes of an operator.
"""
