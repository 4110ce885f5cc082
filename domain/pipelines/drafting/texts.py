"""Drafting rules for texts: trim, case, white space, replace, mask, encoding."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.pipelines.drafting.clause_cursor import (
    FIELDS,
    PLACES,
    ROWS,
    TEXTS,
    Cursor,
    NotUnderstood,
)
from domain.pipelines.drafting.draft import DraftStep

CASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("lowercase", "lower case", "lower", "downcase", "small letters"), "lowercase"),
    **dict.fromkeys(("uppercase", "upper case", "upper", "upcase", "capitals"), "uppercase"),
    **dict.fromkeys(
        ("titlecase", "title case", "capitalize", "capitalise", "capitalized", "title"), "titlecase"
    ),
    **dict.fromkeys(("slugify", "slug", "slugs"), "slugify"),
}
DETECTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("email addresses", "e-mail addresses", "emails", "e-mails"), "email"),
    **dict.fromkeys(("phone numbers", "phones", "telephone numbers"), "phone"),
    **dict.fromkeys(("credit card numbers", "card numbers", "credit cards"), "credit-card"),
    **dict.fromkeys(("ip addresses", "ips"), "ip-address"),
    **dict.fromkeys(("ibans", "bank accounts"), "iban"),
    **dict.fromkeys(("social security numbers", "ssns"), "ssn"),
}


def trim(cursor: Cursor) -> Sequence[DraftStep]:
    """``trim name``, ``strip whitespace from the name``, ``trim all strings``."""
    cursor.expect("trim", "strip")
    cursor.skip()
    if cursor.accept("whitespace", "white space", "spaces", "blanks"):
        cursor.skip(PLACES)
    return [_formatted("trim", _targets(cursor))]


def case(cursor: Cursor) -> Sequence[DraftStep]:
    """``lowercase the email``, ``capitalize name``, ``slugify title``."""
    return [_formatted(_case(cursor), _targets(cursor))]


def into_case(cursor: Cursor) -> Sequence[DraftStep]:
    """``convert country to uppercase``, ``make the city title case``."""
    cursor.expect("convert", "make", "turn", "change", "set")
    targets = _targets(cursor)
    cursor.accept("to", "into")
    cursor.skip()
    return [_formatted(_case(cursor), targets)]


def collapse(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("collapse")
    cursor.skip({"multiple", "repeated"})
    cursor.expect("whitespace", "white space", "spaces")
    cursor.skip(PLACES)
    return [_formatted("collapse-whitespace", [] if cursor.at_end else _targets(cursor))]


def replace(cursor: Cursor) -> Sequence[DraftStep]:
    """``replace "a" with "b" in name``, with both texts quoted."""
    cursor.expect("replace", "substitute", "change")
    cursor.skip()
    find = cursor.quoted()
    cursor.expect("with", "by", "to")
    config: dict[str, Any] = {"find": find, "replace": cursor.quoted()}
    if cursor.accept(*PLACES):
        config["targets"] = _targets(cursor)
    return [DraftStep("structure.find-replace", _without_empty(config, "targets"))]


def mask(cursor: Cursor) -> Sequence[DraftStep]:
    """``mask password and token with "x"``."""
    cursor.expect("redact", "mask", "hide", "censor")
    config: dict[str, Any] = {"paths": cursor.fields_list()}
    if cursor.accept("with", "as", "by"):
        config["mask"] = cursor.name()
    return [DraftStep("cleanup.redact", config)]


def mask_detected(cursor: Cursor) -> Sequence[DraftStep]:
    """``redact email addresses and phone numbers``, wherever they are."""
    cursor.expect("redact", "mask", "hide", "censor", "remove")
    found = list[str]()
    while True:
        cursor.skip()
        kind = next((kind for words, kind in DETECTED.items() if cursor.accept(words)), None)
        if kind is None:
            raise NotUnderstood
        found.append(kind)
        if not cursor.accept(",", "and", "&"):
            break
        cursor.accept("and")
    config: dict[str, Any] = {"detect": found}
    if cursor.accept("with", "as"):
        config["mask"] = cursor.name()
    if cursor.accept(*PLACES):
        cursor.skip(TEXTS, FIELDS, ROWS)
    return [DraftStep("cleanup.redact", config)]


def fix_encoding(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("fix", "repair")
    cursor.skip({"text", "broken", "bad", "wrong"})
    cursor.expect("encoding", "encodings", "mojibake", "encoding errors")
    return [DraftStep("cleanup.fix-encoding", {})]


def _case(cursor: Cursor) -> str:
    for words, operation in CASES.items():
        if cursor.accept(words):
            return operation
    raise NotUnderstood


def _targets(cursor: Cursor) -> list[str]:
    """Consume fields; an empty list for every text: ``all strings``, ``everything``."""
    if (path := cursor.maybe_fields_list()) is not None:
        return path
    cursor.skip()
    said = cursor.accept(*TEXTS, "values", "fields", "everything")
    if not said:
        raise NotUnderstood
    cursor.skip(TEXTS, FIELDS, ROWS, PLACES)
    return []


def _formatted(operation: str, targets: Sequence[str]) -> DraftStep:
    config: dict[str, Any] = {"targets": [*targets], "operation": operation}
    return DraftStep("cleanup.format-values", _without_empty(config, "targets"))


def _without_empty(config: dict[str, Any], name: str) -> dict[str, Any]:
    return config if config.get(name, True) else {k: v for k, v in config.items() if k != name}
