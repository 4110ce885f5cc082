"""All counters and histograms of a process.

Gauges that can be read at scrape time belong to ``scripts/telemetry/gauges.py`` instead, and
figures of the database to ``adapters/postgres/stats.py``. A new metric needs a panel as well
(``docs/observability``). Labels never hold what clients choose: no paths, ids, keys, organisations.
"""

from collections.abc import Iterable

from application.telemetry.instruments import (
    LATENCIES,
    SIZES,
    Counter,
    Family,
    Gauge,
    Histogram,
    Instrument,
)


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._measure_requests()
        self._measure_appends()
        self._measure_feed()
        self._measure_background()
        self._measure_generations()
        self._measure_utilities()

    def families(self) -> Iterable[Family]:
        return [made.family for made in vars(self).values() if isinstance(made, Instrument)]

    def _measure_requests(self) -> None:
        self.request_seconds = Histogram(
            "forge_http_request_duration_seconds",
            "From a request's arrival until its answer began.",
            *("method", "route", "status"),
            bounds=LATENCIES,
        )
        self.requests_in_flight = Gauge(
            "forge_http_requests_in_flight", "Requests, streams and sockets being served."
        )
        self.authentication_refusals = Counter(
            "forge_authentication_refusals_total",
            "Answers 401 (no key that works) and 403 (a key without the scope, a foreign page).",
            "status",
        )
        self.key_refusals = Counter(
            "forge_key_refusals_total",
            "Keys that opened nothing: malformed, unknown, expired, or used though revoked.",
            "reason",
        )
        self.log_ins = Counter(
            "forge_log_ins_total",
            "Log-ins by how (magic_link, github) and outcome (opened, or why they were refused).",
            *("method", "outcome"),
        )
        self.limiter_away = Counter(
            "forge_limiter_away_total",
            "Requests that could not be counted: let through (open) or refused (closed).",
            "failed",
        )
        self.replays = Counter(
            "forge_idempotency_replays_total", "Requests answered as they were answered before."
        )

    def _measure_appends(self) -> None:
        self.append_seconds = Histogram(
            "forge_append_duration_seconds",
            "What a command waited until its events were durable, or refused.",
            bounds=LATENCIES,
        )
        self.batch_commands = Histogram(
            "forge_append_batch_commands", "Commands stored by one round trip.", bounds=SIZES
        )
        self.batch_events = Histogram(
            "forge_append_batch_events", "Events stored by one round trip.", bounds=SIZES
        )
        self.append_refusals = Counter(
            "forge_append_refusals_total",
            "Appends refused: concurrent_write is a version conflict, most are decided again.",
            "reason",
        )

    def _measure_feed(self) -> None:
        self.feed_readers = Gauge("forge_feed_readers", "Readers that follow the event feed live.")
        self.feed_deliveries = Counter(
            "forge_feed_deliveries_total", "Events put into the queues of readers."
        )
        self.feed_lagged = Counter(
            "forge_feed_lagged_total", "Readers sent away because they took too little."
        )

    def _measure_background(self) -> None:
        self.task_failures = Counter(
            "forge_background_task_failures_total",
            "Failures of supervised tasks, children of `forge serve` among them.",
            "task",
        )
        self.stops = Counter(
            "forge_projection_stops_total",
            "Times a read model has stopped at an event it cannot apply.",
            "projection",
        )
        self.stopped_at = Gauge(
            "forge_projection_last_stop_timestamp_seconds",
            "When a read model last stopped at an event it cannot apply.",
            "projection",
        )
        self.listener_connections = Counter(
            "forge_listener_connections_total",
            "Times LISTEN has been set up: one at the start, the others are reconnects.",
        )
        self.mails = Counter(
            "forge_mails_total",
            "Mails by outcome: sent, refused for good by the mail server, failed for now.",
            "outcome",
        )
        self.jobs = Counter(
            "forge_jobs_total", "Jobs tried: completed, failed, or interrupted.", "kind", "outcome"
        )
        self.job_seconds = Histogram(
            "forge_job_duration_seconds", "How long a job took.", "kind", bounds=LATENCIES
        )

    def _measure_generations(self) -> None:
        self.generations = Counter(
            "forge_generations_total",
            "Generations by outcome: completed, unsound, error or interrupted.",
            "outcome",
        )
        self.generation_seconds = Histogram(
            "forge_generation_duration_seconds",
            "From a request's event to that of its end.",
            bounds=LATENCIES,
        )

    def _measure_utilities(self) -> None:
        self.utility_work = Counter(
            "forge_utility_work_total",
            "Work of utilities: done at_once or aside, too_long, too_much, or at_capacity.",
            "outcome",
        )
        self.utility_seconds = Histogram(
            "forge_utility_work_duration_seconds",
            "How long work took in a process of its own, without the wait for one.",
            bounds=LATENCIES,
        )
