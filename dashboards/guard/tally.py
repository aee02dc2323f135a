"""Counts what is there, and paces what happens: for one visitor, one address, and all."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guard.limits import Limit, Rate

MOST_REMEMBERED = 2000
"""Addresses whose pace is remembered before those at rest are forgotten."""


class Tally:
    """How many there are of something, by session and by address.

    For the server's one event loop: not safe in threads, and need not be.
    """

    def __init__(self, limit: Limit):
        self.limit = limit
        self.count = 0
        self._visitors: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()

    def full(self, address: str, visitor: str = "") -> bool:
        """Tell whether one more would be too many."""
        return (
            self.count >= self.limit.everybody
            or self._addresses[address] >= self.limit.address
            or bool(visitor and self._visitors[visitor] >= self.limit.visitor)
        )

    @contextmanager
    def one(self, address: str, visitor: str = "") -> Iterator[bool]:
        """Count one more while it lasts; yield whether there was room for it."""
        if self.full(address, visitor):
            yield False
            return
        self._add(address, visitor, 1)
        try:
            yield True
        finally:
            self._add(address, visitor, -1)

    def _add(self, address: str, visitor: str, more: int) -> None:
        self.count += more
        for counts, key in ((self._addresses, address), (self._visitors, visitor)):
            counts[key] += more
            if not counts[key]:
                del counts[key]


class Pace:
    """Says how long something has to wait so that it does not happen too often.

    Those who share a pace wait their turn in the order in which they came (the generic cell rate algorithm, ITU-T
    I.371).
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self._rate, self._clock = rate, clock
        self._next = clock() - rate.at_once / rate.often

    def wait(self, cost: float = 1.0) -> float:
        """Take a turn, and return how many seconds it is until then.

        Args:
            cost: of the turn, a usual one's being 1.
        """
        now = self._clock()
        begin = max(self._next, now - self._rate.at_once / self._rate.often)
        self._next = begin + cost / self._rate.often
        return max(0.0, self._next - now)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is remembered that would make anybody wait."""
        return self._next <= self._clock() - self._rate.at_once / self._rate.often


class Paces:
    """A pace for each address."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self._rate, self._clock = rate, clock
        self._paces: dict[str, Pace] = {}

    def of(self, address: str) -> Pace:
        """Return the pace of an address."""
        if len(self._paces) > MOST_REMEMBERED:
            self._paces = {each: pace for each, pace in self._paces.items() if not pace.at_rest}
        return self._paces.setdefault(address, Pace(self._rate, self._clock))


def network_of(host: str) -> str:
    """Return what counts as one address: an IPv4 address, or the 64 bits of an IPv6 address that a network is given."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
