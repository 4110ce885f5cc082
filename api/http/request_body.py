"""Request bodies: read within a limit, accepted as JSON only, decoded to typed values (wire.md)."""

import asyncio
import re
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, ClassVar, Final, TypeVar, cast

import msgspec

from api.request import AnyRequest, headers_of
from domain.json_text import MAX_DEPTH, InvalidJson, too_deep
from domain.refusals import Invalid, TooLarge

T = TypeVar("T")

LARGE: Final = 256 * 1024
"""Bytes; a body of this size or more is parsed in a thread."""

_JSON = re.compile(
    rb"""\s*application/(?:[\w.!#$&^-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?;?\s*""",
    re.IGNORECASE,
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_FIELD = re.compile(r"field `([^`]+)`")
_PATH = re.compile(r" - at `\$\.?([^`]*)`")


class InvalidContentType(Invalid):
    code = "INVALID_CONTENT_TYPE"
    message = "The Content-Type must be application/json in UTF-8."


class IncompleteBody(Invalid):
    """The client disconnected before the end of its body."""

    code = "BODY_CUT_SHORT"
    message = "The connection was closed before the whole body had arrived."


class InvalidBody(Invalid):
    """JSON of another shape than the route takes; ``details`` names the field."""

    code: ClassVar[str] = "VALIDATION_ERROR"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.details = {"field": field} if field else {}


async def read_body(request: AnyRequest, limit: int) -> bytes:
    """Return the JSON body's bytes, ``b""`` when there is none.

    Raises ``TooLarge`` beyond ``limit`` bytes, unread where Content-Length says so, and
    ``InvalidContentType`` for anything declared as other than JSON in UTF-8.
    """
    declared = headers_of(request).get(b"content-type")
    if declared is not None and not _JSON.fullmatch(declared):
        raise InvalidContentType
    return await read_raw(request, limit)


async def read_raw(request: AnyRequest, limit: int) -> bytes:
    """Return a body's bytes, whatever they are; raises ``TooLarge`` as ``read_body`` does."""
    length = headers_of(request).get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    room = limit
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise IncompleteBody
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
    """Return the body as a value of the default's type, or the default without a body."""
    return decode(raw, type(default)) if raw else default


def decode(raw: bytes, shape: type[T]) -> T:
    """Return the body as a value of ``shape``.

    Raises ``InvalidJson`` for an empty body, invalid JSON or JSON nested too deep, and
    ``InvalidBody`` for JSON of another shape. Texts are then UTF-8 without lone surrogates;
    ``domain.text.valid_text`` refuses NUL.
    """
    if not raw:
        raise InvalidJson("A JSON body is required.")
    if too_deep(raw):
        raise InvalidJson(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    try:
        value: T = _decoder(cast("Hashable", shape)).decode(raw)
    except msgspec.ValidationError as error:
        raise _invalid_body(str(error)) from error
    except msgspec.DecodeError as error:
        raise InvalidJson(f"The body is not valid JSON: {_syntax_error(raw, error)}.") from error
    except UnicodeDecodeError as error:
        raise InvalidJson("The body is not valid UTF-8.") from error
    except RecursionError as error:
        raise InvalidJson("The JSON is nested too deep.") from error
    return value


async def parse_in_thread(parse: Callable[[bytes], T], raw: bytes) -> T:
    """Parse a body; a large one in a thread, so that it does not block other requests."""
    return parse(raw) if len(raw) < LARGE else await asyncio.to_thread(parse, raw)


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body must not be larger than {limit} bytes.")


def _syntax_error(raw: bytes, error: msgspec.DecodeError) -> str:
    """Return what is wrong; msgspec says "truncated" for a lone surrogate, too."""
    truncated = str(error) == "Input data was truncated"
    if truncated and _SURROGATE.search(raw):
        return "a text is cut short or has a lone surrogate"
    return str(error).removeprefix("JSON is malformed: ")


def _invalid_body(error: str) -> InvalidBody:
    """Put the path first: ``name: Expected `str`, got `int```."""
    path = match[1] if (match := _PATH.search(error)) else ""
    message = _PATH.sub("", error)
    name = match[1] if (match := _FIELD.search(message)) else ""
    field = ".".join(part for part in (path, name) if part)
    return InvalidBody(f"{path}: {message}." if path else f"{message}.", field)
