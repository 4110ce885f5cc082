"""Command-line options of generated programs, by plan."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from domain.generations.plans import (
    AnyPlan,
    BomExport,
    BulkItemCreate,
    ChangeOwnership,
    Criterion,
    DatasetExport,
    DatasetImport,
    OnObjects,
    OnRows,
    ProjectAssign,
    QueryExport,
    RelationManage,
    ReleaseStatusApply,
    StuckWorkflowReport,
    WorkflowInitiate,
)

MAX_NAME: Final = 56
_OTHERS: Final = re.compile(r"[^a-z0-9]+")


class Option(NamedTuple):
    """A command-line option; ``value`` is its default."""

    name: str
    value: str
    meaning: str

    @property
    def usage(self) -> str:
        return f"-{self.name}=VALUE   {self.meaning} [{self.value}]"


def options_of(plan: AnyPlan) -> Sequence[Option]:
    """Return the options of a program, in the order of its usage text."""
    return (*_source(plan), *_own(plan), *_output(plan))


def where_names(criteria: Sequence[Criterion]) -> Sequence[str]:
    """Return an option name for each criterion, after its entry: ``where-item-id``."""
    names: list[str] = []
    for number, criterion in enumerate(criteria, start=1):
        slug = _OTHERS.sub("-", criterion.entry.lower()).strip("-")[:MAX_NAME]
        name = f"where-{slug}"
        names.append(name if slug and name not in names else f"where-{number}")
    return names


def _source(plan: AnyPlan) -> Sequence[Option]:
    match plan:
        case OnObjects(query=query, criteria=criteria):
            named = zip(where_names(criteria), criteria, strict=True)
            return (
                Option("query", query, "saved query"),
                *(
                    Option(name, criterion.value, f"what to look for in {criterion.entry}")
                    for name, criterion in named
                ),
                Option("chunk", "500", "objects kept in memory at a time"),
            )
        case OnRows():
            return (
                Option("input", plan.input, "CSV file to read"),
                Option("delimiter", _delimiter(plan.delimiter), "between fields: , ; | or tab"),
            )
    return ()


def _own(plan: AnyPlan) -> Sequence[Option]:
    match plan:
        case BomExport():
            return _bom(plan)
        case DatasetExport():
            return (
                *_dataset(plan),
                Option("extension", plan.extension, "of the files"),
                Option("directory", plan.directory, "where to write them, which must exist"),
            )
        case DatasetImport():
            return _dataset(plan)
        case ChangeOwnership():
            return (
                Option("user", plan.user, "id of the new owner"),
                Option("group", plan.group, "new owning group; the owner's own where left out"),
            )
        case StuckWorkflowReport():
            return (
                Option("query", plan.query, "saved query for processes"),
                Option("days", str(plan.days), "how old a process must be"),
            )
    return _single(plan)


def _single(plan: AnyPlan) -> Sequence[Option]:
    match plan:
        case BulkItemCreate():
            return (Option("type", plan.item_type, "type of the items"),)
        case ReleaseStatusApply():
            return (Option("status", plan.status, "release status"),)
        case WorkflowInitiate():
            return (Option("template", plan.template, "workflow template"),)
        case RelationManage():
            return (Option("relation", plan.relation, "type of the relation"),)
        case ProjectAssign():
            return (Option("project", plan.project, "id of the project"),)
    return ()


def _bom(plan: BomExport) -> Sequence[Option]:
    return (
        Option("item", plan.item, "id of the top item"),
        Option("revision", plan.revision, "its revision; the latest where it is left out"),
        Option("rule", plan.rule, "revision rule"),
        Option("levels", str(plan.levels), "how deep to go; 0 for all levels"),
    )


def _dataset(plan: DatasetExport | DatasetImport) -> Sequence[Option]:
    return (
        Option("type", plan.dataset_type, "type of the datasets"),
        Option("reference", plan.reference, "named reference that holds the file"),
        Option("relation", plan.relation, "how datasets hang on their items"),
    )


def _output(plan: AnyPlan) -> Sequence[Option]:
    match plan:
        case QueryExport() | BomExport() | StuckWorkflowReport():
            return (
                Option("output", plan.output, "CSV file to write"),
                Option("delimiter", _delimiter(plan.delimiter), "between fields: , ; | or tab"),
            )
    return ()


def _delimiter(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
