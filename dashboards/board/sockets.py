"""Sends messages to browsers without delay."""

from __future__ import annotations

import gc
import socket


def without_delay() -> int:
    """Make the server send small messages at once; return the number of ports changed.

    A page consists of many small messages. Streamlit opens its port before its web server takes over, and asyncio then
    leaves Nagle's algorithm on: the last messages of each page wait until the browser confirms the previous ones, about
    40 ms (uvicorn, issue 3149). A setting on a listening port applies to all later connections.
    """
    # By type, because asking an object for its class may wake lazy stand-ins for other objects.
    mine = [each for each in gc.get_objects() if type(each) is socket.socket and each.fileno() >= 0]
    changed = 0
    for each in mine:
        if each.family in (socket.AF_INET, socket.AF_INET6) and each.type == socket.SOCK_STREAM:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            changed += 1
    return changed
