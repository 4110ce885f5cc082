"""Query parameters, and the header of reads that names the least position they must reflect."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from api.request import AnyRequest, header
from application.eventstore.read_your_writes import ReadYourWrites
from domain.refusals import Invalid, Refusal

MIN_POSITION: Final = b"x-forge-min-position"
MAX_NUMBER: Final = 2**63 - 1


class InvalidPosition(Invalid):
    code = "INVALID_POSITION"
    message = "X-Forge-Min-Position takes a log position: a whole number."


class InvalidParameter(Invalid):
    code = "INVALID_PARAMETER"


class InvalidAsOf(Invalid):
    code = "INVALID_AS_OF"
    message = "asOf takes a time such as 2026-01-31T12:00:00Z, or a position such as @1234."


def query_param(request: AnyRequest, name: str) -> str | None:
    """Return a query parameter; of one that is repeated, the last.

    Raises ``InvalidParameter`` for one with a NUL, which the database takes in no text.
    """
    if not request.scope["query_string"]:
        return None
    values = request.query_params.getall(name, [])
    if values and "\0" in values[-1]:
        raise InvalidParameter(f"{name} must not contain NUL.")
    return values[-1] if values else None


async def require_position(request: AnyRequest, visibility: ReadYourWrites, model: str) -> None:
    """Wait until a read model has reached ``X-Forge-Min-Position``, where the request has it.

    Raises ``InvalidPosition``, ``NotYetVisible`` (503) or ``PositionReset`` (409).
    """
    if (position := header(request, MIN_POSITION)) is not None:
        await visibility.wait_all(whole_number(position, InvalidPosition), [model])


async def position_of(as_of: str, at: Callable[[datetime], Awaitable[int]]) -> int:
    """Return the log position of an ``asOf``; a time without a zone is UTC.

    Raises ``InvalidAsOf``.
    """
    if as_of.startswith("@"):
        return whole_number(as_of[1:], InvalidAsOf)
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise InvalidAsOf from error
    return await at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def whole_number(text: str, refusal: type[Refusal], *, most: int = MAX_NUMBER) -> int:
    """Parse a whole number of ASCII digits, ``most`` at most; raises the refusal."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER))):
        raise refusal
    if (number := int(text)) > most:
        raise refusal
    return number
