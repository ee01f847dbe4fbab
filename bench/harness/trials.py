"""Trials: each is a process of its own, so that none leaves warm caches, memory or threads to the next."""
import json
import os
import statistics
import subprocess
import sys
import time


class Failed(Exception):
    """A program of the harness failed; the message says which and how."""


def run_json(command, threads):
    """The JSON that a program prints. Libraries of peers take their number of threads from the environment."""
    environment = {**os.environ, **{f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}}
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n{process.stderr.decode()[-2000:]}")
    return json.loads(process.stdout)


def run_job(command):
    """Seconds and peak resident bytes of a command, start to end."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n{error.decode()[-2000:]}")
    return {"seconds": time.perf_counter() - start, "peak_bytes": usage.ru_maxrss * 1024,
            "cpu_seconds": usage.ru_utime + usage.ru_stime, "last_line": error.decode().strip().rpartition("\n")[2]}


def alternate(contenders, rounds, budget):
    """{name: [outcome]} of contenders {name: function}, each called once a round, all in turn: a machine that slows down
    does so for all. A contender that took more than `budget` seconds in all is not called again."""
    outcomes = {name: [] for name in contenders}
    spent = dict.fromkeys(contenders, 0.0)
    for turn in range(rounds):
        for name, call in contenders.items():
            if turn > 0 and (spent[name] > budget or "missing" in outcomes[name][0]):
                continue
            say(f"{name}, trial {turn + 1}")
            start = time.perf_counter()
            outcomes[name].append(call())
            spent[name] += time.perf_counter() - start
    return outcomes


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "trials": len(values)}


def say(text):
    print(f"bench/run: {text}", file=sys.stderr, flush=True)
