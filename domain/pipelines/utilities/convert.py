"""Utilities ``convert``: CSV, YAML and XML to JSON and back, localized texts."""

from typing import Annotated, Final

from msgspec import Meta

from domain.pipelines.paths import FieldPath, check_paths
from domain.pipelines.utilities.utility import Config, Example, NoConfig, Utility

Delimiter = Annotated[str, Meta(pattern='^[^\\r\\n"](?!\\n)$', description="One character.")]
Locale = Annotated[
    str, Meta(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}(?!\\n)$", description="As in BCP 47.")
]


class CsvToJson(Config, frozen=True):
    delimiter: Delimiter = ","
    header: Annotated[bool, Meta(description="Whether the first row has the names.")] = True
    infer_types: Annotated[
        bool, Meta(description="Reads numbers, true, false and null from cells.")
    ] = False


class JsonToCsv(Config, frozen=True):
    delimiter: Delimiter = ","
    header: bool = True


class AddLocalization(Config, frozen=True):
    locale: Annotated[Locale, Meta(description="Of the texts as they are.")] = "en"
    locales: Annotated[
        tuple[Locale, ...], Meta(max_length=50, description="Further ones, null as yet.")
    ] = ()
    targets: Annotated[
        tuple[FieldPath, ...], Meta(max_length=100, description="Which texts; none: every text.")
    ] = ()

    def check(self) -> None:
        check_paths(self.targets)


UTILITIES: Final = (
    Utility(
        id="convert.csv-to-json",
        summary="Reads CSV (RFC 4180) into an array: of objects or, without header, of arrays.",
        config=CsvToJson,
        example=Example(
            primary="id,name\r\n1,Ada\r\n",
            config={"inferTypes": True},
            output=[{"id": 1, "name": "Ada"}],
        ),
    ),
    Utility(
        id="convert.json-to-csv",
        summary="Writes an array of objects or arrays as CSV (RFC 4180).",
        config=JsonToCsv,
        example=Example(
            primary=[{"id": 1, "name": "Ada"}, {"id": 2, "name": 'B "b"'}],
            config={},
            output='id,name\r\n1,Ada\r\n2,"B ""b"""\r\n',
        ),
    ),
    Utility(
        id="convert.yaml-to-json",
        summary="Reads YAML, without tags that would make anything but data.",
        config=NoConfig,
        example=Example(
            primary="name: Ada\ntags: [a, b]\n",
            config={},
            output={"name": "Ada", "tags": ["a", "b"]},
        ),
    ),
    Utility(
        id="convert.json-to-yaml",
        summary="Writes a document as YAML.",
        config=NoConfig,
        example=Example(
            primary={"name": "Ada", "tags": ["a"]}, config={}, output="name: Ada\ntags:\n- a\n"
        ),
    ),
    Utility(
        id="convert.xml-to-json",
        summary="Reads XML: attributes as `@name`, text beside them as `#text`.",
        config=NoConfig,
        example=Example(
            primary='<order id="7"><item>pen</item><item>ink</item></order>',
            config={},
            output={"order": {"@id": "7", "item": ["pen", "ink"]}},
        ),
    ),
    Utility(
        id="convert.add-localization",
        summary="Turns texts into objects with one text per locale.",
        config=AddLocalization,
        example=Example(
            primary={"title": "Hello"},
            config={"locale": "en", "locales": ["de"]},
            output={"title": {"en": "Hello", "de": None}},
        ),
    ),
)
