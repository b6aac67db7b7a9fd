"""A page that shows what `tilewright map` found.

`read_run` reads a folder of results; `render` turns one or two of them into one HTML page that
needs nothing else: no network, no other files. `tilewright report` writes it to a file.
"""

from tilewright.report.page import render
from tilewright.report.read import read_run
from tilewright.report.result import Run

__all__ = ["Run", "read_run", "render"]
