"""Accounts of operators who are about to be enrolled, and what nobody can type."""

from dataclasses import dataclass, field

import pytest

from ivr.actions.accounts.accounts import prepare_account
from ivr.actions.accounts.sessions import sign_in
from ivr.adapters.vault import KeyVault
from ivr.core.model.account import (
    LINK_VALID,
    LONGEST_CODE,
    MOST,
    Account,
    Credentials,
    Role,
    digest_of,
)
from ivr.core.model.errors import Conflict, Refused
from ivr.core.model.identifiers import OperatorId
from ivr.ports import Ports
from tests.adapters.redis_store.store_people import LINE, operator
from tests.ports.bare_ports import Nobody, bare_ports
from tests.ports.fakes import CountedIds, Notes, StillClock
from tests.ports.memory_store import make_memory_store

ANNA = operator("anna")
OWN, LONGER = "anna", "anna@example"


@dataclass(slots=True)
class Accounts:
    """The accounts, by the names with which others sign in."""

    taken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def named(self, login: str) -> Credentials | None:
        """Somebody else, where the name is taken."""
        self.asked.append(login)
        other = Account(operator=OperatorId("other"), line=LINE, name=login)
        return Credentials(account=other) if login in self.taken else None

    def count_attempt(self, *_: object) -> None:
        """Every attempt is let in."""

    def next_attempt_at(self, *_: object) -> None:
        """It may be made at once."""


class Keys(Nobody):
    """Passwords and codes, of which none is right."""

    def make_seed(self) -> str:
        """A secret for one-time codes."""
        return "SEED"

    def check_password(self, _kept: str, _password: str) -> bool:
        """No password is right."""
        return False


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def ports(accounts: Accounts) -> Ports:
    clock, vault = StillClock(), KeyVault.with_fresh_keys()
    given = {"vault": vault, "ids": CountedIds(), "keys": Keys(), "log": Notes()}
    store = make_memory_store(vault, clock)
    return bare_ports(store, clock=clock, accounts=accounts, **given)


@pytest.mark.parametrize(
    ("taken", "login"), [(set(), OWN), ({OWN}, LONGER)], ids=["free", "taken"]
)
def test_account_gets_first_free_name(
    ports: Ports, accounts: Accounts, taken: set[str], login: str
) -> None:
    accounts.taken = taken

    made, secret = prepare_account(ports, ANNA, None)

    assert (made.account.login, made.account.role) == (login, Role.OPERATOR)
    assert made.link == digest_of(secret)
    assert made.link_until == ports.clock.now() + LINK_VALID
    assert ports.vault.unseal(made.pending) == "SEED"
    assert made.account.language == "uk", "the first of her own"


def test_account_gets_given_role(ports: Ports) -> None:
    made, _ = prepare_account(ports, ANNA, Role.SUPERVISOR)

    assert made.account.role is Role.SUPERVISOR


def test_name_without_difference_refused(ports: Ports, accounts: Accounts) -> None:
    accounts.taken = {OWN, LONGER}

    with pytest.raises(Conflict, match=r"anna and anna@example.*choose another name"):
        prepare_account(ports, ANNA, None)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * MOST, "1" * LONGEST_CODE),
        ("x" * (MOST + 1), "123456"),
        ("x", "1" * (LONGEST_CODE + 1)),
    ],
    ids=["wrong", "long-password", "long-code"],
)
def test_endless_text_refused_as_wrong(ports: Ports, password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sign_in(ports, OWN, password, code)

    assert refused.value.reason == "sign-in", "it reveals nothing about the name"
