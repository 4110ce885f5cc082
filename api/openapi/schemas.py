"""JSON Schemas of a document's types, made by msgspec in one pass."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from api.openapi.documented import Documented

Schema: TypeAlias = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"


class Schemas:
    """Schemas by type; ``components`` has those with a name."""

    def __init__(self, types: Iterable[Any], queries: Iterable[type[msgspec.Struct]]) -> None:
        bodies, parameters = list(types), list(queries)
        schemas, self.components = msgspec.json.schema_components(
            [*bodies, *parameters], ref_template=REFERENCE
        )
        self._by_type = dict(zip([*bodies, *parameters], schemas, strict=True))
        self._queries = {query: self._pop_component(query) for query in dict.fromkeys(parameters)}

    def of(self, shape: Any) -> Schema:
        return self._by_type[shape]

    def query(self, shape: type[msgspec.Struct]) -> Schema:
        """Return the object schema of query parameters; it is not among the components."""
        return self._queries[shape]

    def _pop_component(self, shape: type[msgspec.Struct]) -> Schema:
        name = self._by_type[shape]["$ref"].rpartition("/")[2]
        schema: Schema = self.components.pop(name)
        return schema


def bodies_of(documented: Documented) -> Iterator[Any]:
    yield from (shape for shape in (documented.request, documented.answer) if shape is not None)
