"""Plans of generated programs: one typed plan per pattern.

The planner or a model fills in these fields only. All texts are single lines without invisible
characters (``checked_plan``), and templates escape them in addition.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import msgspec
from msgspec import Meta

from domain.generations.patterns import Pattern
from domain.refusals import Invalid

INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Optional: TypeAlias = Annotated[str, Meta(max_length=128)]
Path: TypeAlias = Annotated[str, Meta(min_length=1, max_length=240)]
Property: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z0-9_]{0,63}\Z")]
Extension: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9]{0,8}\Z")]
Delimiter: TypeAlias = Literal[",", ";", "|", "\t"]


class InvalidPlan(Invalid):
    """The values do not make a valid plan of the pattern."""

    code = "INVALID_PLAN"


class Criterion(msgspec.Struct, frozen=True):
    """A criterion of a saved query: an entry of its form, and the value to search for."""

    entry: Name
    value: Name


class Column(msgspec.Struct, frozen=True):
    property: Property
    heading: Name


class ProgramPlan(msgspec.Struct, frozen=True, kw_only=True, tag_field="pattern"):
    """Base of plans; fields default to the values used when a prompt gives none."""

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.__struct_config__.tag)


class OnObjects(ProgramPlan, frozen=True):
    """Plan of a program that acts on the results of a saved query."""

    query: Name = "Item Revision..."
    criteria: Annotated[tuple[Criterion, ...], Meta(max_length=8)] = ()


class OnRows(ProgramPlan, frozen=True):
    """Plan of a program that acts on the rows of a CSV file."""

    input: Path
    delimiter: Delimiter = ","


ITEM_ID: Final = Column("item_id", "Item ID")
REVISION: Final = Column("item_revision_id", "Revision")
NAME: Final = Column("object_name", "Name")
Columns: TypeAlias = Annotated[tuple[Column, ...], Meta(min_length=1, max_length=32)]


class QueryExport(OnObjects, frozen=True, tag="query-export"):
    columns: Columns = (ITEM_ID, REVISION, NAME)
    output: Path = "query-export.csv"
    delimiter: Delimiter = ","


class BomExport(ProgramPlan, frozen=True, tag="bom-export"):
    """``item`` is the top item, an option at run time when the prompt names none."""

    item: Optional = ""
    revision: Optional = ""
    rule: Name = "Latest Working"
    levels: Annotated[int, Meta(ge=0, le=100)] = 0
    columns: Columns = (
        Column("bl_item_item_id", "Item ID"),
        Column("bl_rev_item_revision_id", "Revision"),
        Column("bl_item_object_name", "Name"),
        Column("bl_quantity", "Quantity"),
    )
    output: Path = "bom-export.csv"
    delimiter: Delimiter = ","


class BulkPropertyUpdate(OnRows, frozen=True, tag="bulk-property-update"):
    input: Path = "properties.csv"
    columns: Columns = (Column("object_desc", "object_desc"),)


class BulkItemCreate(OnRows, frozen=True, tag="bulk-item-create"):
    input: Path = "items.csv"
    item_type: Name = "Item"


class DatasetExport(OnObjects, frozen=True, tag="dataset-export"):
    dataset_type: Name = "PDF"
    reference: Name = "PDF_Reference"
    relation: Name = "IMAN_specification"
    extension: Extension = "pdf"
    directory: Path = "datasets"


class DatasetImport(OnRows, frozen=True, tag="dataset-import"):
    input: Path = "datasets.csv"
    dataset_type: Name = "PDF"
    reference: Name = "PDF_Reference"
    relation: Name = "IMAN_specification"


class ChangeOwnership(OnObjects, frozen=True, tag="change-ownership"):
    """``group`` defaults to the user's own."""

    user: Optional = ""
    group: Optional = ""


class ReleaseStatusApply(OnObjects, frozen=True, tag="release-status-apply"):
    status: Name = "Released"
    retain: bool = True


class WorkflowInitiate(OnObjects, frozen=True, tag="workflow-initiate"):
    template: Name = "Release Process"


class StuckWorkflowReport(ProgramPlan, frozen=True, tag="stuck-workflow-report"):
    """Report of started tasks in processes created more than ``days`` ago."""

    query: Name = "Workflow Processes..."
    entry: Name = "Created Before"
    days: Annotated[int, Meta(ge=0, le=3650)] = 7
    output: Path = "stuck-workflow-report.csv"
    delimiter: Delimiter = ","


class RelationManage(OnRows, frozen=True, tag="relation-manage"):
    input: Path = "relations.csv"
    relation: Name = "IMAN_specification"
    action: Literal["create", "delete"] = "create"


class ProjectAssign(OnObjects, frozen=True, tag="project-assign"):
    project: Optional = ""


AnyPlan: TypeAlias = (
    QueryExport
    | BomExport
    | BulkPropertyUpdate
    | BulkItemCreate
    | DatasetExport
    | DatasetImport
    | ChangeOwnership
    | ReleaseStatusApply
    | WorkflowInitiate
    | StuckWorkflowReport
    | RelationManage
    | ProjectAssign
)
KINDS: Final[Mapping[Pattern, type[AnyPlan]]] = {
    Pattern(kind.__struct_config__.tag): kind for kind in get_args(AnyPlan)
}


def checked_plan(values: Any, pattern: Pattern) -> AnyPlan:
    """Return a plan with the given values and defaults; raises ``InvalidPlan``."""
    if not isinstance(values, dict):
        raise InvalidPlan("A plan is an object.")
    try:
        plan = msgspec.convert({**values, "pattern": pattern.value}, KINDS[pattern])
    except msgspec.ValidationError as error:
        raise InvalidPlan(f"The plan does not fit {pattern.value}: {error}.") from error
    for text in texts_of(msgspec.to_builtins(plan)):
        if text != visible_line(text) and text != "\t":
            raise InvalidPlan("A plan's texts are single lines, with nothing invisible in them.")
    return plan


def visible_line(text: str) -> str:
    """Return the text on one line, without invisible characters."""
    kept = (" " if c in "\t\n\r" else c for c in text)
    shown = "".join(c for c in kept if unicodedata.category(c) not in INVISIBLE)
    return " ".join(shown.split())


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a value of builtin types."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)
