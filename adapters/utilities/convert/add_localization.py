"""Utility ``convert.add-localization``: turns texts into objects with a text per locale."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.path_values import change_texts
from domain.pipelines.utilities.convert import AddLocalization


def run(inputs: Inputs, config: AddLocalization) -> Any:
    others = dict.fromkeys(locale for locale in config.locales if locale != config.locale)
    return change_texts(
        inputs.primary, config.targets, lambda text: {config.locale: text, **others}
    )
