"""Accounts: get one, sign up, and change what opens it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ivr.actions.accounts import disabling
from ivr.actions.accounts.sessions import begin_session, codes_of, count_attempt
from ivr.actions.updating import retry_on_conflict
from ivr.core.model import account as accounts
from ivr.core.model.account import (
    LANGUAGES,
    Account,
    Credentials,
    Role,
    digest_of,
    digits_of,
    normalize_password,
)
from ivr.core.model.errors import Conflict, NotFound, Refused
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.model.values import replace
from ivr.ports import Keys, Ports

DecideAccount = Callable[[Credentials, datetime], Credentials | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The secret of a new device for one-time codes, as text and as its address."""

    seed: str
    label: str


def make_link(ports: Ports, operator: Operator, role: Role | None = None) -> str:
    """Make a sign-up link for an operator; return its secret, which we show only once.

    An earlier link opens nothing any more. Password and device of before work until the
    new link is used.
    """
    secret, pending = ports.ids.secret(), ports.vault.seal(ports.keys.make_seed())
    link = digest_of(secret)
    decide = partial(renew_link, link=link, pending=pending, role=role)
    _update_account(ports, partial(_of_operator, ports, operator), decide)
    return secret


def renew_link(
    known: Credentials, now: datetime, *, link: str, pending: str, role: Role | None
) -> Credentials:
    """Put a new link in place of the old, and a role if one is given."""
    account = known.account
    if account.disabled:
        raise Conflict(
            f"{account.name} is disabled, and a link would not open; enable them first:"
            f' hotline operators enable "{account.name}"'
        )
    if role is not None:
        known = replace(known, account=replace(account, role=role))
    return accounts.replace_link(known, link, pending, now)


def _update_account(
    ports: Ports, load: Callable[[], Credentials], decide: DecideAccount
) -> Credentials:
    """Change an account; return it as it is now."""
    found, after = retry_on_conflict(ports, load, decide, ports.accounts.save)
    return after or found


def _of_operator(ports: Ports, operator: Operator) -> Credentials:
    """The account of an operator; made now if there is none."""
    return ports.accounts.of(operator.id) or _add_account(ports, operator)


def prepare_account(
    ports: Ports, operator: Operator, role: Role | None
) -> tuple[Credentials, str]:
    """The account of an operator who is about to be enrolled, and the link's secret.

    Conflict when the name would not tell two people apart; nothing is written.
    """
    names = (operator.profile.name, f"{operator.profile.name}@{operator.line}")
    logins = [accounts.login_of(name) for name in names]
    free = [login for login in logins if ports.accounts.named(login) is None]
    if not free:
        raise Conflict(
            f"others sign in as {' and '.join(logins)}: at the desk capital letters and"
            " spaces do not tell names apart; choose another name"
        )
    account = _make_account(operator, free[0])
    account = replace(account, role=role) if role else account
    secret, pending = ports.ids.secret(), ports.vault.seal(ports.keys.make_seed())
    made = Credentials(account=account)
    link = accounts.replace_link(made, digest_of(secret), pending, ports.clock.now())
    return link, secret


def _make_account(operator: Operator, login: str) -> Account:
    own = operator.profile.languages[0]
    return Account(
        operator=operator.id,
        line=operator.line,
        name=operator.profile.name,
        login=login,
        language=own if own in LANGUAGES else "en",
    )


def _add_account(ports: Ports, operator: Operator) -> Credentials:
    account = _make_account(operator, accounts.login_of(operator.profile.name))
    try:
        made = Credentials(account=account)
        ports.accounts.add(made)
    except Conflict:
        longer = accounts.login_of(f"{operator.profile.name}@{operator.line}")
        made = Credentials(account=replace(account, login=longer))
        ports.accounts.add(made)
    return made


def show_invitation(ports: Ports, secret: str) -> tuple[Account, Device]:
    """The owner of a sign-up link, and the device to set up; NotFound if it is none."""
    known = _account_of_link(ports, secret)
    return known.account, _device_of(ports, known)


def sign_up_by_link(
    ports: Ports, secret: str, password: str, code: str, language: str
) -> str:
    """Sign up with an unused link, and sign in; return the session's secret.

    Earlier sessions of the account end.
    """
    known = _account_of_link(ports, secret)
    step = _check_code(ports, known, code)
    hashed = _hash_new_password(ports.keys, known.account, password)
    if not ports.accounts.save(accounts.sign_up(known, hashed, step, language)):
        raise NotFound("the sign-up link has just been used")
    ports.sessions.end_all(known.account.operator)
    ports.accounts.forgive(codes_of(ports, known.account.operator))
    ports.log.info("signed up", operator=known.account.operator)
    return begin_session(ports, known.account.operator)


def _account_of_link(ports: Ports, secret: str) -> Credentials:
    known = ports.accounts.invited(digest_of(secret))
    if known is None or not accounts.is_open(known, ports.clock.now()):
        raise NotFound("no sign-up link is open that has this secret")
    return known


def change_password(
    ports: Ports, account: Account, secret: str, old: str, new: str
) -> None:
    """Change the password of somebody who is signed in; end their other sessions."""
    known = _confirm_password(ports, account, old)
    hashed = _hash_new_password(ports.keys, account, new)
    _save_account(ports, replace(known, password=hashed))
    ports.sessions.end_all(account.operator, but=digest_of(secret))
    ports.log.info("password changed", operator=account.operator)


def new_device(ports: Ports, account: Account) -> Device:
    """The device to set up in place of the present one; the same until that is done."""
    pending = ports.vault.seal(ports.keys.make_seed())
    load = partial(_load_account, ports, account.operator)
    return _device_of(
        ports, _update_account(ports, load, partial(offer_device, pending=pending))
    )


def offer_device(
    known: Credentials, _now: datetime, *, pending: str
) -> Credentials | None:
    """Let a new device wait for its proof, unless one waits already."""
    return None if known.pending else replace(known, pending=pending)


def change_device(
    ports: Ports, account: Account, secret: str, password: str, code: str
) -> None:
    """Put the new device in place of the old; ends the other sessions."""
    known = _confirm_password(ports, account, password)
    step = _check_code(ports, known, code)
    _save_account(ports, accounts.with_device(known, step))
    ports.sessions.end_all(account.operator, but=digest_of(secret))
    ports.log.info("device changed", operator=account.operator)


def change_language(ports: Ports, account: Account, language: str) -> None:
    """Set the language in which the desk speaks to somebody."""
    load = partial(_load_account, ports, account.operator)
    _update_account(ports, load, partial(set_language, language=language))


def set_language(known: Credentials, _now: datetime, *, language: str) -> Credentials:
    """Choose the language of the desk for an account."""
    return replace(known, account=replace(known.account, language=language))


def disable_operator(ports: Ports, operator: OperatorId) -> None:
    """Shut an operator out: no session, no PIN, no offer, no line.

    The account is closed first. If a fault interrupts the rest, call this again: it
    does what is left.
    """
    account = _set_disabled(ports, operator, disabled=True)
    ports.roster.forget_pin(operator)
    ports.roster.remember_choice(operator, State.OFFLINE)
    ports.sessions.end_all(operator)
    ports.log.info("disabled", operator=operator)
    disabling.shut_out(ports, account.line, operator)


def enable_operator(ports: Ports, operator: OperatorId) -> None:
    """Let an operator sign in again, with the password and device of before.

    They are offline until they say otherwise. The old PIN stays void: an operator who
    calls in needs a new one.
    """
    account = _set_disabled(ports, operator, disabled=False)
    ports.log.info("enabled", operator=operator)
    disabling.let_in(ports, account.line, operator)


def _set_disabled(ports: Ports, operator: OperatorId, *, disabled: bool) -> Account:
    load = partial(_of_anybody, ports, operator)
    return _update_account(
        ports, load, partial(set_disabled, disabled=disabled)
    ).account


def set_disabled(known: Credentials, _now: datetime, *, disabled: bool) -> Credentials:
    """Close an account, or open it again."""
    return replace(known, account=replace(known.account, disabled=disabled))


def _of_anybody(ports: Ports, key: OperatorId) -> Credentials:
    """The account of an operator; made now if they have never had a link.

    Operators without a link answer calls too, and must be shut out like everybody else.
    """
    known = ports.accounts.of(key)
    if known is not None:
        return known
    for line in ports.content.lines():
        operator = ports.operators.operator(line, key)
        if operator is not None:
            return _add_account(ports, operator)
    return _load_account(ports, key)


def _load_account(ports: Ports, operator: OperatorId) -> Credentials:
    known = ports.accounts.of(operator)
    if known is None:
        raise NotFound("there is no account; make one: hotline operators link NAME")
    return known


def _confirm_password(ports: Ports, account: Account, password: str) -> Credentials:
    """The account, after somebody who is signed in has proved that it is theirs."""
    # Counted apart from signing in: strangers may fail there under any name.
    with count_attempt(ports, f"own:{account.login}"):
        known = _load_account(ports, account.operator)
        if not ports.keys.check_password(known.password, normalize_password(password)):
            raise Refused("password-wrong")
    return known


def _hash_new_password(keys: Keys, account: Account, password: str) -> str:
    if reason := accounts.why_unfit(password, account):
        raise Refused(reason)
    return keys.hash_password(normalize_password(password))


def _check_code(ports: Ports, known: Credentials, code: str) -> int:
    seed = ports.vault.unseal(known.pending)
    step = ports.keys.find_step(seed, digits_of(code), ports.clock.now())
    if step is None:
        raise Refused("code-wrong")
    return step


def _save_account(ports: Ports, known: Credentials) -> None:
    if not ports.accounts.save(known):
        raise Conflict("the account was changed elsewhere at the same moment")


def _device_of(ports: Ports, known: Credentials) -> Device:
    seed = ports.vault.unseal(known.pending)
    return Device(
        seed=seed, label=ports.keys.device_address(seed, known.account.signs_in_as)
    )
