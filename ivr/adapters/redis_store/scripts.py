"""The scripts that change state. Each declares every key that it touches.

They begin with ``#!lua``: a server then knows what they may do, and refuses one
that would touch a key it was not given (https://valkey.io/topics/eval-intro/).
"""

# KEYS[1..5]: facts, routing, asked:route, asked:write, told (a channel), then the
# rest as numbered in the change. ARGV[1]: the change in msgpack; ARGV[2]: now;
# ARGV[3]: how long a sent job is trusted, in ms. Gives nil when a version has moved
# on, else whether a routing job and a writing job should be sent.
COMMIT = """#!lua
local change = cmsgpack.unpack(ARGV[1])
for _, e in ipairs(change.entities) do
  local rev = redis.call('HGET', KEYS[e.key], 'rev') or '0'
  if rev ~= e.rev then return false end
end
for _, e in ipairs(change.unchanged) do
  local rev = redis.call('HGET', KEYS[e.key], 'rev') or '0'
  if rev ~= e.rev then return false end
end
for _, e in ipairs(change.entities) do
  redis.call('HSET', KEYS[e.key], 'rev', e.next, 'doc', e.doc, 'links', e.links)
  if e.ttl then redis.call('EXPIRE', KEYS[e.key], e.ttl) end
  for _, place in ipairs(e.places) do
    local key, member, score, keeps, list, listed = unpack(place)
    if score and keeps then
      redis.call('ZADD', KEYS[key], 'NX', score, member)
    elseif score then
      redis.call('ZADD', KEYS[key], score, member)
    else
      redis.call('ZREM', KEYS[key], member)
    end
    if list and score then
      redis.call('SADD', KEYS[list], listed)
    elseif list and redis.call('EXISTS', KEYS[key]) == 0 then
      redis.call('SREM', KEYS[list], listed)
    end
  end
  for _, name in ipairs(e.names) do
    redis.call('HSET', KEYS[name.key], 'of', name.value)
    redis.call('EXPIRE', KEYS[name.key], name.ttl)
  end
  for _, set in ipairs(e.sets) do redis.call('SADD', KEYS[set.key], set.member) end
end
for _, e in ipairs(change.expected) do
  redis.call('ZADD', KEYS[e.key], 'XX', e.score, e.member)
end
for _, id in ipairs(change.told) do redis.call('PUBLISH', KEYS[5], id) end
for _, fact in ipairs(change.facts) do redis.call('XADD', KEYS[1], '*', 'f', fact) end
local route, write = 0, 0
if change.wake then
  redis.call('HINCRBY', KEYS[2], 'wanted', 1)
  redis.call('HSETNX', KEYS[2], 'since', ARGV[2])
  if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[3]) then route = 1 end
end
if #change.facts > 0 then
  if redis.call('SET', KEYS[4], '1', 'NX', 'PX', ARGV[3]) then write = 1 end
end
return {route, write}
"""

# KEYS: queues, operators. ARGV: what all keys of the line begin with; how many of each
# queue. Gives each queue with its first callers and their scores, then the documents of
# all operators. It says that it writes nothing: a server that is full refuses others.
SNAPSHOT = """#!lua flags=no-writes
local prefix, queues, docs = ARGV[1], {}, {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local queue = prefix .. 'queue:' .. name
  local first = redis.call('ZRANGE', queue, 0, ARGV[2] - 1, 'WITHSCORES')
  queues[#queues + 1] = {name, first}
end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local doc = redis.call('HGET', prefix .. 'operator:' .. id, 'doc')
  if doc then docs[#docs + 1] = doc end
end
return {queues, docs}
"""

# KEYS: asked:route, routing. From here on a request sends a job of its own. Gives the
# number of the newest request so far. It frees memory, so a full server may run it.
BEGIN_ROUTING = """#!lua flags=allow-oom
redis.call('DEL', KEYS[1])
return redis.call('HGET', KEYS[2], 'wanted') or '0'
"""

# KEYS: routing, due. ARGV: the request served, when to look again ("" never).
# Gives 1 when nothing was asked since, else 0.
SERVED = """#!lua
local wanted = tonumber(redis.call('HGET', KEYS[1], 'wanted') or '0')
redis.call('HSET', KEYS[1], 'served', ARGV[1])
if ARGV[2] ~= '' then
  redis.call('ZADD', KEYS[2], ARGV[2], 'routing:')
else
  redis.call('ZREM', KEYS[2], 'routing:')
end
if wanted > tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'since')
return 1
"""

# KEYS: legs. ARGV: now, seconds between two legs. Gives "" when the place was
# taken, else the moment at which the next one is free. A rate of one a second is
# the carrier's default for created calls (CPS).
LEG_SLOT = """#!lua
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local now = tonumber(ARGV[1])
if free > now then return redis.call('GET', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 60)
return ''
"""

# KEYS: rule-sets. ARGV: the version to be in force, it and those before it as
# JSON. If two publish at once, the later version stays, in any order.
PUT_RULES = """#!lua
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
if known >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sets', ARGV[2])
return 1
"""
