"""Signals for the page's scripts, as attributes of its body."""

from markupsafe import Markup, escape

from ivr.web.context import web_context
from ivr.web.desk.render.words import t

EVENTS = "/operator/events"
TELEPHONE = ("starting", "ready", "lost", "failed")
MICROPHONE = ("asking", "denied", "missing", "doubted")
TALK = ("cut", "cut-short", "cut-surely", "cut-perhaps", "page-lost", "back")


def render_signals() -> Markup:
    """The attributes of the body: addresses, and the words that scripts show."""
    told = {
        "events": web_context().live_url + EVENTS,
        "softphone": web_context().ports.softphone.script,
        "edge": web_context().ports.softphone.edge,
        "ringing": t("desk.ringing"),
        "deed-refused": t("desk.deed-refused"),
        "deed-unknown": t("desk.deed-unknown"),
        "not-saved": t("record.not-saved"),
        "not-taken": t("record.refused-invalid"),
        **{f"telephone-{each}": t(f"desk.telephone.{each}") for each in TELEPHONE},
        **{f"telephone-{each}": t(f"telephone.{each}") for each in MICROPHONE},
        **{each: t(f"talk.{each}") for each in TALK},
    }
    return Markup(" ").join(
        Markup('data-{}="{}"').format(name, escape(value))
        for name, value in told.items()
    )
