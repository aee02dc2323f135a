"""The script that saves a chart of a page as SVG or PNG; static pages and the dashboard use the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def picture_script() -> str:
    """Return the script. It sends nothing: pictures are drawn in the browser."""
    return (Path(__file__).parent / "pages" / "pictures.js").read_text(encoding="utf-8")
