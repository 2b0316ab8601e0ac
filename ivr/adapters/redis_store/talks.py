"""A talk in one look: a claim or a call, and whatever it hangs together with."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from redis import Redis

from ivr.adapters.redis_store.documents import (
    RULE_VERSIONS,
    Documents,
    key_of,
    kind_of,
    read,
)
from ivr.adapters.redis_store.reach import Reach
from ivr.core.model.call import Call, CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.errors import Unreadable
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.links import names_linked
from ivr.core.talk.talk import Entity, Talk
from ivr.ports import LoadedTalk

NOTHING: Mapping[str, bytes] = {}

ALIAS = b"="
"""What is found at a name that only stands for another one begins so."""

# KEYS[1]: rule-sets, and so the line's slot: whatever an entity names is of the same
# line. ARGV: what the names are kept under; the version of the rules that is known; the
# names to begin with. Gives the rules, "" where they are known, then each name that was
# looked at, and what is kept there.
LOAD = """#!lua
local prefix, names, seen = ARGV[1], {}, {}
local rules = redis.call('HMGET', KEYS[1], 'version', 'sets')
local found = {rules[1] ~= ARGV[2] and rules[2] or ''}
for i = 3, #ARGV do names[#names + 1] = ARGV[i] end
local i = 1
while i <= #names do
  local name = names[i]
  if not seen[name] then
    seen[name] = true
    local kept = redis.call('HMGET', prefix .. name, 'doc', 'links', 'of')
    found[#found + 1] = name
    found[#found + 1] = kept[1] or (kept[3] and '=' .. kept[3]) or ''
    if kept[3] and not kept[1] then names[#names + 1] = 'call:' .. kept[3] end
    for link in string.gmatch(kept[1] and kept[2] or '', '[^\\n]+') do
      names[#names + 1] = link
    end
  end
  i = i + 1
end
return found
"""


class TalksKept:
    """``ports.Talks`` over the client of a store."""

    _redis: Redis
    _documents: Documents
    _reach: Reach
    _load: Any
    _rules: dict[LineKey, tuple[RuleVersion, ...]]

    def load_talk(
        self,
        line: LineKey,
        *,
        claim: ClaimId | None = None,
        leg: CallId | None = None,
        operator: OperatorId | None = None,
        colleague: OperatorId | None = None,
    ) -> LoadedTalk:
        """All that a decision may depend on, and the rules that count."""
        asked = (
            ("claim", claim),
            ("call", leg),
            ("operator", operator),
            ("operator", colleague),
        )
        roots = [f"{kind}:{key}" for kind, key in asked if key]
        found = self._found(line, roots)
        talk = self._talk(line, found)
        whose = talk.operators.get(operator) if operator else None
        if whose is not None and whose.claim is not None:
            found = self._found(line, [f"claim:{whose.claim}"], found)
            talk = self._talk(line, found)
        caller = _named(found, f"call:{leg}") if leg else None
        key = _claim_of(talk, caller, operator) or claim
        return LoadedTalk(talk=talk.about(key, caller), rules=self._rules.get(line, ()))

    def _talk(self, line: LineKey, found: Mapping[str, bytes]) -> Talk:
        talk = Talk(line=line)
        for entity in self._entities(line, found):
            talk = talk.put(entity)
        return talk

    def _found(
        self, line: LineKey, roots: Iterable[str], known: Mapping[str, bytes] = NOTHING
    ) -> dict[str, bytes]:
        """What is kept under these names and whatever they are linked with.

        The links that a version of before has saved may lack some, or be stale: what
        an entity itself names is looked up as well.
        """
        found = dict(known)
        wanted = list(roots)
        while wanted:
            found |= self._load_named(line, wanted)
            entities = list(self._entities(line, found))
            links = (name for each in entities for name in names_linked(each))
            wanted = [name for name in dict.fromkeys(links) if name not in found]
        return found

    def _load_named(self, line: LineKey, names: list[str]) -> dict[str, bytes]:
        known = self._rules.get(line, ())
        version = known[-1].version if known else ""
        args = [key_of(line, ""), version, *names]
        with self._reach():
            rules, *rest = self._load(keys=[key_of(line, "rule-sets")], args=args)
        if rules:
            self._rules[line] = read(RULE_VERSIONS, rules) or ()
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return {name.decode(): kept for name, kept in pairs}

    def _entities(self, line: LineKey, found: Mapping[str, bytes]) -> Iterator[Entity]:
        for name, doc in found.items():
            if doc and not doc.startswith(ALIAS):
                entity = self._documents.entity(kind_of(name), doc)
                if entity is None:
                    raise Unreadable(key_of(line, kind_of(name)), self._rev(line, name))
                yield entity

    def _rev(self, line: LineKey, name: str) -> int:
        with self._reach():
            rev = self._redis.hget(key_of(line, name), "rev")
        return int(cast("bytes | None", rev) or 0)


def _named(found: Mapping[str, bytes], name: str) -> CallId | None:
    """The call that is kept under a name, or that it stands for."""
    doc = found.get(name, b"")
    if doc.startswith(ALIAS):
        return CallId(doc.removeprefix(ALIAS).decode())
    return CallId(name.partition(":")[2]) if doc else None


def _claim_of(
    talk: Talk, caller: CallId | None, operator: OperatorId | None
) -> ClaimId | None:
    bound: Call | None = talk.calls.get(caller) if caller else None
    if bound is not None:
        return bound.claim
    whose = talk.operators.get(operator) if operator else None
    return whose.claim if whose else None
