"""Extraction of plan values from a prompt, by pattern; values not named are left out."""

from collections.abc import Callable, Mapping
from typing import Final

from domain.generations.patterns import Pattern
from domain.generations.prompts import exports, objects, rows
from domain.generations.prompts.common import Values

_READERS: Final[Mapping[Pattern, Callable[[str], Values]]] = {
    Pattern.QUERY_EXPORT: exports.query_export,
    Pattern.BOM_EXPORT: exports.bom_export,
    Pattern.DATASET_EXPORT: exports.dataset_export,
    Pattern.STUCK_WORKFLOW_REPORT: exports.stuck_workflow_report,
    Pattern.BULK_PROPERTY_UPDATE: rows.bulk_property_update,
    Pattern.BULK_ITEM_CREATE: rows.bulk_item_create,
    Pattern.DATASET_IMPORT: rows.dataset_import,
    Pattern.RELATION_MANAGE: rows.relation_manage,
    Pattern.CHANGE_OWNERSHIP: objects.change_ownership,
    Pattern.RELEASE_STATUS_APPLY: objects.release_status_apply,
    Pattern.WORKFLOW_INITIATE: objects.workflow_initiate,
    Pattern.PROJECT_ASSIGN: objects.project_assign,
}


def extract_values(text: str, pattern: Pattern) -> Values:
    """Return the plan fields that a prompt, on one line, gives values for."""
    return {name: value for name, value in _READERS[pattern](text).items() if value}
