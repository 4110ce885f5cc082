"""Validation of document labels: name, description and tags (wire.md, json_api)."""

from collections.abc import Sequence

from domain.documents.events import Label
from domain.refusals import Invalid
from domain.text import valid_text

MAX_NAME = 100
MAX_DESCRIPTION = 2_000
MAX_TAG = 64
MAX_TAGS = 50


class TooManyTags(Invalid):
    code = "TOO_MANY_TAGS"
    message = f"A document has at most {MAX_TAGS} tags."


def checked_label(label: Label) -> Label:
    """Return the label, or raise ``Invalid`` naming the invalid field."""
    checked_name(label.name)
    if label.description is not None:
        checked_description(label.description)
    checked_tags(label.tags)
    return label


def checked_name(name: str) -> str:
    return valid_text(name, field="name", shortest=1, longest=MAX_NAME)


def checked_description(description: str) -> str:
    return valid_text(description, field="description", longest=MAX_DESCRIPTION)


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    if len(tags) > MAX_TAGS:
        raise TooManyTags
    return tuple(valid_text(tag, field="tags", shortest=1, longest=MAX_TAG) for tag in tags)
