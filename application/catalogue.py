"""Every kind of stream an auditor can ask for: those of all deciders, under the name in a URL."""

from collections.abc import Mapping
from typing import Any, Final

from application.billing.ledgers import LEDGER
from application.documents.documents import DOCUMENT
from application.documents.folders import FOLDER
from application.erasure.certificates import ERASURE
from application.eventstore.decider import Decider
from application.generations.runner import GENERATION
from application.identity.api_keys import KEY
from application.identity.organisations import ORGANISATION
from application.identity.users import USER
from application.pipelines.pipelines import PIPELINE
from application.pipelines.run_recorder import RUN
from application.projection_admin.skips import SKIPS

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
