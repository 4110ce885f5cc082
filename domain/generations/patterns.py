"""The twelve patterns of batch programs, named by slugs (wire.md, codegen)."""

from enum import Enum
from typing import Final

from domain.refusals import Invalid

ARTIFACT: Final = "itk-batch"


class Pattern(Enum):
    QUERY_EXPORT = "query-export"
    BOM_EXPORT = "bom-export"
    BULK_PROPERTY_UPDATE = "bulk-property-update"
    BULK_ITEM_CREATE = "bulk-item-create"
    DATASET_EXPORT = "dataset-export"
    DATASET_IMPORT = "dataset-import"
    CHANGE_OWNERSHIP = "change-ownership"
    RELEASE_STATUS_APPLY = "release-status-apply"
    WORKFLOW_INITIATE = "workflow-initiate"
    STUCK_WORKFLOW_REPORT = "stuck-workflow-report"
    RELATION_MANAGE = "relation-manage"
    PROJECT_ASSIGN = "project-assign"


DESCRIPTIONS: Final = {
    Pattern.QUERY_EXPORT: "Run a saved query and write what it finds to a CSV file",
    Pattern.BOM_EXPORT: "Write a multilevel bill of materials to a CSV file",
    Pattern.BULK_PROPERTY_UPDATE: "Set properties of items as a CSV file says",
    Pattern.BULK_ITEM_CREATE: "Create items from a CSV file",
    Pattern.DATASET_EXPORT: "Write the files of datasets to a directory",
    Pattern.DATASET_IMPORT: "Make datasets of files, and attach them to items",
    Pattern.CHANGE_OWNERSHIP: "Give what a saved query finds to another user and group",
    Pattern.RELEASE_STATUS_APPLY: "Put a release status on what a saved query finds",
    Pattern.WORKFLOW_INITIATE: "Start a workflow for what a saved query finds",
    Pattern.STUCK_WORKFLOW_REPORT: "Report workflow tasks that have been open for too long",
    Pattern.RELATION_MANAGE: "Create or delete relations as a CSV file says",
    Pattern.PROJECT_ASSIGN: "Assign what a saved query finds to a project",
}


class UnknownPattern(Invalid):
    code = "VALIDATION_ERROR"


def pattern_named(slug: str) -> Pattern:
    """Return a pattern by its slug; raises ``UnknownPattern``, which lists them all."""
    try:
        return Pattern(slug)
    except ValueError as error:
        active = ", ".join(pattern.value for pattern in Pattern)
        message = f"options.explicitPattern is not an active pattern; there are {active}."
        raise UnknownPattern(message) from error
