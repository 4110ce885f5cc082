"""Utilities ``structure``: pick, remove, rename, move, nest, group and sort fields."""

from enum import Enum
from typing import Annotated, Any, Final

from msgspec import Meta

from domain.pipelines.paths import FORBIDDEN, FieldPath, check_paths, parse_path
from domain.pipelines.refusals import InvalidConfig
from domain.pipelines.utilities.utility import Config, Example, Utility

Fields = Annotated[tuple[FieldPath, ...], Meta(min_length=1, max_length=100)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Case(Enum):
    CAMEL = "camel"
    SNAKE = "snake"
    KEBAB = "kebab"
    PASCAL = "pascal"
    CONSTANT = "constant"


class Transfer(Enum):
    COPY = "copy"
    MOVE = "move"


class FlattenMode(Enum):
    FLATTEN = "flatten"
    NEST = "nest"


class Direction(Enum):
    ASCENDING = "asc"
    DESCENDING = "desc"


class SomeFields(Config, frozen=True):
    fields: Fields

    def check(self) -> None:
        check_paths(self.fields)


class RenameKeys(Config, frozen=True):
    """``map`` goes from field paths to new names; ``case`` applies to every name there is."""

    map: Annotated[dict[FieldPath, Name], Meta(min_length=1, max_length=100)] | None = None
    case: Case | None = None

    def check(self) -> None:
        if (self.map is None) is (self.case is None):
            raise InvalidConfig("Give either map or case.")
        for path, name in (self.map or {}).items():
            last = parse_path(path)[-1:]
            if not last or not isinstance(last[0], str):
                raise InvalidConfig(f"{path!r} must end with a name.", "map")
            if name in FORBIDDEN:
                raise InvalidConfig(f"{name!r} is not a name that may be used.", "map")


class CopyMove(Config, frozen=True, rename={"from_": "from"}):
    """In an array, each element for itself."""

    from_: FieldPath
    to: FieldPath
    mode: Transfer = Transfer.COPY

    def check(self) -> None:
        for path in (self.from_, self.to):
            _lead_by_name(path)


class Restructure(Config, frozen=True):
    template: Annotated[
        Any,
        Meta(
            description="JSON as it shall be, with `{{expressions}}` in texts; for an array, as"
            " each element shall be."
        ),
    ]


class FlattenNest(Config, frozen=True):
    mode: FlattenMode = FlattenMode.FLATTEN
    delimiter: Annotated[str, Meta(min_length=1, max_length=10)] = "."

    def check(self) -> None:
        if "\\" in self.delimiter or any(mark.isdigit() for mark in self.delimiter):
            raise InvalidConfig("delimiter must have no backslash and no digit.", "delimiter")


class FindReplace(Config, frozen=True):
    r"""With ``regex`` as RE2 reads it; ``replace`` may then refer to groups, as in ``\1``."""

    find: Annotated[str, Meta(min_length=1, max_length=1_000)]
    replace: Annotated[str, Meta(max_length=1_000)] = ""
    regex: bool = False
    targets: Annotated[
        tuple[FieldPath, ...], Meta(max_length=100, description="Which texts; none: every text.")
    ] = ()

    def check(self) -> None:
        check_paths(self.targets)


class GroupBy(Config, frozen=True):
    key: FieldPath

    def check(self) -> None:
        parse_path(self.key)


class Sort(Config, frozen=True):
    by: Annotated[FieldPath, Meta(description="A field path; `$` sorts by the elements.")] = "$"
    dir: Direction = Direction.ASCENDING

    def check(self) -> None:
        parse_path(self.by)


def _lead_by_name(path: str) -> None:
    steps = parse_path(path)
    if not steps or not all(isinstance(step, str) for step in steps):
        raise InvalidConfig(f"{path!r} must lead from name to name.")


ADA: Final = {"name": "Ada", "email": "ada@example.com", "age": 36}
UTILITIES: Final = (
    Utility(
        id="structure.pick-fields",
        summary="Keeps some fields and leaves all others out.",
        config=SomeFields,
        example=Example(
            primary=[ADA],
            config={"fields": ["name", "age"]},
            output=[{"name": "Ada", "age": 36}],
        ),
        linear=True,
    ),
    Utility(
        id="structure.remove-fields",
        summary="Leaves some fields out.",
        config=SomeFields,
        example=Example(
            primary=[ADA],
            config={"fields": ["age"]},
            output=[{"name": "Ada", "email": ADA["email"]}],
        ),
        linear=True,
    ),
    Utility(
        id="structure.rename-keys",
        summary="Renames fields, some by name or all to one case.",
        config=RenameKeys,
        example=Example(
            primary={"first_name": "Ada", "born_in": {"birth_city": "London"}},
            config={"case": "camel"},
            output={"firstName": "Ada", "bornIn": {"birthCity": "London"}},
        ),
        linear=True,
    ),
    Utility(
        id="structure.copy-move",
        summary="Copies or moves a field to another place.",
        config=CopyMove,
        example=Example(
            primary={"name": "Ada", "contact": {}},
            config={"from": "name", "to": "contact.name", "mode": "move"},
            output={"contact": {"name": "Ada"}},
        ),
        linear=True,
    ),
    Utility(
        id="structure.restructure",
        summary="Builds a new document from a template with expressions in it.",
        config=Restructure,
        example=Example(
            primary={"customer_name": "Ada Lovelace"},
            config={"template": {"greeting": "Hello {{customer_name}}"}},
            output={"greeting": "Hello Ada Lovelace"},
        ),
    ),
    Utility(
        id="structure.flatten-nest",
        summary="Turns nested objects into flat ones with joined names, and back.",
        config=FlattenNest,
        example=Example(
            primary={"a": {"b": 1}, "c": [2, 3]},
            config={"mode": "flatten"},
            output={"a.b": 1, "c.0": 2, "c.1": 3},
        ),
    ),
    Utility(
        id="structure.find-replace",
        summary="Replaces a text, or what a regular expression finds, within texts.",
        config=FindReplace,
        example=Example(
            primary={"phone": "+44 20 7946"},
            config={"find": "[^0-9]+", "replace": "", "regex": True},
            output={"phone": "44207946"},
        ),
    ),
    Utility(
        id="structure.group-by",
        summary="Groups the elements of an array by what a field says.",
        config=GroupBy,
        example=Example(
            primary=[{"team": "a", "n": 1}, {"team": "b", "n": 2}, {"team": "a", "n": 3}],
            config={"key": "team"},
            output={
                "a": [{"team": "a", "n": 1}, {"team": "a", "n": 3}],
                "b": [{"team": "b", "n": 2}],
            },
        ),
        linear=True,
    ),
    Utility(
        id="structure.sort",
        summary="Sorts an array by a field; elements that are alike keep their order.",
        config=Sort,
        example=Example(
            primary=[{"n": 2}, {"n": 10}, {"n": 1}],
            config={"by": "n", "dir": "desc"},
            output=[{"n": 10}, {"n": 2}, {"n": 1}],
        ),
        linear=True,
    ),
)
