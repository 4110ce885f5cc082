"""Catalogue of all event types that the log can hold."""

from typing import TypeAlias

from domain.billing.events import LedgerEvent
from domain.documents.events import DocumentEvent
from domain.documents.folder_events import FolderEvent
from domain.erasure.events import ErasureEvent
from domain.generations.events import GenerationEvent
from domain.identity.events import IdentityEvent
from domain.pipelines.events import PipelineEvent, RunEvent
from domain.projection_admin.events import OperationEvent

AnyEvent: TypeAlias = (
    DocumentEvent
    | FolderEvent
    | IdentityEvent
    | LedgerEvent
    | GenerationEvent
    | PipelineEvent
    | RunEvent
    | OperationEvent
    | ErasureEvent
)
