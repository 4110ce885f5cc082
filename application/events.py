"""Every event there is, in one place: what the log can hold and projections must withstand."""

from typing import TypeAlias

from domain.billing.events import LedgerEvent
from domain.documents.events import DocumentEvent
from domain.erasure.events import ErasureEvent
from domain.folders.events import FolderEvent
from domain.generations.events import GenerationEvent
from domain.identity.events import IdentityEvent
from domain.operations.events import OperationEvent
from domain.pipelines.events import PipelineEvent, RunEvent

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
