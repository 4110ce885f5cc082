"""Every projection there is, listed once."""

from typing import Final

from projections.api_keys import API_KEYS
from projections.document_summaries import DOCUMENT_SUMMARIES
from projections.folders import FOLDERS
from projections.organisations import ORGANISATIONS

PROJECTIONS: Final = (DOCUMENT_SUMMARIES, FOLDERS, ORGANISATIONS, API_KEYS)
