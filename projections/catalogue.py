"""Every projection there is, listed once."""

from typing import Final

from projections.api_keys import API_KEYS
from projections.document_summaries import DOCUMENT_SUMMARIES
from projections.folders import FOLDERS
from projections.generations import GENERATIONS
from projections.ledgers import LEDGERS
from projections.members import MEMBERS
from projections.organisations import ORGANISATIONS
from projections.pipeline_runs import PIPELINE_RUNS
from projections.pipelines import PIPELINES
from projections.users import USERS

PROJECTIONS: Final = (
    *(DOCUMENT_SUMMARIES, FOLDERS, ORGANISATIONS, API_KEYS, MEMBERS, USERS, LEDGERS, GENERATIONS),
    *(PIPELINES, PIPELINE_RUNS),
)
