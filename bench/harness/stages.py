"""Each stage alone and the whole job, over sizes; and the floors that they are held against."""
import math
import os
import subprocess

from harness.trials import alternate, run_job, run_json, say, spread

IN_ORDER = ("read", "decode", "read and decode", "fold", "n-grams", "sketch, one thread", "sketch", "match", "link",
            "link, evidence at hand", "store")


def measure_floors(tools, threads):
    """Rates of one thread and of all: {1: {...}, threads: {...}}."""
    return {count: run_json([tools.peak, "-t", str(count)], count) for count in sorted({1, threads})}


def best_floors(first, second):
    """The better of two measurements, entry by entry."""
    if isinstance(first, dict):
        return {key: best_floors(first[key], second[key]) for key in first}
    return max(first, second)


def generate(tools, folder, count, a_day=None):
    """A file of synthetic articles, made once."""
    path = os.path.join(folder, f"{count}.jsonl.zst" if a_day is None else f"{count}-{a_day}.jsonl.zst")
    if not os.path.exists(path):
        say(f"generating {count} articles")
        command = [tools.generate, str(count), "-o", path, "--gold", path + ".gold"]
        subprocess.run(command + ([] if a_day is None else ["--a-day", str(a_day)]), check=True)
    return path


def stage_trial(tools, paths, options, extra=()):
    command = [tools.stages, "-t", str(options.threads), "-w", str(options.window), *extra]
    return run_json(command + (["-k", options.kernel] if options.kernel else []) + list(paths), options.threads)


def job_trial(tools, paths, folder, options):
    out = os.path.join(folder, "out.h5")
    command = [tools.samestory, "link", *paths, "-o", out, "-q", "-t", str(options.threads), "-w", str(options.window)]
    if options.kernel:
        command += ["--kernel", options.kernel]
    outcome = run_job(command)
    outcome["result_bytes"] = os.path.getsize(out)
    os.remove(out)
    return outcome


def measure_size(tools, name, paths, folder, options):
    """Stages and whole job for one input."""
    outcomes = alternate({f"stages of {name}": lambda: stage_trial(tools, paths, options),
                          f"whole job of {name}": lambda: job_trial(tools, paths, folder, options)},
                         options.trials, options.budget)
    stages, jobs = outcomes.values()
    last = stages[-1]
    timed = [stage for stage, value in last.items() if isinstance(value, dict) and "seconds" in value]
    return {"name": name, "articles": last["articles"], "text_bytes": last["text_bytes"], "dimension": last["dimension"],
            "kernel": last["kernel"], "texts": last["of_the_texts"],
            "stages": {stage: {**spread([trial[stage]["seconds"] for trial in stages]), "threads": last[stage]["threads"],
                               "amount": last[stage]["amount"], "unit": last[stage]["unit"]} for stage in timed},
            "job": {**spread([trial["seconds"] for trial in jobs]), "peak_bytes": max(trial["peak_bytes"] for trial in jobs),
                    "cpu_seconds": min(trial["cpu_seconds"] for trial in jobs), "result_bytes": jobs[-1]["result_bytes"]}}


def floor_of(stage, size, floors):
    """(seconds that the stage takes at least on this machine, why); (None, "") where nothing simple bounds it."""
    line, texts = size["stages"][stage], size["texts"]
    rate = floors[line["threads"]]
    if stage in ("read", "read and decode"):
        packed = size["stages"].get("libzstd")
        return (packed["median"], "libzstd alone") if packed else (line["amount"] / rate["memory_read"], "memory")
    if stage in ("decode", "fold"):
        return line["amount"] / rate["memory_read"], "reading memory once"
    if stage == "n-grams":
        return texts["known_ngrams"] / rate["buckets"], "a look-up each"
    if stage.startswith("sketch"):
        return texts["rows"] / rate["model_rows"], "a row each"
    if stage == "match":
        peak = rate["int8"].get(size["kernel"], max(rate["int8"].values(), default=0))
        return (line["amount"] / peak, "int8 in registers") if peak else (None, "")
    if stage == "store":
        return size["stages"]["libdeflate"]["median"] / line["threads"], "libdeflate alone on the bodies"
    return None, ""


def front_end(size, floors):
    """(seconds from compressed JSON lines to all sketches, seconds of the slower floor)."""
    stages = size["stages"]
    gather = floor_of("sketch", size, floors)[0]
    unpack = stages["libzstd"]["median"] if "libzstd" in stages else 0
    return stages["lines to sketches"]["median"], max(gather, unpack)


def exponent(points):
    """Slope of log seconds over log articles, by least squares; None with fewer than two sizes."""
    if len(points) < 2:
        return None
    x, y = [math.log(n) for n, _ in points], [math.log(t) for _, t in points]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)


def growth(sizes):
    """{stage: {"all": exponent over all sizes, "last": between the two largest}} of synthetic sizes in ascending order."""
    found = {}
    for stage in [*IN_ORDER, "job"]:
        points = [(size["articles"], (size["job"] if stage == "job" else size["stages"][stage])["median"]) for size in sizes]
        found[stage] = {"all": exponent(points), "last": exponent(points[-2:])}
    return found
