"""Reading by name, with everything that a name leads to: many in one round trip.

A name is a key of a line without the part with which all keys of the line begin.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from redis import Redis
from redis.commands.core import Script
from redis.exceptions import NoScriptError

from ivr.adapters.redis_store.circuit_breaker import CircuitBreaker
from ivr.adapters.redis_store.documents import RULE_VERSIONS, key_of, read
from ivr.adapters.redis_store.wire import wire_of
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.versions import RuleVersion

Found = Mapping[str, bytes]
"""The value under each name; b"" when there is none."""

Asked = tuple[Script, Sequence[str], Sequence[Any]]
"""A script with its keys and arguments."""

ALIAS = b"="
"""The first byte of a value that only names another entity."""

# KEYS[1]: rule-sets, and so the line's slot: whatever is named is of the same line.
# ARGV: what the names are kept under; the version of the rules that is known; whether
# to go along the links of entities; the names to begin with. Gives the version, the
# rules ("" where they are known), then each name and what is kept there.
# Of a list its members are given as well, and nothing that they lead to. A list that
# nobody has asked for is left out when it is long: a switchboard has many calls, and
# in a crisis many wait. The queues lead to the callers in them, by their arrivals.
# It says that it writes nothing: a server that is full refuses all other scripts.
LOAD = """#!lua flags=no-writes
local prefix, names, leads, led = ARGV[1], {}, {}, {}
local version = redis.call('HGET', KEYS[1], 'version') or ''
local rules = version ~= ARGV[2] and redis.call('HGET', KEYS[1], 'sets')
local found = {version, rules or ''}
local function ask(name, lead)
  if leads[name] == nil or (lead and not leads[name]) then
    leads[name], names[#names + 1] = lead, name
  end
end
local function is_long(key, count, asked)
  return not asked and redis.call(count, key) > 40
end
local function list(there, kind)
  for _, member in ipairs(there) do ask(kind .. member, false) end
  return table.concat(there, '\\n')
end
local function entity(key, kind, lead)
  local kept = redis.call('HMGET', key, 'doc', 'links', 'of')
  if not kept[1] and kept[3] then
    ask('call:' .. kept[3], lead and kind == 'call')
    return '=' .. kept[3]
  end
  for link in string.gmatch(lead and kept[1] and kept[2] or '', '[^\\n]+') do
    ask(link, kind ~= 'callee')
  end
  return kept[1] or ''
end
local function look(name, lead, asked)
  local key, kind = prefix .. name, string.match(name, '^[^:]+')
  if kind == 'call' or kind == 'caller' or kind == 'callee' then
    return entity(key, kind, lead)
  elseif kind == 'phone' or kind == 'operators' then
    if is_long(key, 'SCARD', asked) then return nil end
    return list(redis.call('SMEMBERS', key), 'operator:')
  elseif kind == 'calls-of' or kind == 'live' then
    if is_long(key, 'ZCARD', asked) then return nil end
    return list(redis.call('ZRANGE', key, 0, -1), 'call:')
  elseif kind == 'on-call' then
    return redis.call('EXISTS', key) == 1 and '1' or ''
  elseif kind == 'queues' then
    local queues = redis.call('SMEMBERS', key)
    for _, queue in ipairs(lead and queues or {}) do
      ask('queue:' .. queue, false)
    end
    return table.concat(queues, '\\n')
  elseif kind == 'queue' then
    if is_long(key, 'ZCARD', asked) then return nil end
    return table.concat(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'), '\\n')
  elseif kind == 'due' then
    return table.concat(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES'), '\\n')
  elseif kind == 'figures' then
    return redis.call('GET', key) or ''
  elseif kind == 'routing' then
    return redis.call('HGET', key, 'since') or ''
  end
  return entity(key, kind, lead)
end
for i = 4, #ARGV do ask(ARGV[i], ARGV[3] == '1') end
local roots, i = #names, 1
while i <= #names do
  local name = names[i]
  local lead = leads[name]
  -- Asked for again since, it may have been looked at with all that it leads to.
  if led[name] ~= lead then
    led[name] = lead
    local kept = look(name, lead, i <= roots)
    if kept then
      found[#found + 1] = name
      found[#found + 1] = kept
    end
  end
  i = i + 1
end
return found
"""


class Reading(Protocol):
    """How a store reads what is kept of a line."""

    def find(self, line: LineKey, names: Iterable[str], *, leads: bool) -> Found:
        """The documents under these names; the result may hold others, too.

        ``leads``: also everything that the entities among them are linked with.
        """
        ...

    def find_in(
        self, asked: Sequence[tuple[LineKey, Iterable[str]]], *, leads: bool
    ) -> dict[LineKey, Found]:
        """The same of several lines, in one round trip."""
        ...

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count; none when they are lost."""
        ...

    def known_rules(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that counted when the line was read last."""
        ...

    def change(
        self,
        commit: Asked,
        line: LineKey,
        saved: Iterable[str],
        others: Sequence[Asked] = (),
    ) -> Any:
        """Run the script that changes the documents under the names ``saved``.

        Run ``others`` along with it, whatever their outcome.
        """
        ...

    def change_last(self, commit: Asked) -> Any:
        """Run a script that changes something, when little will be read afterwards."""
        ...

    def forget(self) -> None:
        """Read everything again from here on."""
        ...


class FreshReading:
    """Reads everything each time. Only the rules are kept, by their version."""

    def __init__(self, client: Redis, reach: CircuitBreaker) -> None:
        self._redis = client
        self._reach = reach
        self._wire = wire_of(client)
        self._load = client.register_script(LOAD)
        self._rules: dict[LineKey, tuple[RuleVersion, ...]] = {}

    def find(self, line: LineKey, names: Iterable[str], *, leads: bool) -> Found:
        """The documents under these names, and whatever comes with them."""
        return self.find_in([(line, names)], leads=leads)[line]

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count; none when they are lost."""
        self.find(line, (), leads=False)
        return self.known_rules(line)

    def change(
        self,
        commit: Asked,
        _line: LineKey,
        _saved: Iterable[str] = (),
        others: Sequence[Asked] = (),
    ) -> Any:
        """Run the script that changes something, along with others."""
        return self.run_together([commit], others)[0]

    def change_last(self, commit: Asked) -> Any:
        """Run the script that changes something."""
        return self.run_together([commit])[0]

    def forget(self) -> None:
        """Nothing is remembered."""

    def find_in(
        self, asked: Sequence[tuple[LineKey, Iterable[str]]], *, leads: bool
    ) -> dict[LineKey, Found]:
        """The documents under names of several lines, in one round trip."""
        told = self.run_together([self.asking(*each, leads=leads) for each in asked])
        pairs = zip(asked, told, strict=True)
        return {line: self.told(line, answer) for (line, _), answer in pairs}

    # --- for readers that remember ------------------------------------------

    def known_rules(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that counted when the line was read last."""
        return self._rules.get(line, ())

    def asking(self, line: LineKey, names: Iterable[str], *, leads: bool) -> Asked:
        """The script that reads names of a line."""
        known = self.known_rules(line)
        version = known[-1].version if known else ""
        args = [key_of(line, ""), version, int(leads), *names]
        return self._load, [key_of(line, "rule-sets")], args

    def told(self, line: LineKey, answer: Sequence[bytes]) -> Found:
        """The script's answer."""
        version, rules, *rest = answer
        if rules or not version:
            self._rules[line] = read(RULE_VERSIONS, rules or b"[]") or ()
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return {name.decode(): kept for name, kept in pairs}

    def run_together(
        self, asked: Sequence[Asked], others: Sequence[Asked] = ()
    ) -> list[Any]:
        """Run scripts one after the other, in one round trip; return their results.

        A server that has been restarted is first told the scripts. ``others`` run
        along: if one of them fails, nothing that was done is undone.
        """
        count, asked = len(asked), [*asked, *others]
        with self._reach():
            given = self._run(asked)
            unknown = [isinstance(each, NoScriptError) for each in given]
            if any(unknown):
                first = unknown.index(True)
                for script in {each[0].sha: each[0] for each in asked}.values():
                    self._redis.script_load(script.script)
                given = [*given[:first], *self._run(asked[first:])]
            for each in given[:count]:
                if isinstance(each, Exception):
                    raise each
            return given[:count]

    def _run(self, asked: Sequence[Asked]) -> list[Any]:
        return self._wire.run_commands(
            [
                ("EVALSHA", script.sha, len(keys), *keys, *args)
                for script, keys, args in asked
            ]
        )


class ReadingOnce:
    """Reads for one request: everything linked with it is read along, and only once.

    After a change, the changed documents are read again along with it, whether it was
    saved or others were first; so everything that is read afterwards is no older than
    the change.
    """

    def __init__(
        self, reading: FreshReading, line: LineKey, roots: Iterable[str]
    ) -> None:
        self._reading = reading
        self._asked: dict[LineKey, dict[str, None]] = {line: dict.fromkeys(roots)}
        self._found: dict[LineKey, dict[str, bytes]] = {}

    def find(self, line: LineKey, names: Iterable[str], **_: bool) -> Found:
        """The documents under these names; everything they lead to is read as well."""
        wanted = self._lacking_of(line, names)
        if wanted is not None:
            self._read([(line, wanted)])
        return self._found[line]

    def find_in(
        self, asked: Sequence[tuple[LineKey, Iterable[str]]], **_: bool
    ) -> dict[LineKey, Found]:
        """The same of several lines; what none of them lacks is not asked for."""
        lacking = {line: self._lacking_of(line, names) for line, names in asked}
        wanted = [(line, names) for line, names in lacking.items() if names is not None]
        if wanted:
            self._read(wanted)
        return {line: self._found[line] for line in lacking}

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count."""
        self.find(line, ())
        return self._reading.known_rules(line)

    def change(
        self,
        commit: Asked,
        line: LineKey,
        saved: Iterable[str],
        others: Sequence[Asked] = (),
    ) -> Any:
        """Run the script that changes something, and read the line again."""
        saved = list(saved)
        if not saved:
            given = self._reading.change(commit, line, (), others)
            if given is None:
                self.forget()
            return given
        asked = self._asked.setdefault(line, {})
        asked |= dict.fromkeys(saved)
        anew = self._reading.asking(line, asked, leads=True)
        self.forget()
        given, told = self._reading.run_together([commit, anew], others)
        self._found[line] = dict(self._reading.told(line, told))
        return given

    def change_last(self, commit: Asked) -> Any:
        """Run the script; the line is read again only if somebody asks after all."""
        self.forget()
        return self._reading.change_last(commit)

    def known_rules(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that counted when the line was read last."""
        return self._reading.known_rules(line)

    def forget(self) -> None:
        """Read everything again from here on."""
        self._found.clear()

    def _lacking_of(self, line: LineKey, names: Iterable[str]) -> list[str] | None:
        """The names that still have to be read of a line; None when all were read."""
        names, found = list(names), self._found.get(line)
        if found is not None and all(name in found for name in names):
            return None
        asked, known = self._asked.setdefault(line, {}), found or {}
        wanted = [name for name in (*asked, *names) if name not in known]
        asked |= dict.fromkeys(names)
        return wanted

    def _read(self, asked: Sequence[tuple[LineKey, Iterable[str]]]) -> None:
        for line, told in self._reading.find_in(asked, leads=True).items():
            self._found.setdefault(line, {}).update(told)


def named(found: Found, name: str) -> str | None:
    """The name under which an entity itself is kept; None when there is none."""
    kept = found.get(name, b"")
    if kept.startswith(ALIAS):
        return named(found, f"call:{kept.removeprefix(ALIAS).decode()}")
    return name if kept else None


def members(found: Found, name: str, kind: str) -> list[str]:
    """The names of the entities in a list, in its order."""
    return [f"{kind}:{member}" for member in lines_of(found[name])]


def lines_of(kept: bytes) -> list[str]:
    """The lines of a value that holds one entry per line."""
    return kept.decode().split("\n") if kept else []


def texts_of(values: Any) -> list[str]:
    """The members of a list or a set, as texts."""
    return [value.decode() for value in values]


def scores_of(kept: bytes) -> list[tuple[str, float]]:
    """The members of a sorted set, each with its score."""
    lines = lines_of(kept)
    return list(zip(lines[::2], map(float, lines[1::2]), strict=True))
