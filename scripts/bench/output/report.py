"""Writes the results of a run into ``docs/performance.md``: tables between markers, and plots."""

from pathlib import Path
from typing import Final

from scripts.bench.output.markdown import as_markdown
from scripts.bench.results import Run

DOCUMENT: Final = Path(__file__).parents[3] / "docs/performance.md"
BEGIN: Final = "<!-- figures: written by make bench -->"
END: Final = "<!-- end of figures -->"


class MarkersMissing(Exception):
    """The document has no place for the figures."""


def write_report(run: Run) -> int:
    """Replace the figures in the document, and the plots beside it; return the exit status."""
    from scripts.bench.output.plots import write_plots  # noqa: PLC0415 - matplotlib is optional

    plots = write_plots(run, DOCUMENT.with_suffix(""))
    images = "\n\n".join(
        f"![{title}]({path.relative_to(DOCUMENT.parent).as_posix()})" for title, path in plots
    )
    figures = "\n\n".join(filter(None, (images, as_markdown(run))))
    DOCUMENT.write_text(insert(DOCUMENT.read_text(), figures))
    return 0


def insert(document: str, figures: str) -> str:
    """Replace what stands between the markers; raises ``MarkersMissing``."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MarkersMissing(f"{DOCUMENT.name} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}"
