"""A telephone exchange in a box: the carrier's side, without an account.

It speaks what a TwiML carrier speaks (signed webhooks out, TwiML in, REST
2010-04-01 in) and knows nothing of the service it calls but web addresses.

- `kernel`: scripts that wait, identifiers, signatures, what crosses the wire
- `state`: what the exchange holds; persons at telephones, and whole calls as files
- `twiml`: the grammar of documents
- `documents`: they are fetched, and followed verb by verb
- `legs`: telephones that are rung, and the devices of clients, over which somebody
  decides
- `verbs`: what each verb does; a call from its first document to its end
- `rest`: the REST interface, one module for each kind of resource
- `hosts`: `switch` is the exchange itself, without input or output: it is told the time
  and what happened, and answers with the requests that are to be sent. `server` runs it
  in real time on loopback; `browser` and `static/sdk` make a page a telephone, with the
  same names as the carrier's own library
- `testing`: a host in virtual time on one thread
"""
