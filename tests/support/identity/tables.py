"""Tables of keys and log-ins."""

from typing import Final

from tests.support.registries.table_part import TablePart

PART: Final = TablePart(
    untouched={
        "key_uses": "ids and times",
        "login_links": "addresses of who asked, gone when used or after 15 minutes",
        "login_sessions": "names of browsers, gone with the session",
    }
)
