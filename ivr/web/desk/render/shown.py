"""The top of every page of the desk, and the answer to an action.

An action answers with the state as it is now: a fragment for htmx, the page for a plain
form. A refusal says so there, and has changed nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import desk_view
from ivr.core.desk.desk_view import AWAY_REASONS, LEFT, Desk
from ivr.core.desk.presence import CONNECTION
from ivr.core.model.errors import Conflict, Invalid, Stale, Unavailable
from ivr.core.model.identifiers import ClaimId
from ivr.core.model.operator import MISSED
from ivr.core.queue.handover import IN_VAIN, QUEUED, TO_COLLEAGUE, TO_TEAM
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard
from ivr.web.desk.security.addresses import HOME, page_of

SHOWN_REASONS = frozenset({*AWAY_REASONS, MISSED, CONNECTION})
"""The reasons of a state that have words."""

ELSE = "else"
OVER = frozenset(
    {
        *("caller-left", "declined", "no-answer", "expired", "busy", "failed"),
        *(
            "reloaded",
            "engaged",
            "carrier",
            "canceled",
            "operator-left",
            "not-reached",
            "withdrawn",
        ),
        *("transferred", QUEUED, TO_TEAM, TO_COLLEAGUE, IN_VAIN, LEFT),
        *("talk-caller", "talk-operator", "talk-carrier"),
    }
)
"""The ends of a claim that have words of their own; of others one sentence is said."""


def current_desk() -> Desk:
    """The desk of the account that asks, as it is now."""
    me, last = guard.current_account(), request.args.get("last") or None
    return desk_view.get_desk_view(
        web_context().ports, me.line, me.operator, ClaimId(last) if last else None
    )


def top_of_page() -> dict[str, Any] | None:
    """The values for the top of any page; None while the state is unknown."""
    try:
        return at_the_top(current_desk())
    except Unavailable as error:
        web_context().ports.log.warning("state not shown", error=str(error))
        return None


def at_the_top(shown: Desk, refusal: str = "") -> dict[str, Any]:
    """The values for the top of a page."""
    return {
        "desk": shown,
        "refusal": refusal,
        "over": _over_words(shown),
        "reasons": AWAY_REASONS,
        "shown_reasons": SHOWN_REASONS,
        "topic_of": topic_of,
        "clock_of": clock_of,
    }


def with_talk(shown: Desk, refusal: str = "") -> dict[str, Any]:
    """The values for the whole desk: the talk, and who could be brought in."""
    others = whom_to_ask() if shown.talk else {"colleagues": [], "teams": {}}
    here = {"with_talk": _is_desk(), "talk_in": shown.operator.claim or ""}
    return {**at_the_top(shown, refusal), **others, **here}


def whom_to_ask() -> dict[str, Any]:
    """The colleagues and the teams who could take a caller."""
    me = guard.current_account()
    return {
        "colleagues": desk_view.list_colleagues(
            web_context().ports, me.line, me.operator
        ),
        "teams": desk_view.list_teams(web_context().ports, me.line, me.operator),
    }


def _is_desk() -> bool:
    """Whether the desk itself asks: other pages have no place for a talk."""
    asked_at = page_of(request.headers.get("HX-Current-URL"))
    return asked_at.partition("?")[0] in {"", HOME}


def do_and_show(deed: Callable[[], object]) -> Answer:
    """Do what was asked; show the state now, or why it was not done."""
    try:
        deed()
    except (Conflict, Invalid) as refusal:
        return show_refused(refusal)
    if "HX-Request" not in request.headers:
        return redirect("/operator", HTTPStatus.SEE_OTHER)
    return render_page("desk/_now.html", **with_talk(current_desk()))


def show_refused(refusal: Conflict | Invalid) -> Answer:
    """Show the state now, and why nothing was done."""
    name = "desk/_now.html" if "HX-Request" in request.headers else "desk/desk.html"
    return render_page(
        name, HTTPStatus.CONFLICT, **with_talk(current_desk(), _refusal_words(refusal))
    )


def _refusal_words(refusal: Conflict | Invalid) -> str:
    if isinstance(refusal, Invalid):
        return t("refusal.invalid")
    reason = refusal.reason if isinstance(refusal, Stale) else ELSE
    return t(f"refusal.{reason}")


def _over_words(shown: Desk) -> str:
    """Why the claim that the page showed last is over.

    Nothing while a new one is there.
    """
    if not shown.over or shown.offer or shown.talk:
        return ""
    word = shown.over if shown.over in OVER else ELSE
    return t(f"desk.over.{word}", name=shown.over_name)


def topic_of(topic: str) -> str:
    """A topic in the words of the line, in the desk's language if the line has it."""
    me = guard.current_account()
    content = web_context().ports.content
    spoken = content.lines()[me.line].languages
    language = me.language if me.language in spoken else next(iter(spoken))
    return content.text(me.line, language, f"topic-name.{topic}", {})


def clock_of(length: timedelta) -> str:
    """A length of time as minutes and whole seconds, rounded up as the scripts do."""
    seconds = max(0, ceil(length.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"
