"""Dispatch of a utility by its id; its module is imported on first use."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import Config, Utility
from domain.refusals import Refusal


def run_utility(utility: Utility, inputs: Inputs, config: Config) -> Any:
    """Return the output; raises ``InvalidInput``, ``InvalidConfig``, ``OutputTooLarge``.

    ``RecursionError`` and ``MemoryError`` pass through: their meaning depends on the process.
    """
    try:
        return _code(utility.id)(inputs, config)
    except (Refusal, RecursionError, MemoryError):
        raise
    except Exception as error:  # a library failed on what the client sent
        raise InvalidInput(f"{utility.id} cannot work on this: {type(error).__name__}.") from error


@cache
def _code(utility_id: str) -> Callable[[Inputs, Config], Any]:
    name = utility_id.replace("-", "_")
    code: Callable[[Inputs, Config], Any] = import_module(f"adapters.utilities.{name}").run
    return code
