"""Utility ``query.jmespath``, by the reference implementation."""

from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from adapters.utilities.inputs import Inputs
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.query import Jmespath

MAX_DEPTH: Final = 50
"""Nested brackets: the library recurses with them."""


def run(inputs: Inputs, config: Jmespath) -> Any:
    if sum(map(config.expression.count, "([{!&")) > MAX_DEPTH:
        raise InvalidConfig(f"The expression has more than {MAX_DEPTH} brackets.", "expression")
    try:
        compiled = jmespath.compile(config.expression)
    except JMESPathError as error:
        raise InvalidConfig(f"The expression cannot be read: {error}", "expression") from error
    try:
        return compiled.search(inputs.primary)
    except (JMESPathError, TypeError, ValueError) as error:
        raise InvalidInput(f"The expression cannot be answered: {error}") from error
