"""What is sent to a browser leaves at once."""

from __future__ import annotations

import gc
import socket

import streamlit as st


@st.cache_resource(show_spinner=False)
def without_delay() -> int:
    """Have the server send small messages at once; return how many connections this was told to.

    A page is many small messages. Streamlit opens its port before its web server takes it over, and asyncio then leaves
    Nagle's algorithm on: the last messages of every page wait for the browser to confirm the ones before, which it does
    after 40 ms (uvicorn, issue 3149). What a port that listens is told holds for all who connect later.
    """
    # By type: asking an object for its class may wake what stands in for another.
    mine = [each for each in gc.get_objects() if type(each) is socket.socket and each.fileno() >= 0]
    told = 0
    for each in mine:
        if each.family in (socket.AF_INET, socket.AF_INET6) and each.type == socket.SOCK_STREAM:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            told += 1
    return told
