"""Under which addresses phones reach this machine, found without asking anybody."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

ELSEWHERE = ("192.0.2.1", "10.255.255.255", "2001:db8::1")
"""Addresses for documentation, and one of a private network: a route to them is looked up, and nothing is sent."""
THIS_MACHINE = "localhost"


def network_addresses() -> list[str]:
    """Return this machine's addresses in its networks, private IPv4 ones first; empty where it is in none."""
    found: list[str] = []
    for there in ELSEWHERE:
        kind = socket.AF_INET6 if ":" in there else socket.AF_INET
        with suppress(OSError), socket.socket(kind, socket.SOCK_DGRAM) as probe:
            probe.connect((there, 9))  # a datagram socket: this sends nothing
            found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None)]
    return sorted(dict.fromkeys(filter(is_reachable, found)), key=_order)


def is_reachable(address: str) -> bool:
    """Tell whether others may reach an address: it is not one of this machine alone."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not (known.is_loopback or known.is_unspecified or known.is_link_local or known.is_multicast)


def _order(address: str) -> tuple[bool, bool]:
    known = ipaddress.ip_address(address)
    return known.version == 6, not known.is_private


def url_of(address: str, port: int) -> str:
    """Return the address of a page's server: ``http://192.168.0.5:8501``."""
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}"
