"""JSON Schemas of a document's types, made by msgspec in one pass."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import msgspec

from api.openapi.documented import Documented

Schema: TypeAlias = dict[str, Any]
REFERENCE: Final = "#/components/schemas/{name}"

# From the names that msgspec gives, those of classes. Generated clients name their types after
# components, so a class that is renamed keeps its published name; so does one whose name is
# qualified, since two classes share it, when its module moves.
PUBLISHED_NAMES: Final = {
    "Build": "Generation",
    "ChainFault": "Fault",
    "GenerationSpec": "Asked",
    "GenerationStatus": "Status",
    "SessionsEnded": "Ended",
    "api.identity.bodies.LoggedInAnswer": "api.codegen.answers.LoggedInAnswer",
    "api.identity.github.bodies.LoggedInAnswer": "api.github.answers.LoggedInAnswer",
}
PUBLISHED_REFERENCES: Final = {
    REFERENCE.format(name=name): REFERENCE.format(name=published)
    for name, published in PUBLISHED_NAMES.items()
}


class Schemas:
    """Schemas by type; ``components`` has those with a name."""

    def __init__(self, types: Iterable[Any], queries: Iterable[type[msgspec.Struct]]) -> None:
        bodies, parameters = list(types), list(queries)
        schemas, components = msgspec.json.schema_components(
            [*bodies, *parameters], ref_template=REFERENCE
        )
        self.components = dict(_publish(name, each) for name, each in components.items())
        published: Iterator[Schema] = map(_with_published_references, schemas)
        self._by_type = dict(zip([*bodies, *parameters], published, strict=True))
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


def _publish(name: str, component: Schema) -> tuple[str, Schema]:
    """Return the component with its published name, in its title and its references too."""
    published = PUBLISHED_NAMES.get(name, name)
    title = {"title": published.rpartition(".")[2]} if published != name else {}
    return published, _with_published_references(component) | title


def _with_published_references(value: Any) -> Any:
    match value:
        case dict():
            return {name: _with_published_references(each) for name, each in value.items()}
        case list() | tuple():
            return [_with_published_references(each) for each in value]
        case str():
            return PUBLISHED_REFERENCES.get(value, value)
    return value
