"""Strategies made from types, so that a new event or command is tested at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from hypothesis import strategies as st
from msgspec import inspect

from application.eventstore.decider import Decider
from domain.catalogue import AnyEvent
from domain.messages import Command, Event
from tests.support.registries.discovery import merged, parts
from tests.support.registries.field_part import FieldPart

Strategy = st.SearchStrategy[Any]

ODD: Final = (
    *("", " ", "/", "a/b", "%s {table} ''; --", "\\", '"', "null", "\x7f", "\u0085"),
    *("\u202egnp.exe", "\u200f\u0627\u0633\u0645", "e\u0301", "👩\u200d🚀", "\ufeff", "\uffff"),
    *("\U0001d54f" * 40, "n" * 1_500),
)
"""Texts that were erased, that turn round, that are more bytes or fewer signs than they seem."""
STORABLE: Final = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS: Final = st.text(STORABLE, max_size=20) | st.sampled_from(ODD)
TIMES: Final = st.datetimes(
    datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 - see timezones
)  # fmt: skip
MAX_INT: Final = 2**31 - 1

LEAVES: Final[Mapping[type[inspect.Type], Strategy]] = {
    inspect.StrType: TEXTS,
    inspect.IntType: st.integers(0, MAX_INT),
    inspect.BoolType: st.booleans(),
    inspect.NoneType: st.none(),
    inspect.DateTimeType: TIMES,
    inspect.TimeDeltaType: st.timedeltas(timedelta(0), timedelta(days=365)),
    inspect.UUIDType: st.uuids(),
}


@cache
def field_strategies() -> Mapping[str, Strategy]:
    """Return strategies by field name, for fields whose type alone seldom makes a valid value."""
    return merged(part.strategies for part in parts("fields", FieldPart).values())


def events() -> Strategy:
    """Generate events of all types alike."""
    return st.one_of([values_of(kind) for kind in get_args(AnyEvent)])


def commands(decider: Decider[Any, Any, Any]) -> list[type[Command]]:
    """Return the commands an aggregate takes, the one that begins it first."""
    taken = get_type_hints(decider.decide)["command"]
    return list(get_args(taken) or (taken,))


def values_of(kind: type[Event | Command]) -> Strategy:
    return _of(inspect.type_info(kind))


def _of(kind: inspect.Type) -> Strategy:
    """Translate a type; one that is not known here is an error, never left out."""
    match kind:
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.UnionType(types=types):
            return st.one_of([_of(each) for each in types])
        case inspect.EnumType(cls=enum):
            return st.sampled_from(list(enum))
        case inspect.VarTupleType(item_type=item):
            return st.lists(_of(item), max_size=4).map(tuple)
        case inspect.FrozenSetType(item_type=item):
            return st.frozensets(_of(item), max_size=4)
        case inspect.StructType(cls=cls, fields=fields):
            return _struct(cls, fields)
    return LEAVES[type(kind)]


def _struct(cls: Callable[..., Any], fields: tuple[inspect.Field, ...]) -> Strategy:
    return st.fixed_dictionaries(
        {field.name: _field(field) for field in fields if field.required},
        optional={field.name: _field(field) for field in fields if not field.required},
    ).map(lambda values: cls(**values))


def _field(field: inspect.Field) -> Strategy:
    named = field_strategies()
    return named[field.name] if field.name in named else _of(field.type)
