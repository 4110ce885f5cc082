"""What a role that has no requests to answer tells of itself: at a port, if it has one."""

from scripts.observing.exposition import exposed
from scripts.running.role import Running


async def until_told(running: Running) -> None:
    """Let this process be asked how it does, until it is told to end."""
    role = running.role
    if role.sockets:
        from scripts.running.answering import answer  # noqa: PLC0415 - half a second, mostly unused
        from scripts.web import role_application  # noqa: PLC0415 - likewise

        await answer(running, role_application)
        return
    async with exposed(running.backend, role.called, role.settings.metrics_socket):
        await role.stop.wait()
