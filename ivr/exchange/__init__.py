"""A telephone exchange in a box: the carrier's side, without an account.

It speaks what a TwiML carrier speaks (signed webhooks out, TwiML in, REST
2010-04-01 in) and knows nothing of the service it calls but web addresses.

- `switch`: the exchange itself, without input or output: it is told the time and
  what happened, and answers with the requests that are to be sent
- `inline`: a host in virtual time on one thread, for tests
- `server`: a host in real time on loopback, for the demo and the terminal
- `people`, `script`: the persons at the telephones, and whole calls as files
- `by_hand`, `devices`: the devices of clients, over which somebody decides
- `browser`, `static/sdk`: what makes a page such a device, with the same names as
  the carrier's own library
"""
