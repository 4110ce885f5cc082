"""The rules for a document's label: name, description and tags (wire.md, json_api)."""

from collections.abc import Sequence

from domain.documents.events import Label
from domain.refusals import Invalid
from domain.text import checked

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2_000
LONGEST_TAG = 64
MOST_TAGS = 50


class TooManyTags(Invalid):
    code = "TOO_MANY_TAGS"
    message = f"A document has at most {MOST_TAGS} tags."


def checked_label(label: Label) -> Label:
    """Return the label, or raise ``Invalid`` naming the field that breaks its rule."""
    checked_name(label.name)
    if label.description is not None:
        checked_description(label.description)
    checked_tags(label.tags)
    return label


def checked_name(name: str) -> str:
    return checked(name, field="name", shortest=1, longest=LONGEST_NAME)


def checked_description(description: str) -> str:
    return checked(description, field="description", longest=LONGEST_DESCRIPTION)


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    if len(tags) > MOST_TAGS:
        raise TooManyTags
    return tuple(checked(tag, field="tags", shortest=1, longest=LONGEST_TAG) for tag in tags)
