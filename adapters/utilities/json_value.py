"""JSON decoding and encoding: integers exact, other numbers as doubles (RFC 8259, section 6).

Lone surrogates, which ``JSON.parse`` accepts, are left to the standard library, which accepts them
as well.
"""

import json
from typing import Any, Final

import msgspec

from domain.pipelines.refusals import InvalidInput

_read: Final = msgspec.json.Decoder().decode
_write: Final = msgspec.json.Encoder().encode
TOO_DEEP: Final = "The value is nested too deep."


def read(text: bytes) -> Any:
    """Decode a value; raises ``InvalidInput`` for invalid JSON and numbers out of range."""
    try:
        return _read(text)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"The JSON cannot be worked on: {error}.") from error
    except RecursionError as error:
        raise InvalidInput(TOO_DEEP) from error
    except msgspec.DecodeError as error:
        if b"\\u" not in text:
            raise InvalidInput(f"The input is not JSON: {error}.") from error
        return _read_surrogates(text)


def write(value: Any) -> bytes:
    """Encode a value; raises ``InvalidInput`` when it is nested too deep."""
    try:
        return _write(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError as error:
        raise InvalidInput(TOO_DEEP) from error


def _read_surrogates(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"The input is not JSON: {error}.") from error
