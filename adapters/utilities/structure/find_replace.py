"""Utility ``structure.find-replace``: replaces text, literally or by regular expression."""

from typing import Any

import re2

from adapters.utilities.inputs import Inputs
from adapters.utilities.regexes import compile_regex
from domain.pipelines.path_values import change_texts
from domain.pipelines.refusals import InvalidConfig
from domain.pipelines.utilities.structure import FindReplace


def run(inputs: Inputs, config: FindReplace) -> Any:
    if not config.regex:
        return change_texts(
            inputs.primary, config.targets, lambda text: text.replace(config.find, config.replace)
        )
    pattern = compile_regex(config.find)
    try:
        return change_texts(
            inputs.primary, config.targets, lambda text: str(pattern.sub(config.replace, text))
        )
    except (re2.error, IndexError) as error:
        raise InvalidConfig("replace refers to a group that there is not.", "replace") from error
