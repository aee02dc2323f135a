"""Results in a notebook: a small page each, and the charts of the dashboard's pages under ``plot``."""

from __future__ import annotations

from sim.report.notebook.pages import html_of
from sim.report.notebook.plots import plots_of

__all__ = ["html_of", "plots_of"]
