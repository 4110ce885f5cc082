"""Catalogue of the rows of a run, by the name that ``--only`` takes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from scripts.bench import (
    append_row,
    chain_row,
    feed_rows,
    generation_rows,
    http_rows,
    limiter_row,
    read_models_row,
    rebuild,
    start_rows,
    utility_rows,
    verify_row,
    visible_rows,
)
from scripts.bench.results import Row
from scripts.bench.rig import Rig


def _single(measure: Callable[[Rig], Row]) -> Callable[[Rig], Sequence[Row]]:
    return lambda rig: [measure(rig)]


ROWS: Final[Mapping[str, Callable[[Rig], Sequence[Row]]]] = {
    "create": http_rows.create,
    "get": http_rows.get,
    "read_models": read_models_row.empty_read_models,
    "limiter": _single(limiter_row.limiter),
    "append": _single(append_row.append),
    "chain": _single(chain_row.chain),
    "visible": _single(visible_rows.visible),
    "visible_apart": _single(visible_rows.visible_across_processes),
    "feed": _single(feed_rows.deliveries),
    "feed_latency": _single(feed_rows.latency),
    "generate": _single(generation_rows.with_gcc),
    "generate_bare": _single(generation_rows.without_gcc),
    "reads_meanwhile": _single(generation_rows.reads_during_generation),
    "utilities": _single(utility_rows.utilities),
    "pipeline": _single(utility_rows.pipeline),
    "rebuild": _single(rebuild.rebuild),
    "verify": _single(verify_row.verify),
    "start_cold": _single(start_rows.cold),
    "start_warm": _single(start_rows.warm),
}
