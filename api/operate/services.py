"""What the routes of operators and auditors are built from."""

import msgspec

from application.audit.audit import Audit
from application.audit.proofs import Proofs
from projections.admin.diff import Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents


class OperateServices(msgspec.Struct, frozen=True, kw_only=True):
    audit: Audit
    proofs: Proofs
    operations: Operations
    poison: PoisonedEvents
    differences: Differences
