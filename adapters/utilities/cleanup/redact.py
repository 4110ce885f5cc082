"""Utility ``cleanup.redact``: masks fields and detected personal data."""

from collections.abc import Mapping
from functools import reduce
from typing import Any, Final

from adapters.utilities.inputs import Inputs
from adapters.utilities.regexes import compile_regex
from domain.pipelines.path_values import change_all_texts, change_at_paths
from domain.pipelines.utilities.cleanup import Detected, Redact

PATTERNS: Final[Mapping[Detected, str]] = {
    Detected.EMAIL: r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    Detected.CREDIT_CARD: r"\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b",
    Detected.IBAN: r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    Detected.SSN: r"\b\d{3}-\d{2}-\d{4}\b",
    Detected.IP_ADDRESS: (
        r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
        r"|\b(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}\b"
    ),
    Detected.PHONE: r"(?:\+|\b00)\d{1,3}(?:[ ()./-]{0,2}\d{1,5}){2,6}\b"
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b0\d{2,4}[ /-]\d{3,8}(?:[ -]\d{1,5})*\b",
}
"""In the order of the search: a card number must not be taken for a phone number."""


def run(inputs: Inputs, config: Redact) -> Any:
    masked = change_at_paths(inputs.primary, config.paths, lambda _: config.mask)
    patterns = [compile_regex(text) for kind, text in PATTERNS.items() if kind in config.detect]
    if not patterns:
        return masked
    return change_all_texts(
        masked,
        lambda text: reduce(
            lambda left, mask: mask.sub(lambda _: config.mask, left), patterns, text
        ),
    )
