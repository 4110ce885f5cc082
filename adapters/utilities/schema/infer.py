"""Utility ``schema.infer``: derives a JSON Schema from a sample, by GenSON."""

from typing import Any, Final

from genson import SchemaBuilder

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def run(inputs: Inputs, _: NoConfig) -> Any:
    builder = SchemaBuilder(schema_uri=DRAFT)
    builder.add_object(inputs.primary)
    return builder.to_schema()
