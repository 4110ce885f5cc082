"""Hello peer: bare Litestar that returns a constant, the ceiling for a get."""

from litestar import Litestar, get


def create_app() -> Litestar:
    return Litestar([hello, alive], openapi_config=None)


@get("/api/v1/documents/hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


@get("/livez")
async def alive() -> None:
    """Liveness probe."""
