"""Start-up: two threads import psycopg, in new interpreters since an import happens once."""

import subprocess
import sys
from typing import Final

BESIDE_THE_SERVERS: Final = """
import sys
from scripts.processes import start
start._start = lambda *_: None
assert "psycopg" not in sys.modules
with start.start_servers(None):
    assert "psycopg" in sys.modules
"""

IN_TWO_THREADS: Final = """
import sys, threading
from scripts.config.connections import as_app_role
threading.Thread(target=__import__, args=["psycopg"]).start()
while "psycopg" not in sys.modules:
    pass
assert as_app_role("dbname=forge") == "dbname=forge options='-c role=forge_app'"
"""


def test_psycopg_is_imported_whole_while_the_servers_start() -> None:
    run(BESIDE_THE_SERVERS)


def test_a_connection_string_is_made_while_another_thread_imports_psycopg() -> None:
    run(IN_TWO_THREADS)


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - written above
