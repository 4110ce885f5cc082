"""Utility ``query.jsonpath``: RFC 9535, with ``match`` and ``search`` on RE2."""

import re
from typing import Any, Final

from jsonpath_rfc9535 import JSONPathEnvironment
from jsonpath_rfc9535.exceptions import JSONPathError
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction

from adapters.utilities.inputs import Inputs
from adapters.utilities.regexes import compile_regex
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.query import Jsonpath

_CLASS_OR_DOT: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.", re.DOTALL)


class _Regex(FilterFunction):
    """``match`` and ``search`` (RFC 9535, 2.4.6 and 2.4.7) of I-Regexp (RFC 9485)."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - the library's
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        try:
            regex = compile_regex(_as_re2(pattern))
        except InvalidConfig:  # by the RFC an invalid pattern matches nothing
            return False
        found = regex.fullmatch(text) if self._whole else regex.search(text)
        return found is not None


class _Environment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Regex(whole=True)
        self.function_extensions["search"] = _Regex(whole=False)


_ENVIRONMENT: Final = _Environment()


def run(inputs: Inputs, config: Jsonpath) -> Any:
    try:
        query = _ENVIRONMENT.compile(config.path)
    except JSONPathError as error:
        raise InvalidConfig(f"The path cannot be read: {error}", "path") from error
    try:
        return query.find(inputs.primary).values()
    except JSONPathError as error:
        raise InvalidInput(f"The path cannot be followed: {error}") from error


def _as_re2(pattern: str) -> str:
    """Translate ``.`` of I-Regexp: any character but line feed and carriage return."""
    return _CLASS_OR_DOT.sub(lambda m: r"[^\n\r]" if m[0] == "." else m[0], pattern)
