"""Utility ``convert.xml-to-json``: checked by defusedxml, converted by xmltodict."""

from typing import Any, Final
from xml.parsers.expat import ExpatError
from xml.sax import ContentHandler, SAXException  # nosec B406 - what defusedxml reports to

import defusedxml.sax
import xmltodict
from defusedxml.common import DefusedXmlException

from adapters.utilities.inputs import Inputs, require_text
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import NoConfig

MAX_DEPTH: Final = 200


class _Depth(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def startElement(self, _name: str, _attrs: Any) -> None:  # noqa: N802 - SAX's name
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InvalidInput(f"The XML is nested deeper than {MAX_DEPTH} levels.")

    def endElement(self, _name: str) -> None:  # noqa: N802 - SAX's name
        self._depth -= 1


def run(inputs: Inputs, _: NoConfig) -> Any:
    """Parse twice: first to refuse DTDs, entities and deep nesting, then to convert."""
    source = require_text(inputs.primary, "XML as a text").encode("utf-8", "surrogatepass")
    try:
        defusedxml.sax.parseString(source, _Depth(), forbid_dtd=True)
        return xmltodict.parse(source)
    except DefusedXmlException as error:
        raise InvalidInput("XML with a DTD or with entities is not read.") from error
    except (SAXException, ExpatError, ValueError) as error:
        raise InvalidInput(f"The text is not XML: {error}.") from error
