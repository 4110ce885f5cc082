"""Error envelopes of the JSON API (seed 002, ErrorResponse)."""

from httpx import Response


def assert_refused(response: Response, code: str | None = None, *, status: int = 400) -> None:
    body = response.json()
    assert response.status_code == status, response.text
    assert body["success"] is False
    assert body.keys() == {"success", "error", "code"}
    assert isinstance(body["error"], str)
    assert body["error"]
    assert body["code"].isupper()
    assert code is None or body["code"] == code, response.text


def code_of(response: Response) -> object:
    """Return the error's code, in whichever envelope; ``None`` without one."""
    body = response.json()
    if not isinstance(body, dict):
        return None
    error = body.get("error") or next(iter(body.get("errors", ())), None)
    return error["code"] if isinstance(error, dict) else body.get("code")
