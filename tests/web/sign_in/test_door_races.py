"""Two things at the door at the same moment: one of them happens."""

from collections.abc import Callable
from typing import Any

import pytest

from ivr.actions.accounts import accounts, sessions
from ivr.core.model.account import Account, Credentials, Role, digest_of
from ivr.core.model.errors import Conflict, NotFound, Refused
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.web.desk_people import PASSWORD, Person, enrolled, signed_up
from tests.world import World


class Overtaken:
    """Accounts whose next changes come too late: somebody else's was first."""

    def __init__(self, real: Any, times: int, meanwhile: Callable[[], None]) -> None:
        self._real, self._times, self._meanwhile = real, times, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def save(self, credentials: Credentials) -> bool:
        if self._times:
            self._times -= 1
            known = self._real.of(credentials.account.operator)
            assert self._real.save(known)
            self._meanwhile()
        return bool(self._real.save(credentials))


@pytest.fixture
def anna(world: World) -> Person:
    return signed_up(world)


def overtaken(
    world: World, times: int = 1, meanwhile: Callable[[], None] = lambda: None
) -> Ports:
    late: Any = Overtaken(world.ports.accounts, times, meanwhile)
    return replace(world.ports, accounts=late)


def kept(world: World, person: Person) -> Credentials:
    found = world.ports.accounts.of(person.account.operator)
    assert found is not None
    return found


def test_code_shown_first_elsewhere_opens_nothing(world: World, anna: Person) -> None:
    form = anna.form()

    with pytest.raises(Refused, match="sign-in"):
        sessions.sign_in(overtaken(world), **form)


def test_link_used_twice_opens_once(world: World, anna: Person) -> None:
    secret = accounts.make_link(world.ports, enrolled(world, "anna"))
    seed = world.ports.vault.unseal(kept(world, anna).pending)
    anna.seed = seed
    before = kept(world, anna).password

    with pytest.raises(NotFound):
        accounts.sign_up_by_link(overtaken(world), secret, "x" * 20, anna.code(), "en")

    assert kept(world, anna).password == before


def test_late_password_change_told(world: World, anna: Person) -> None:
    before = kept(world, anna).password

    with pytest.raises(Conflict):
        accounts.change_password(
            overtaken(world), anna.account, "here", PASSWORD, "x" * 20
        )

    assert kept(world, anna).password == before


def test_independent_change_done_again(world: World, anna: Person) -> None:
    accounts.change_language(overtaken(world, 3), anna.account, "uk")
    device = accounts.new_device(overtaken(world, 3), anna.account)
    secret = accounts.make_link(overtaken(world, 3), enrolled(world, "anna"), Role.OPS)
    accounts.disable_operator(overtaken(world, 3), anna.account.operator)

    after = kept(world, anna)
    assert (after.account.language, after.account.role) == ("uk", Role.OPS)
    assert (after.account.disabled, after.link) == (True, digest_of(secret))
    assert device.seed


def test_account_of_nobody_not_changed(world: World) -> None:
    nobody = Account(
        operator=OperatorId("nobody"), line=LineKey("example"), name="Nobody"
    )

    with pytest.raises(NotFound, match="hotline operators link"):
        accounts.change_language(world.ports, nobody, "uk")


def test_second_of_name_gets_line_in_login(world: World, anna: Person) -> None:
    other = replace(
        enrolled(world, "anna"), id=OperatorId("other"), line=LineKey("other")
    )
    world.ports.roster.add(other, None)

    accounts.make_link(world.ports, other)

    found = world.ports.accounts.of(other.id)
    assert found is not None
    assert found.account.login == "anna@other"
    assert kept(world, anna).account.login == "anna"


def test_unspoken_language_becomes_english(world: World) -> None:
    anna = enrolled(world, "anna")
    profile = replace(anna.profile, languages=("fr", "uk"))
    operator = replace(anna, profile=profile)

    accounts.make_link(world.ports, operator)

    found = world.ports.accounts.of(operator.id)
    assert found is not None
    assert found.account.language == "en"
