"""What the other processes of one `forge serve` have to tell, over sockets in a common directory.

Who is asked tells everything it has to and hangs up; there is no protocol. The directory is open to
our own account alone, so nobody needs a key. A process that has died leaves its socket behind: it
then counts as one that does not answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 1.0
SUFFIX: Final = ".sock"


@asynccontextmanager
async def serve_to_siblings(own: Path, tell: Callable[[], str]) -> AsyncIterator[None]:
    """Tell whoever connects, while entered."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(tell().encode())
        writer.close()

    async with await asyncio.start_unix_server(answer, own):
        yield


async def ask_siblings(own: Path) -> Mapping[str, str | None]:
    """Ask everybody but ourselves, all at once; ``None`` stands for one that did not answer."""
    others = [path for path in sorted(own.parent.glob(f"*{SUFFIX}")) if path != own]
    texts = await asyncio.gather(*map(_told_by, others))
    return dict(zip([path.stem for path in others], texts, strict=True))


async def _told_by(sibling: Path) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_unix_connection(sibling)
            try:
                return (await reader.read()).decode()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
