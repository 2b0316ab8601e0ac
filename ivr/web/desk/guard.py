"""Who is at the desk: everything is closed unless somebody is signed in."""

from flask import g

from ivr.core.account import Account


def who() -> Account:
    """The account of whoever asks; the guard has let nobody else in."""
    account: Account = g.account
    return account
