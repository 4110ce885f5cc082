"""Exchange of text between the processes of one `forge serve`, over sockets in a directory.

A process sends its text to each connection and closes it; there is no protocol. Only our own
account can enter the directory, so no key is needed. The socket of a dead process stays behind: it
counts as one that does not answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

TIMEOUT_SECONDS: Final = 1.0
SUFFIX: Final = ".sock"


@asynccontextmanager
async def serve_to_siblings(own: Path, text: Callable[[], str]) -> AsyncIterator[None]:
    """Send the text to every connection while entered."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text().encode())
        writer.close()

    async with await asyncio.start_unix_server(answer, own):
        yield


async def ask_siblings(own: Path) -> Mapping[str, str | None]:
    """Read the texts of all other processes at once; ``None`` for one that did not answer."""
    others = [path for path in sorted(own.parent.glob(f"*{SUFFIX}")) if path != own]
    texts = await asyncio.gather(*map(_read_from, others))
    return dict(zip([path.stem for path in others], texts, strict=True))


async def _read_from(sibling: Path) -> str | None:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_unix_connection(sibling)
            try:
                return (await reader.read()).decode()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
