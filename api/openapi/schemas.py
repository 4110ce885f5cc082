"""JSON Schemas of every type one document speaks of, made by msgspec in a single pass."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from api.openapi.documented import Documented

Schema: TypeAlias = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"


class Schemas:
    """``components`` are the named ones; a type is looked up by itself."""

    def __init__(self, types: Iterable[Any], queries: Iterable[type[msgspec.Struct]]) -> None:
        bodies, parameters = list(types), list(queries)
        schemas, self.components = msgspec.json.schema_components(
            [*bodies, *parameters], ref_template=REFERENCE
        )
        self._by_type = dict(zip([*bodies, *parameters], schemas, strict=True))
        self._queries = {query: self._taken_out(query) for query in dict.fromkeys(parameters)}

    def of(self, shape: Any) -> Schema:
        return self._by_type[shape]

    def query(self, shape: type[msgspec.Struct]) -> Schema:
        """Return the object whose properties are the parameters; it is no component."""
        return self._queries[shape]

    def _taken_out(self, shape: type[msgspec.Struct]) -> Schema:
        name = self._by_type[shape]["$ref"].rpartition("/")[2]
        schema: Schema = self.components.pop(name)
        return schema


def bodies_of(documented: Documented) -> Iterator[Any]:
    yield from (shape for shape in (documented.request, documented.answer) if shape is not None)
