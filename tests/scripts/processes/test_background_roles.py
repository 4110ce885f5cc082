"""A worker or a projector without a metrics port starts without a web framework."""

import subprocess
import sys

WEB = {"litestar", "uvicorn", "aiosmtplib"}


def test_background_roles_load_neither_web_framework_nor_mail_client() -> None:
    program = "import sys; from scripts.processes import background_roles; print(*sys.modules)"
    loaded = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "scripts.processes.background_roles" in loaded
    assert WEB.isdisjoint(loaded)
