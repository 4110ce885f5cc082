"""A second owner process: enters the servers, prints its addresses, stays until stdin closes."""

import json
import sys
from pathlib import Path

from adapters.embedded.servers import EmbeddedServers

if __name__ == "__main__":
    with EmbeddedServers(Path(sys.argv[1])) as servers:
        sys.stdout.write(json.dumps([servers.owner, servers.database_url(), servers.redis_url]))
        sys.stdout.write("\n")
        sys.stdout.flush()
        sys.stdin.read()
