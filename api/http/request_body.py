"""Request bodies: read within a limit, taken only as JSON, decoded into typed values (wire.md)."""

import asyncio
import re
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, ClassVar, Final, TypeVar, cast

import msgspec

from api.request import AnyRequest
from domain.json_text import MAX_DEPTH, InvalidJson, too_deep
from domain.refusals import Invalid, TooLarge

T = TypeVar("T")

LARGE: Final = 256 * 1024
"""Bytes of a body from which on parsing it is worth a thread."""

_JSON = re.compile(
    rb"""\s*application/(?:[\w.!#$&^-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?;?\s*""",
    re.IGNORECASE,
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_FIELD = re.compile(r"field `([^`]+)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`")


class InvalidContentType(Invalid):
    code = "INVALID_CONTENT_TYPE"
    message = "The Content-Type must be application/json in UTF-8."


class BodyCutShort(Invalid):
    """The client went away; nobody will read this answer."""

    code = "BODY_CUT_SHORT"
    message = "The connection was closed before the whole body had arrived."


class InvalidBody(Invalid):
    """JSON, but not of the shape asked for; ``details`` names the field."""

    code: ClassVar[str] = "VALIDATION_ERROR"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.details = {"field": field} if field else {}


async def read_body(request: AnyRequest, limit: int) -> bytes:
    """Return the JSON body's bytes, ``b""`` when there is none.

    Raises ``TooLarge`` beyond ``limit`` bytes, unread where Content-Length says so, and
    ``InvalidContentType`` for anything declared as other than JSON in UTF-8.
    """
    declared = dict(request.scope["headers"]).get(b"content-type")
    if declared is not None and not _JSON.fullmatch(declared):
        raise InvalidContentType
    return await read_raw(request, limit)


async def read_raw(request: AnyRequest, limit: int) -> bytes:
    """Return a body's bytes, whatever they are; raises ``TooLarge`` as ``read_body`` does."""
    length = dict(request.scope["headers"]).get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    room = limit
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise BodyCutShort
        chunks.append(message["body"])
        room -= len(message["body"])
        if room < 0:
            raise _too_large(limit)
        more = message["more_body"]
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_json(request: AnyRequest, limit: int, shape: type[T]) -> T:
    """Return the body as a value of ``shape``; raises as ``read_body`` and ``decode`` do."""
    return decode(await read_body(request, limit), shape)


def decode_or(raw: bytes, default: T) -> T:
    """Return the body as a value like the default, which stands for an absent body."""
    return decode(raw, type(default)) if raw else default


def decode(raw: bytes, shape: type[T]) -> T:
    """Return the body as a value of ``shape``.

    Raises ``InvalidJson`` for what is not JSON (or nothing at all, or nested too deep), and
    ``InvalidBody`` for JSON of another shape. Texts are UTF-8 without lone surrogates after this;
    NUL is for ``domain.text.checked`` to refuse.
    """
    if not raw:
        raise InvalidJson("A JSON body is required.")
    if too_deep(raw):
        raise InvalidJson(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    try:
        value: T = _decoder(cast("Hashable", shape)).decode(raw)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error
    except msgspec.DecodeError as error:
        raise InvalidJson(f"The body is not valid JSON: {_fault(raw, error)}.") from error
    except UnicodeDecodeError as error:
        raise InvalidJson("The body is not valid UTF-8.") from error
    except RecursionError as error:
        raise InvalidJson("The JSON is nested too deep.") from error
    return value


async def parse_in_thread(parse: Callable[[bytes], T], raw: bytes) -> T:
    """Parse a body; a large one in a thread, where it cannot hold up everybody else."""
    return parse(raw) if len(raw) < LARGE else await asyncio.to_thread(parse, raw)


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body must not be larger than {limit} bytes.")


def _fault(raw: bytes, error: msgspec.DecodeError) -> str:
    """Say what msgspec calls a truncation: half of a surrogate pair standing alone."""
    truncated = str(error) == "Input data was truncated"
    if truncated and _SURROGATE.search(raw):
        return "a text is cut short or has a lone surrogate"
    return str(error).removeprefix("JSON is malformed: ")


def _invalid(complaint: str) -> InvalidBody:
    """Put the place first: ``name: Expected `str`, got `int```."""
    place = match[1] if (match := _PLACE.search(complaint)) else ""
    what = _PLACE.sub("", complaint)
    named = match[1] if (match := _FIELD.search(what)) else ""
    field = ".".join(part for part in (place, named) if part)
    return InvalidBody(f"{place}: {what}." if place else f"{what}.", field)
