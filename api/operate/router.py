"""Routes of ``/audit``, ``/events`` and ``/ops``."""

from litestar import Router

from api.http.shared_services import SharedServices
from api.operate.audit.router import audit_router
from api.operate.events.router import events_router
from api.operate.ops.router import ops_router
from api.operate.services import OperateServices


def operate_routers(services: OperateServices, shared: SharedServices) -> list[Router]:
    return [audit_router(services, shared), events_router(shared), ops_router(services, shared)]
