"""``convert.add-localization``."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.catalogue.convert import AddLocalization
from domain.pipelines.places import texts


def run(inputs: Inputs, config: AddLocalization) -> Any:
    others = dict.fromkeys(locale for locale in config.locales if locale != config.locale)
    return texts(inputs.primary, config.targets, lambda text: {config.locale: text, **others})
