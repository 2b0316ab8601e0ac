"""A telephone exchange in a box: the carrier's side, without an account.

It speaks what a TwiML carrier speaks (signed webhooks out, TwiML in, REST 2010-04-01
in) and knows nothing of the service it calls but web addresses.

- `kernel`: scripts that wait, identifiers, signatures, the types of HTTP messages
- `state`: everything that the exchange holds; persons at telephones, and whole calls as
  files
- `twiml`: the grammar of documents
- `documents`: fetches documents, and follows them verb by verb
- `legs`: telephones that ring, and the devices of clients, where somebody decides
- `verbs`: what each verb does; a call from its first document to its end
- `rest`: the REST interface, one module for each kind of resource
- `hosts`: `switch` is the exchange itself, without input or output: a host tells it the
  time and what happened, and it answers with the requests to send. `server` runs it in
  real time on loopback; `browser` and `static/sdk` make a page a telephone, with the
  same names as the carrier's own library
- `testing`: a host in virtual time on one thread
"""
