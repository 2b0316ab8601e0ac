"""Sessions at the desk: sign in, stay, sign out."""

from collections.abc import Iterator
from contextlib import contextmanager

from ivr.actions.accounts.browsers import place_of
from ivr.core.model.account import (
    CODES,
    Account,
    Credentials,
    Session,
    digest_of,
    digits_of,
    is_noted,
    is_over,
    login_of,
    normalize_password,
)
from ivr.core.model.errors import Refused, TooOften
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.ports import Keys, Operators, Ports


def sign_in(
    ports: Ports, name: str, password: str, code: str, browser: str = ""
) -> str:
    """Let in somebody who knows a name, its password and a fresh code.

    Returns the new session's secret. A wrong answer is refused with the same word and
    after the same work, whichever part was wrong; nothing reveals whether the name
    exists. ``browser`` is the token of a known browser: strangers who fail elsewhere
    cannot lock anybody out there.
    """
    place = place_of(ports, browser, name)
    with count_attempt(ports, f"login:{login_of(name)}", place):
        known = _check_sign_in(ports, name, password, code, place)
    return begin_session(ports, known.account.operator)


def _check_sign_in(
    ports: Ports, name: str, password: str, code: str, place: str
) -> Credentials:
    words, digits = _normalize_both(password, code)
    known = ports.accounts.named(login_of(name))
    right = ports.keys.check_password(known.password if known else "", words)
    seed = ports.vault.unseal(known.seed) if known else ""
    step = ports.keys.find_step(seed, digits, ports.clock.now())
    opens = known is not None and step is not None and step > known.step
    _count_code(ports, known if right else None, place, opens=opens)
    if known is None or not right or step is None or not opens:
        raise Refused("sign-in")
    if known.account.disabled or not ports.accounts.save(
        replace(
            known, step=step, password=_rehash_if_dated(ports.keys, known, password)
        )
    ):
        # Not kept: the same code has just let somebody in.
        raise Refused("sign-in")
    return known


def _count_code(
    ports: Ports, known: Credentials | None, place: str, *, opens: bool
) -> None:
    """Count a code, so that a password alone is not enough to guess one; TooOften.

    A wrong password (``known`` None) costs the same work.
    """
    whose, now = known.account.operator if known else "", ports.clock.now()
    keyed = codes_of(ports, whose, place)
    again = ports.accounts.next_attempt_at(keyed, now, CODES)
    if known is None or (again is None and not opens):
        ports.accounts.count_attempt(keyed, now, CODES)
    if known is None:
        return
    if again is not None or not opens:
        ports.log.warning("wrong code after the right password", operator=whose)
    if again is not None:
        raise TooOften(again, "codes-often")


def codes_of(ports: Ports, operator: str, place: str = "") -> str:
    """The keyed name under which we count an operator's wrong codes at a place."""
    return ports.vault.fingerprint(f"code:{operator}|{place}")


def _normalize_both(password: str, code: str) -> tuple[str, str]:
    """Both as they are compared; a text that is too long is as wrong as the rest."""
    try:
        return normalize_password(password), digits_of(code)
    except Refused:
        raise Refused("sign-in") from None


def _rehash_if_dated(keys: Keys, known: Credentials, password: str) -> str:
    """The kept password, hashed again if its hash is weaker than today's."""
    if not keys.is_dated(known.password):
        return known.password
    return keys.hash_password(normalize_password(password))


@contextmanager
def count_attempt(ports: Ports, what: str, place: str = "") -> Iterator[None]:
    """Count one attempt at something; TooOften when there were too many.

    It counts before anything is checked, and is forgiven when it was right. Attempts at
    each known ``place`` count apart; those of all strangers count together.
    """
    keyed = ports.vault.fingerprint(f"{what}|{place}" if place else what)
    again = ports.accounts.count_attempt(keyed, ports.clock.now())
    if again is not None:
        raise TooOften(again)
    try:
        yield
    except Refused:
        ports.log.info("refused at the desk's door")
        raise
    ports.accounts.forgive(keyed)


def begin_session(ports: Ports, operator: OperatorId) -> str:
    """Begin a session; return its secret, of which we keep only the digest."""
    secret, now = ports.ids.secret(), ports.clock.now()
    ports.sessions.open(
        Session(key=digest_of(secret), operator=operator, opened=now, seen=now)
    )
    return secret


def account_of_session(
    ports: Ports, secret: str, *, notes: bool = True
) -> Account | None:
    """The account that is signed in with this secret, or None.

    Nobody loses the desk during a talk: a session that is too old ends after it. With
    ``notes`` they count as seen now; a request that a page makes by itself does not
    show that anybody sits there.
    """
    found = ports.sessions.find(digest_of(secret)) if secret else None
    if found is None:
        return None
    (session, account), now = found, ports.clock.now()
    if account.disabled or (
        is_over(session, now) and not _is_talking(ports.operators, account)
    ):
        return None
    if notes and not is_noted(session, now):
        ports.sessions.mark_active(session.key, now)
    return account


def _is_talking(operators: Operators, account: Account) -> bool:
    operator = operators.operator(account.line, account.operator)
    return operator is not None and operator.state is State.TALKING


def sign_out(ports: Ports, secret: str) -> None:
    """End a session."""
    ports.sessions.end(digest_of(secret))
