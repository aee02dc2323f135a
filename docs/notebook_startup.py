"""Runs first in every notebook of the site: charts load their library from the site, once on each page."""

import warnings

from plotly import io
from plotly.io.base_renderers import MimetypeRenderer

warnings.filterwarnings("ignore", "IProgress not found")  # Mesa's progress bar; it is not used here


class OnThisSite(MimetypeRenderer):
    """Charts that load their library from the site, once."""

    library = "../_static/plotly.min.js"

    def to_mimebundle(self, figure):
        """Return a figure as HTML."""
        html = io.to_html(
            figure, include_plotlyjs=self.library, full_html=False, config={"displayModeBar": False, "responsive": True}
        )
        self.library = False
        return {"text/html": f'<div class="chart">{html}</div>'}


io.renderers["site"] = OnThisSite()
io.renderers.default = "site"
