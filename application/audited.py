"""Every kind of stream an auditor can ask for: those of all deciders, under the name in a URL."""

from collections.abc import Mapping
from typing import Any, Final

from application.certificates import ERASURE
from application.deciders import Decider
from application.documents import DOCUMENT
from application.folders import FOLDER
from application.generation_runs import GENERATION
from application.identity import KEY, ORGANISATION, USER
from application.ledgers import LEDGER
from application.pipelines import PIPELINE
from application.projection_skips import SKIPS
from application.run_records import RUN

DECIDERS: Final[tuple[Decider[Any, Any, Any], ...]] = (
    DOCUMENT,
    FOLDER,
    KEY,
    ORGANISATION,
    USER,
    LEDGER,
    GENERATION,
    PIPELINE,
    RUN,
    SKIPS,
    ERASURE,
)
KINDS: Final[Mapping[str, Decider[Any, Any, Any]]] = {
    f"{decider.category}s": decider for decider in DECIDERS
}
