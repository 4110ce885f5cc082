"""HTML pages, to which links in mails lead: no script, no external resource."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.http.response import VARY_ACCEPT, Response
from api.request import AnyRequest, Header, header

HERE: Final = Path(__file__).parent / "templates"
STYLE: Final = (HERE / "style.css").read_text()
HTML: Final = (b"content-type", b"text/html; charset=utf-8")
_STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    b"content-security-policy",
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'".encode(),
)

_templates: Final = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
)


def page(template: str, *headers: Header, status: int = 200, **values: Any) -> Response:
    """Answer with a page; values are escaped."""
    text = _templates.get_template(template).render(style=STYLE, **values)
    return Response(text.encode(), HTML, POLICY, VARY_ACCEPT, *headers, status=status)


def wants_page(request: AnyRequest) -> bool:
    """Tell whether the client accepts HTML: a browser, not a program."""
    return "text/html" in (header(request, b"accept") or "")
