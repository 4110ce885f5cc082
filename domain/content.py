"""References from events to texts stored outside the log."""

import msgspec

from domain.text import Personal


class Content(msgspec.Struct, frozen=True, gc=False):
    """Reference to a text by its salted digest; the bytes lie outside the log, to be erasable.

    ``digest`` is the hex HMAC-SHA256 of the bytes under a random salt kept beside them: once both
    are erased, not even a text of low entropy can be guessed from it (safety.md, erasure). It is
    erased with them, as personal text is. ``size`` counts bytes.
    """

    digest: Personal
    size: int
