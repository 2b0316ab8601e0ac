"""The live state in Redis or Valkey; the one place that knows its keys.

``subjects`` has a class for each port. ``documents`` says how entities are kept and in
which sets they stand, ``scripts`` how they change, ``reading`` how they are read
together.

A line's keys share the hash tag ``{line}``: a script may touch all, on clusters too.

====================================  ======  ====================================
key                                   type    what; how long
====================================  ======  ====================================
hotline:{L}:call:ID                   hash    rev, doc, links; an hour after its end
hotline:{L}:call:LEG                  hash    of: the call of a called-back leg; a day
hotline:{L}:claim:ID                  hash    rev, doc, links; an hour after its end
hotline:{L}:callee:PSEUDONYM          hash    rev, doc, links; 15 days
hotline:{L}:operator:ID               hash    rev, doc, links; as long as the operator
hotline:{L}:operators                 set     operators' ids
hotline:{L}:phone:PSEUDONYM           set     operators whose number it is; as long
hotline:{L}:on-call:PSEUDONYM         zset    live calls that it is on, by start
hotline:{L}:live                      zset    calls not ended, by start
hotline:{L}:claims                    zset    claims that bind, by making
hotline:{L}:queues                    set     the queues below that hold somebody
hotline:{L}:queue:LANGUAGE:CLASS      zset    callers who wait, by arrival
hotline:{L}:queue:…:…:~MOMENT         zset    callers from another class, by the
                                              priority gained there; and so below
hotline:{L}:queue:…:…:OPERATOR        zset    callers who belong to an operator
hotline:{L}:queue:…:…:@MOMENT:TEAM    zset    callers handed to a team at that moment
hotline:{L}:calls-of:PSEUDONYM        zset    the caller's live calls, by start
hotline:{L}:caller:PSEUDONYM          hash    of: the caller's call that left; a week
hotline:{L}:polls                     zset    callers, by the next request due
hotline:{L}:waits                     zset    callers who wait, by since when
hotline:{L}:due                       zset    "kind:id" by the time it is due
hotline:{L}:strangers                 zset    orphaned legs, by when first seen or last
                                              looked at; ten minutes
hotline:{L}:recordings                string  how far we have read the carrier's
                                              recordings, as JSON
hotline:{L}:facts                     stream  facts until they are in the call log
hotline:{L}:routing                   hash    wanted, served, since
hotline:{L}:asked:route, :write       string  a job was sent; a second
hotline:{L}:told                      channel ids of operators whose state, or a claim,
                                              was saved
hotline:{L}:rule-sets                 hash    version in force; sets: it, and earlier
                                              ones that still count for a caller
hotline:{L}:figures                   string  figures of the last weeks' waits, as
                                              JSON; a day
hotline:{carrier}:legs                string  when the next leg may be created
hotline:{health}:written              string  that something may be written; 10 s
====================================  ======  ====================================

Only one script changes state: ``commit`` saves new versions of entities if, and only
if, each stored one still has the version that the decision started from.
"""

from ivr.adapters.redis_store.documents import ENDED_TTL

__all__ = ["ENDED_TTL"]
