"""A line in virtual time: the real rules, with callers and operators who are generated.

``day`` says who calls and who answers, ``generated`` and ``recorded`` where they come
from, ``line`` lets them meet. Nothing of the rules is written a second time here:
who is next, who takes whom, and what becomes of an operator is asked of ivr.core.
"""
