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
from ivr.core.line.desk_rules import DeskRules, EarlierRecords, Required
from ivr.core.line.menu import (
    CallLimits,
    Fallback,
    Language,
    Line,
    LinePhones,
    Node,
    OpenHours,
    Queue,
    Topic,
)
from ivr.core.model.account import LANGUAGES
from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import LineKey
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
    line = _read_line(key, file)
    file.refuse_unknown()
    return line


def _read_line(key: LineKey, file: Table) -> Line:
    language, topic = _read_undecided(file.read_table("undecided"))
    calls_back, message_limit = _ways_out(file.read_table("ways_out"))
    links_from, reminders_from = _read_messages(file.read_table("messages"))
    nodes = {
        name: read_node(name, table) for name, table in _named_tables(file, "node")
    }
    return Line(
        key=key,
        title=file.read_text("title"),
        numbers=_read_numbers(file),
        zone=_read_zone(file),
        languages={
            name: _read_language(name, table)
            for name, table in _named_tables(file, "languages")
        },
        topics={
            name: _read_topic(name, table)
            for name, table in _named_tables(file, "topics")
        },
        start=file.read_text("start"),
        nodes=nodes,
        fallback=Fallback(topic=topic, language=language),
        phones=LinePhones(
            on_call=_on_call(file),
            country=_read_country(file),
            links_from=links_from,
            reminders_from=reminders_from,
        ),
        limits=CallLimits(
            message=message_limit,
            answer_within=_answer_within(file.read_table("menu")),
            talk=_talk_limit(file.read_table("operators")),
        ),
        queue=_find_queue(file, nodes),
        hours=tuple(_read_hours(row) for row in file.read_rows("hours")),
        calls_back=calls_back,
        desk=_read_desk(file.read_table("desk")),
    )


def _named_tables(file: Table, key: str) -> list[tuple[str, Table]]:
    found = list(file.read_tables(key))
    if not found:
        file.add_fault(key, f"there is none; add [{key}.NAME]")
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


def _read_undecided(table: Table) -> tuple[str, str]:
    language, topic = table.read_text("language"), table.read_text("topic")
    table.refuse_unknown()
    return language, topic


def _read_language(code: str, table: Table) -> Language:
    language = Language(
        code=code,
        key=table.read_text("key"),
        locale=table.read_text("locale"),
        voice=table.read_text("voice"),
    )
    if language.locale and not LOCALE.fullmatch(language.locale):
        table.add_fault("locale", 'is not of the form "uk-UA"; write it so')
    table.refuse_unknown()
    return language


def _read_topic(key: str, table: Table) -> Topic:
    topic = Topic(key=key, urgency=table.read_text("class"))
    table.refuse_unknown()
    return topic


def _read_hours(row: Table) -> OpenHours:
    days = row.read_texts("days", default=DAYS)
    for day in days:
        if day not in DAYS:
            row.add_fault("days", f'no day "{day}"; {did_you_mean(day, DAYS)}')
    start = _read_time(row, "from", time_of_day)
    hours = OpenHours(
        days=tuple(days), start=start, end=_read_time(row, "to", end_of_hours)
    )
    row.refuse_unknown()
    return hours


def _read_time(row: Table, key: str, read: Callable[[str], time | None]) -> time:
    text = row.read_text(key)
    found = read(text)
    if text and found is None:
        row.add_fault(key, f'"{text}" is not a time; write it as "08:30"')
    return found or time()


def _read_messages(table: Table) -> tuple[str, str]:
    """The numbers that write to callers and to operators; older files have only one."""
    links_from = _read_number(table, "links_from", "")
    reminders_from = _read_number(table, "reminders_from", "")
    table.refuse_unknown()
    written = "reminders_from" in table.values
    return links_from, reminders_from if written else links_from


def _ways_out(table: Table) -> tuple[bool, timedelta]:
    calls_back = table.read_flag("call_back", default=False)
    seconds = table.read_whole("message_seconds", 0, range(601))
    table.refuse_unknown()
    return calls_back, timedelta(seconds=seconds)


def _answer_within(table: Table) -> timedelta:
    seconds = table.read_whole("answer_within_seconds", 6, range(3, 61))
    table.refuse_unknown()
    return timedelta(seconds=seconds)


def _talk_limit(table: Table) -> timedelta:
    # The carrier ends a call after 24 hours whatever we say.
    minutes = table.read_whole("talk_limit_minutes", 240, range(1, 24 * 60 + 1))
    table.refuse_unknown()
    return timedelta(minutes=minutes)


def _read_desk(table: Table) -> DeskRules:
    found = _well_named(table.read_tables("dispositions"))
    dispositions = {name: _read_titles(row) for name, row in found}
    required = table.some_of("required", Required)
    if Required.DISPOSITION in required and not dispositions:
        table.add_fault(
            "required", "no disposition to choose; add [desk.dispositions.X]"
        )
    earlier = table.one_of("earlier_notes", EarlierRecords, EarlierRecords.OWN)
    table.refuse_unknown()
    return DeskRules(
        dispositions=dispositions,
        required=tuple(map(Required, required)),
        earlier_notes=EarlierRecords(earlier or EarlierRecords.OWN),
    )


def _read_titles(row: Table) -> dict[str, str]:
    titles = {language: row.read_text(language) for language in LANGUAGES}
    row.refuse_unknown()
    return titles


# --- numbers and places ---------------------------------------------------


def _read_numbers(file: Table) -> tuple[str, ...]:
    numbers = file.read_texts("numbers")
    if file.values.get("numbers") == []:
        file.add_fault("numbers", "none is given, so nobody can call; write one")
    for number in numbers:
        _check_number(file, "numbers", number)
    return tuple(numbers)


def _read_number(table: Table, key: str, default: str) -> str:
    number = table.read_text(key, default)
    if number:
        _check_number(table, key, number)
    return number


def _on_call(file: Table) -> str:
    number = _read_number(file, "on_call", "")
    ours = file.values.get("numbers")
    if number and isinstance(ours, list) and number in ours:
        file.add_fault(
            "on_call",
            f'"{number}" is a number of this line, which has failed when we dial it;'
            " give one outside this service",
        )
    elif number and (why := why_not_callable(PhoneNumber(number), ())):
        file.add_fault("on_call", f'"{number}": {why}')
    return number


def _check_number(table: Table, key: str, number: str) -> None:
    if not E164.fullmatch(number) or not _is_possible(number):
        table.add_fault(
            key, f'"{number}" is no telephone number; write it as "+12025550101"'
        )


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _read_zone(file: Table) -> str:
    zone = file.read_text("zone")
    try:
        return ZoneInfo(zone).key if zone else ""
    except (KeyError, OSError, ValueError):
        file.add_fault("zone", f'"{zone}" is no time zone; write one as "Europe/Kyiv"')
        return ""


def _read_country(file: Table) -> str:
    """The country that the file names, else the one of its zone."""
    country = file.read_text("country", "") or _country_of(str(file.values.get("zone")))
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        remedy = 'write it as two capital letters, as "UA"'
        file.add_fault("country", f'"{country}" is no country; {remedy}')
        return ""
    return country


def _country_of(zone: str) -> str:
    zones = get_global("zone_territories")
    named = get_global("zone_aliases").get(zone, zone)
    country = str(zones.get(zone) or zones.get(named) or "")
    return country if country in phonenumbers.SUPPORTED_REGIONS else ""


def _find_queue(file: Table, nodes: Mapping[str, Node]) -> str:
    queues = [key for key, node in nodes.items() if isinstance(node, Queue)]
    if len(queues) == 1:
        return queues[0]
    if nodes:
        file.add_fault("node", f'{len(queues)} of kind "queue"; a line needs just one')
    return ""
