"""Laws of utilities, tried on generated documents."""

import json
from functools import partial
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from adapters.utilities.dispatch import run_utility
from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import rank, same
from domain.pipelines.utilities.catalogue import utility

TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES: Final = st.one_of(
    TEXTS, st.sampled_from(["a", "b", "a.b", "0", "1", "\\", "/", "~", "", "_", "a___b", "::"])
)
SCALARS: Final = st.one_of(
    st.none(),
    st.sampled_from([True, False, 0, 1, 1.0, 0.0, "1", ""]),  # what Python takes for the same
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: number + 0.0),
    TEXTS,
)
DOCUMENTS: Final = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=15,
)
ROWS: Final = st.lists(st.fixed_dictionaries({"k": SCALARS, "n": st.integers(0, 3)}), max_size=12)


def made(utility_id: str, primary: Any, secondary: Any = None, /, **config: Any) -> Any:
    used = utility(utility_id)
    return run_utility(used, Inputs(primary, secondary), used.parse_config(config))


def written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_made_of_two_documents_turns_one_into_the_other(old: Any, new: Any) -> None:
    patch = made("diff.create-patch", old, new)

    assert written(made("diff.apply-patch", old, patch)) == written(new)


@given(DOCUMENTS, DOCUMENTS)
@example([False, False], [False, 0])
def test_documents_compare_as_equal_when_they_are(one: Any, other: Any) -> None:
    assert made("diff.compare", one, one)["equal"]
    assert made("diff.compare", one, other)["equal"] is _same(one, other)


@given(DOCUMENTS, st.sampled_from([".", "/", "__", "::"]))
def test_nesting_undoes_flattening(document: Any, delimiter: str) -> None:
    flat = made("structure.flatten-nest", document, mode="flatten", delimiter=delimiter)
    nested = made("structure.flatten-nest", flat, mode="nest", delimiter=delimiter)

    assert written(nested) == written(document)


@given(st.lists(DOCUMENTS, max_size=8), st.sampled_from(["asc", "desc"]))
def test_sorting_only_changes_places(items: list[Any], direction: str) -> None:
    ordered = made("structure.sort", items, dir=direction)

    assert sorted(map(written, ordered)) == sorted(map(written, items))
    assert made("structure.sort", ordered, dir=direction) == ordered
    ranks = [rank(item) for item in ordered]
    assert ranks == sorted(ranks, reverse=direction == "desc")


@given(ROWS)
def test_sorting_keeps_what_is_alike_in_order(rows: list[Any]) -> None:
    numbered = [{**row, "at": at} for at, row in enumerate(rows)]
    ordered = made("structure.sort", numbered, by="n")

    assert ordered == sorted(numbered, key=lambda row: (row["n"], row["at"]))


@given(DOCUMENTS, DOCUMENTS)
def test_a_merge_patch_applied_twice_is_applied_once(target: Any, patch: Any) -> None:
    once = made("merge.merge-patch", target, patch)

    assert written(made("merge.merge-patch", once, patch)) == written(once)


@given(DOCUMENTS)
def test_merging_with_itself_changes_nothing(document: Any) -> None:
    assert written(made("merge.deep-merge", document, document)) == written(document)


@given(st.lists(DOCUMENTS, max_size=8))
def test_deduping_leaves_nothing_to_dedupe(items: list[Any]) -> None:
    deduped = made("cleanup.dedupe", items)

    assert made("cleanup.dedupe", deduped) == deduped
    assert all(any(_same(item, kept) for kept in deduped) for item in items)


@given(DOCUMENTS)
def test_cleaning_leaves_nothing_to_clean(document: Any) -> None:
    clean = partial(
        made,
        "schema.clean-json",
        removeNulls=True,
        removeEmptyStrings=True,
        removeEmptyArrays=True,
        removeEmptyObjects=True,
        trimStrings=True,
    )
    assert written(clean(clean(document))) == written(clean(document))


@given(ROWS)
def test_grouping_loses_nothing(rows: list[Any]) -> None:
    groups = made("structure.group-by", rows, key="k")

    assert sorted(written(row) for group in groups.values() for row in group) == sorted(
        map(written, rows)
    )


@given(DOCUMENTS)
def test_a_document_keeps_to_the_schema_inferred_from_it(document: Any) -> None:
    schema = made("schema.infer", document)

    assert made("schema.validate", document, schema)["valid"]


@given(DOCUMENTS)
def test_yaml_comes_back_as_it_went(document: Any) -> None:
    text = made("convert.json-to-yaml", document)

    assert _same(made("convert.yaml-to-json", text), document)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5))
def test_csv_comes_back_as_it_went(rows: list[list[str]]) -> None:
    text = made("convert.json-to-csv", rows)

    assert made("convert.csv-to-json", text, header=False) == rows


@given(ROWS)
def test_picking_and_removing_are_each_others_rest(rows: list[Any]) -> None:
    picked = made("structure.pick-fields", rows, fields=["k"])
    removed = made("structure.remove-fields", rows, fields=["k"])

    assert [{**one, **other} for one, other in zip(picked, removed, strict=True)] == rows


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return same(one, other)
