"""CPU by process: of a server's descendants, and of the database servers it uses."""

import os
import subprocess
import sys

import pytest

from scripts.bench.cpu import Process, cpu_seconds, parse_stat, per_request, sum_by_role
from scripts.bench.results import TOTAL

RIG, SERVE, PROJECTOR, WORKER, POSTMASTER, BACKEND, VALKEY, PEER = range(8)
PROCESSES = {
    RIG: Process(99, "python", ["bench"], 100.0),
    SERVE: Process(RIG, "python", ["forge", "serve"], 3.0),
    PROJECTOR: Process(SERVE, "python", ["forge", "projector"], 2.0),
    WORKER: Process(SERVE, "python", ["forge", "worker"], 1.0),
    POSTMASTER: Process(RIG, "postgres", ["postgres"], 0.5),
    BACKEND: Process(POSTMASTER, "postgres", ["postgres: forge_app"], 0.25),
    VALKEY: Process(RIG, "valkey-server", ["valkey-server"], 0.125),
    PEER: Process(RIG, "python", ["peers", "crud"], 50.0),
}
FORK = """
import os
if os.fork() == 0:
    while os.times().user < 0.2:
        pass
else:
    os.wait()
    print("ended", flush=True)
    os.read(0, 1)
"""


def test_processes_are_summed_up_by_role_without_those_of_others() -> None:
    assert sum_by_role(PROCESSES, SERVE, RIG, ("Postgres", "Valkey")) == {
        "API": 3.0,
        "Postgres": 0.75,
        "projector": 2.0,
        "worker": 1.0,
        "Valkey": 0.125,
    }


def test_servers_that_a_subject_does_not_use_are_left_out() -> None:
    assert sum_by_role(PROCESSES, PEER, RIG, ("Postgres",)) == {"API": 50.0, "Postgres": 0.75}
    assert sum_by_role(PROCESSES, PEER, RIG, ()) == {"API": 50.0}


def test_servers_of_its_own_count_for_a_whole_service() -> None:
    apart = {**PROCESSES, POSTMASTER: PROCESSES[POSTMASTER]._replace(parent=SERVE)}

    assert sum_by_role(apart, SERVE, RIG, ())["Postgres"] == 0.75


def test_a_server_that_has_ended_uses_nothing() -> None:
    assert sum_by_role(PROCESSES, 42, RIG, ()) == {}


def test_the_total_is_that_of_all_processes() -> None:
    assert per_request({"API": 1.0}, {"API": 3.0, "worker": 1.0}, 1_000) == {
        TOTAL: 3_000.0,
        "API": 2_000.0,
        "worker": 1_000.0,
    }
    assert per_request({}, {}, 1_000) == {}


def test_a_name_with_spaces_and_brackets_is_read_whole() -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    fields = f"S 7 1 1 0 -1 0 0 0 0 0 {ticks} {ticks} {2 * ticks} {3 * ticks} 20 0"

    assert parse_stat(f"12 (odd) name (x) {fields}") == ("odd) name (x", 7, 2.0, 5.0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_time_between_two_ticks_of_the_clock_is_measured() -> None:
    ticks = cpu_seconds(os.getpid(), ())["API"] * os.sysconf("SC_CLK_TCK")

    assert ticks != pytest.approx(round(ticks), abs=1e-6)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_children_that_have_ended_are_counted() -> None:
    with subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-c", FORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()

        assert cpu_seconds(process.pid, ())["API"] >= 0.2

        process.stdin.close()
