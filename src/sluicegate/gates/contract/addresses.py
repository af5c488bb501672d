"""Addresses of servers in one spelling, by what RFC 3986 (6.2.2.1 and 6.2.3) says of their case and their ports."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<user>[^/?#@]*@)?(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL
)
_PORT = re.compile(r":(?P<port>[0-9]*)\Z", re.ASCII)
_VARIABLE = re.compile(r"(\{[^{}]*\})")
_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def normal(address: str) -> str:
    """An address, or a template of one, so that two that say the same are the same text.

    The scheme and the host have no case, the scheme's own port may be left out, and so may a slash at the end. Nothing
    else is the same: not what a server may treat alike, such as other ways to write a path.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is not None:
        scheme, host = _lower(parts["scheme"]), _lower(parts["host"])
        port = _PORT.search(host)
        if port and port["port"] in ("", _PORTS.get(scheme)):
            host = host[: port.start()]
        address = f"{scheme}://{parts['user'] or ''}{host}{parts['rest']}"
    return address.removesuffix("/") or "/"


def _lower(text: str) -> str:
    """The text in lower case, but for the names of variables."""
    return "".join(part if part.startswith("{") else part.lower() for part in _VARIABLE.split(text))
