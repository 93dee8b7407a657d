"""Bundles and return packs over a cable instead of a stick (docs/network.md): the same files, taken in by the same code.

    OfficeLink(address, enrolment, key)    a laptop's side: `send` a bundle, `fetch` the return pack (`client`)
    OfficeServer(site)                     the office's side (`server`); `Site` says what it may call on
    find_office(enrolment)                 where on the local network that office is (`discovery`)

The parts are imported by their own names: a laptop never loads a web server, nor an office the client.
"""

PORT = 8420
"""Where an office listens, if nothing else is said."""
PREFIX = "/fieldkit/1"
"""What the paths of the exchange begin with; other paths of the same port are free for other protocols."""
