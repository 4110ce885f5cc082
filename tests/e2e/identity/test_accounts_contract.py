"""The routes of log-ins and organisations against what their document announces."""

from collections.abc import AsyncIterator
from typing import Any, Final

import anyio
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.support.identity.browsers import mailing_service
from tests.support.servers.databases import Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.web import Service, fresh_name

# The service draws ids in this process, too, which is no business of the strategies'.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]

DOCUMENT: Final = "/v1/openapi.json"
# No schema tells an address from another text; bodies are read only where one is taken.
EXCLUDED: Final = [positive_data_acceptance, negative_data_rejection]
bounded = settings(max_examples=8, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def mailing(databases: Databases, servers: Servers) -> AsyncIterator[Service]:
    with databases.migrated() as database:
        async with mailing_service(database, servers.redis_url) as post:
            yield post.service


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_generated_requests_meet_only_announced_answers(
    mailing: Service, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half of the positions asked for lie beyond the log, and each would be waited for a second.
    monkeypatch.setattr("application.eventstore.read_your_writes.PATIENCE_SECONDS", 0.02)
    schema = await anyio.to_thread.run_sync(_served_by, mailing)
    operations = list(schema.get_all_operations())

    for operation in operations:
        assert isinstance(operation, Ok)
        opened = await mailing.log_in(fresh_name())
        headers = {"Cookie": f"forge_session={opened.token}", "Origin": mailing.url}
        await anyio.to_thread.run_sync(_try, operation.ok(), headers, mode)
    assert {operation.ok().path.split("/")[2] for operation in operations} >= {
        *("auth", "me", "members", "invitations")
    }


def _served_by(service: Service) -> Any:
    return schemathesis.openapi.from_url(service.url + DOCUMENT)


def _try(operation: Any, headers: dict[str, str], mode: GenerationMode) -> None:
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=EXCLUDED)

    each()
