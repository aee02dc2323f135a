"""Data inside a page: charts as JSON, all of it compressed, since hundreds of charts are much alike."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import orjson
import plotly.io

from sim.report.charts import Chart


def chart_of(chart: Chart) -> dict[str, Any]:
    """Return a chart as a page draws it: figure, finding, text alternative."""
    figure = orjson.loads(plotly.io.to_json(chart.figure.to_dict(), validate=False, engine="orjson"))
    return {"figure": figure, "finding": chart.finding, "alternative": chart.alternative}


def packed(data: dict[str, Any]) -> str:
    """Return data as text that a script of the page unpacks; the same data give the same text."""
    return base64.b64encode(gzip.compress(orjson.dumps(data), compresslevel=9, mtime=0)).decode("ascii")


def unpacked(text: str) -> dict[str, Any]:
    """Return the data of a page again."""
    found: dict[str, Any] = orjson.loads(gzip.decompress(base64.b64decode(text)))
    return found
