"""``forge-rules``: translates controlled English into steps, clause by clause.

A clause is understood when a rule matches every word of it; otherwise it is refused, not guessed.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from domain.pipelines.drafting import rows, shapes, texts, values
from domain.pipelines.drafting.clause_cursor import Cursor, NotUnderstood
from domain.pipelines.drafting.draft import DraftStep, SemanticMismatch
from domain.pipelines.drafting.fields import Fields
from domain.pipelines.drafting.words import Word, clauses

RULES: Final[Sequence[Callable[[Cursor], Sequence[DraftStep]]]] = (
    *(rows.dedupe, rows.filter_rows, rows.sort, rows.group, rows.aggregate, rows.first),
    *(shapes.clean, shapes.sort_keys, shapes.recase, shapes.rename, shapes.transfer),
    *(shapes.flatten, shapes.normalize, shapes.infer, shapes.extract, shapes.keep, shapes.remove),
    *(texts.trim, texts.case, texts.into_case, texts.collapse, texts.replace, texts.mask),
    *(texts.mask_detected, texts.fix_encoding),
    *(
        values.coerce_types,
        values.parse_dates,
        values.convert_format,
        values.set_constant,
        values.compute,
    ),
    *(values.round_numbers, values.fill_missing, values.map_values, values.truncate),
)


def split_intent(intent: str, sample: Any) -> list[list[Word]]:
    """Split an intent into clauses, one per transformation."""
    return clauses(intent, Fields(sample).names)


def read_clause(clause: Sequence[Word], value: Any) -> Sequence[DraftStep]:
    """Return the steps of a clause, for the value that the steps before it have made.

    Raises ``SemanticMismatch`` when no rule matches.
    """
    fields = Fields(value)
    for rule in RULES:
        cursor = Cursor(clause, fields)
        try:
            steps = rule(cursor)
            cursor.end()
        except NotUnderstood:
            continue
        return steps
    said = " ".join(word.text for word in clause)
    raise SemanticMismatch(f"{said!r} is not understood of this sample.")
