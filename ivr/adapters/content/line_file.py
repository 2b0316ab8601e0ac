"""``line.toml`` becomes a Line; the example line says what each key means."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global

from ivr.adapters.content.nodes import read_node
from ivr.adapters.content.table import Table
from ivr.core.line.desk_rules import DeskRules, EarlierNotes, Required
from ivr.core.line.menu import Language, Line, Node, OpenHours, Queue, Topic
from ivr.core.model.account import LANGUAGES
from ivr.core.model.call import LineKey, PhoneNumber
from ivr.core.model.phone_numbers import why_not_callable
from ivr.core.text.nearest import did_you_mean
from ivr.core.text.wall_clock import DAYS, end_of_hours, time_of_day

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""ITU-T E.164: a plus sign, the country code, at most fifteen digits in all."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Names end up in file names, keys of the store and addresses."""

LOCALE = re.compile(r"[a-z]{2,3}-[A-Z]{2}")


def read_line(key: LineKey, text: str, faults: list[str]) -> Line | None:
    """The line that a file says; what is wrong is added to ``faults``.

    What could not be read is left empty, so that the rest can be checked too;
    None when the file is not TOML.
    """
    origin = f"{key}/line.toml"
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.append(f"{origin}: not TOML: {error}; mend that place first")
        return None
    file = Table(origin=origin, values=values, faults=faults)
    line = _line(key, file)
    file.close()
    return line


def _line(key: LineKey, file: Table) -> Line:
    language, topic = _undecided(file.table("undecided"))
    calls_back, message_limit = _ways_out(file.table("ways_out"))
    links_from, reminders_from = _messages(file.table("messages"))
    nodes = {name: read_node(name, table) for name, table in _named(file, "node")}
    return Line(
        key=key,
        title=file.text("title"),
        numbers=_numbers(file),
        zone=_zone(file),
        languages={
            name: _language(name, table) for name, table in _named(file, "languages")
        },
        topics={name: _topic(name, table) for name, table in _named(file, "topics")},
        start=file.text("start"),
        nodes=nodes,
        undecided=topic,
        undecided_language=language,
        queue=_queue(file, nodes),
        hours=tuple(_hours(row) for row in file.rows("hours")),
        on_call=_on_call(file),
        country=_country(file),
        links_from=links_from,
        reminders_from=reminders_from,
        calls_back=calls_back,
        message_limit=message_limit,
        answer_within=_answer_within(file.table("menu")),
        talk_limit=_talk_limit(file.table("operators")),
        desk=_desk(file.table("desk")),
    )


def _named(file: Table, key: str) -> list[tuple[str, Table]]:
    found = list(file.tables(key))
    if not found:
        file.refuse(key, f"there is none; add [{key}.NAME]")
    return _well_named(found)


def _well_named(tables: Iterable[tuple[str, Table]]) -> list[tuple[str, Table]]:
    found = list(tables)
    for name, table in found:
        if not NAME.fullmatch(name):
            table.faults.append(
                f"{table.origin}: {table.path}: not a name; "
                "use small letters, digits and single hyphens"
            )
    return found


# --- the parts of a line --------------------------------------------------


def _undecided(table: Table) -> tuple[str, str]:
    language, topic = table.text("language"), table.text("topic")
    table.close()
    return language, topic


def _language(code: str, table: Table) -> Language:
    language = Language(
        code=code,
        key=table.text("key"),
        locale=table.text("locale"),
        voice=table.text("voice"),
    )
    if language.locale and not LOCALE.fullmatch(language.locale):
        table.refuse("locale", 'is not of the form "uk-UA"; write it so')
    table.close()
    return language


def _topic(key: str, table: Table) -> Topic:
    topic = Topic(key=key, urgency=table.text("class"))
    table.close()
    return topic


def _hours(row: Table) -> OpenHours:
    days = row.texts("days", default=DAYS)
    for day in days:
        if day not in DAYS:
            row.refuse("days", f'no day "{day}"; {did_you_mean(day, DAYS)}')
    start = _time(row, "from", time_of_day)
    hours = OpenHours(days=tuple(days), start=start, end=_time(row, "to", end_of_hours))
    row.close()
    return hours


def _time(row: Table, key: str, read: Callable[[str], time | None]) -> time:
    text = row.text(key)
    found = read(text)
    if text and found is None:
        row.refuse(key, f'"{text}" is not a time; write it as "08:30"')
    return found or time()


def _messages(table: Table) -> tuple[str, str]:
    """Who writes to callers, and who to operators: in older files it was one number."""
    links_from = _number(table, "links_from", "")
    reminders_from = _number(table, "reminders_from", "")
    table.close()
    written = "reminders_from" in table.values
    return links_from, reminders_from if written else links_from


def _ways_out(table: Table) -> tuple[bool, timedelta]:
    calls_back = table.flag("call_back", default=False)
    seconds = table.whole("message_seconds", 0, range(601))
    table.close()
    return calls_back, timedelta(seconds=seconds)


def _answer_within(table: Table) -> timedelta:
    seconds = table.whole("answer_within_seconds", 6, range(3, 61))
    table.close()
    return timedelta(seconds=seconds)


def _talk_limit(table: Table) -> timedelta:
    # The carrier ends a call after 24 hours whatever we say.
    minutes = table.whole("talk_limit_minutes", 240, range(1, 24 * 60 + 1))
    table.close()
    return timedelta(minutes=minutes)


def _desk(table: Table) -> DeskRules:
    found = _well_named(table.tables("dispositions"))
    dispositions = {name: _titles(row) for name, row in found}
    required = table.some_of("required", Required)
    if Required.DISPOSITION in required and not dispositions:
        table.refuse("required", "no disposition to choose; add [desk.dispositions.X]")
    earlier = table.one_of("earlier_notes", EarlierNotes, EarlierNotes.OWN)
    table.close()
    return DeskRules(
        dispositions=dispositions,
        required=tuple(map(Required, required)),
        earlier_notes=EarlierNotes(earlier or EarlierNotes.OWN),
    )


def _titles(row: Table) -> dict[str, str]:
    titles = {language: row.text(language) for language in LANGUAGES}
    row.close()
    return titles


# --- numbers and places ---------------------------------------------------


def _numbers(file: Table) -> tuple[str, ...]:
    numbers = file.texts("numbers")
    if file.values.get("numbers") == []:
        file.refuse("numbers", "none is given, so nobody can call; write one")
    for number in numbers:
        _check_number(file, "numbers", number)
    return tuple(numbers)


def _number(table: Table, key: str, default: str) -> str:
    number = table.text(key, default)
    if number:
        _check_number(table, key, number)
    return number


def _on_call(file: Table) -> str:
    number = _number(file, "on_call", "")
    ours = file.values.get("numbers")
    if number and isinstance(ours, list) and number in ours:
        file.refuse(
            "on_call",
            f'"{number}" is a number of this line, which has failed when it is dialled;'
            " give one outside this house",
        )
    elif number and (why := why_not_callable(PhoneNumber(number), ())):
        file.refuse("on_call", f'"{number}": {why}')
    return number


def _check_number(table: Table, key: str, number: str) -> None:
    if not E164.fullmatch(number) or not _is_possible(number):
        table.refuse(
            key, f'"{number}" is no telephone number; write it as "+12025550101"'
        )


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _zone(file: Table) -> str:
    zone = file.text("zone")
    try:
        return ZoneInfo(zone).key if zone else ""
    except (KeyError, OSError, ValueError):
        file.refuse("zone", f'"{zone}" is no time zone; write one as "Europe/Kyiv"')
        return ""


def _country(file: Table) -> str:
    """The country that the file names, else the one of its zone."""
    country = file.text("country", "") or _country_of(str(file.values.get("zone")))
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        remedy = 'write it as two capital letters, as "UA"'
        file.refuse("country", f'"{country}" is no country; {remedy}')
        return ""
    return country


def _country_of(zone: str) -> str:
    zones = get_global("zone_territories")
    named = get_global("zone_aliases").get(zone, zone)
    country = str(zones.get(zone) or zones.get(named) or "")
    return country if country in phonenumbers.SUPPORTED_REGIONS else ""


def _queue(file: Table, nodes: Mapping[str, Node]) -> str:
    queues = [key for key, node in nodes.items() if isinstance(node, Queue)]
    if len(queues) == 1:
        return queues[0]
    if nodes:
        file.refuse("node", f'{len(queues)} of kind "queue"; a line needs just one')
    return ""
