"""Texts outside the log, as events speak of them."""

import msgspec

from domain.text import Personal


class Content(msgspec.Struct, frozen=True, gc=False):
    """A text by its salted digest; the bytes live outside the log, so that they can be erased.

    ``digest`` is the hex HMAC-SHA256 of the bytes under a random salt kept beside them: once both
    are erased, not even a text of low entropy can be guessed from it (safety.md, erasure). It goes
    with them, as personal text does. ``size`` counts bytes.
    """

    digest: Personal
    size: int
