"""The dashboard's server. Start it with `middleman dashboard`, or `streamlit run dashboards/app.py`."""

from __future__ import annotations

import streamlit as st
from guard.serving import application_arguments

app = st.App("script.py", **application_arguments())
