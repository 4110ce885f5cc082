"""Catalogue of all projections."""

from typing import Final

from projections.billing.ledgers import LEDGERS
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from projections.documents.folders import FOLDERS
from projections.generations.generations import GENERATIONS
from projections.identity.api_keys import API_KEYS
from projections.identity.members import MEMBERS
from projections.identity.organisations import ORGANISATIONS
from projections.identity.users import USERS
from projections.pipelines.pipeline_runs import PIPELINE_RUNS
from projections.pipelines.pipelines import PIPELINES

PROJECTIONS: Final = (
    DOCUMENT_SUMMARIES,
    FOLDERS,
    ORGANISATIONS,
    API_KEYS,
    MEMBERS,
    USERS,
    LEDGERS,
    GENERATIONS,
    PIPELINES,
    PIPELINE_RUNS,
)
