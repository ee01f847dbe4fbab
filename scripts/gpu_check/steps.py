"""What is checked and measured. Each step takes the session, keeps figures in it and returns a note for its line."""
import glob
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import sys
import time

from gpu_check.session import Failed, Skipped

HERE = os.path.dirname(os.path.abspath(__file__))
DIMENSION, K = 256, 10
SANITIZER_FAULT = 86
TOLERANCE = 0.005  # of mean cosines: torch has bf16


def peer(session, name, *arguments):
    return [sys.executable, os.path.join(session.root, "bench", "peers", name), *map(str, arguments)]


def has_numpy(session):
    return session.run([sys.executable, "-c", "import numpy"], 60).code == 0


# ------------------------------------------------------------------ machine

def first_line(session, command):
    if shutil.which(command[0]) is None:
        return None
    outcome = session.run(command, 60)
    lines = outcome.text.strip().splitlines()
    return lines[-1] if outcome.code == 0 and lines else None


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def look_at_machine(session):
    """What there is. A device that is there and can't be used is a failure; none at all is not."""
    query = "--query-gpu=name,driver_version,memory.total,compute_cap"
    listed = first_line(session, ["nvidia-smi", query, "--format=csv,noheader"])
    if listed is not None and "No devices" in listed:
        listed = None
    nodes = glob.glob("/dev/nvidia[0-9]*")
    machine = {"gpu": listed, "nvcc": first_line(session, ["nvcc", "--version"]), "processor": processor(),
               "cores": len(os.sched_getaffinity(0)), "glibc": " ".join(platform.libc_ver()), "python": platform.python_version(),
               "version": session.must([session.program("samestory"), "--version"], 60).text.strip()}
    matchers = session.json([session.program("samestory"), "devices", "--json"], 60)["matchers"]
    on_gpu = [matcher for matcher in matchers if matcher["name"].startswith(("cuda", "cublas"))]
    session.kernels = [matcher["name"] for matcher in on_gpu if matcher["available"]]
    session.cpu_kernels = [matcher["name"] for matcher in matchers if matcher["available"] and matcher not in on_gpu]
    session.figures["machine"] = {**machine, "matchers": session.kernels + session.cpu_kernels}
    session.has_gpu = bool(session.kernels) and not session.dry
    print("".join(f"  {name}: {value}\n" for name, value in session.figures["machine"].items() if value), end="")
    if (listed or nodes) and not session.kernels and not session.dry:
        why = "the bundle has no CUDA kernels" if not on_gpu else "samestory can't use it"
        if on_gpu:  # it says why
            outcome = session.run([session.program("samestory"), "link", "--device", "cuda", "-o", session.file("none.h5"),
                                   os.path.join(session.root, "examples", "articles")], 60)
            why += ": " + outcome.error.strip()
        raise Failed(f"there is a GPU ({listed or ', '.join(nodes)}), but {why}")
    return listed if session.has_gpu else "no GPU: what needs one is left out"


def needs_gpu(session, plan):
    if not session.has_gpu:
        raise Skipped(f"needs a GPU: would {plan}")


# -------------------------------------------------------------------- tests

def run_tests(session, commands, must_run):
    skipped = []
    for command in commands:
        outcome = session.run(command, 240)
        name = " ".join([os.path.basename(command[0]), *command[1:]])
        if outcome.cut:
            raise Failed(f"{name} was not done in {outcome.seconds:.0f} s")
        if outcome.code == 77 and not must_run:
            skipped.append(name)
        elif outcome.code != 0:
            wrong = dict.fromkeys(re.findall(r"^\[  FAILED  \] (\w+)$", outcome.text + outcome.error, re.MULTILINE))
            raise Failed(f"{name} ended with exit code {outcome.code}: {', '.join(wrong) or 'no message'}")
    return f"{len(commands) - len(skipped)} passed" + (f", skipped: {', '.join(skipped)}" if skipped else "")


def test_on_cpu(session):
    names = sorted(os.path.basename(path) for path in glob.glob(os.path.join(session.root, "bin", "test_*")))
    commands = [[session.program(name)] for name in names if "match" not in name and "cuda" not in name]
    if session.has_program("test_match"):
        commands += [[session.program("test_match"), name] for name in session.cpu_kernels]
    if not commands:
        raise Skipped("the bundle has no tests")
    return run_tests(session, commands, False)


def test_on_gpu(session):
    needs_gpu(session, "compare every CUDA matcher with the scalar reference")
    names = sorted(os.path.basename(path) for path in glob.glob(os.path.join(session.root, "bin", "test_*cuda*")))
    commands = [[session.program(name)] for name in names]
    if session.has_program("test_match"):
        commands += [[session.program("test_match"), name] for name in session.kernels]
    if not commands:
        raise Skipped("the bundle has no tests")
    return run_tests(session, commands, True)


# ----------------------------------------------------------------- whole job

def start_articles(session):
    """In the background: it takes one core a minute or two."""
    if not has_numpy(session):
        raise Skipped("numpy is missing")
    generate = [sys.executable, os.path.join(session.root, "bench", "generate")]
    session.must([*generate, str(session.sample), "--seed", "2", "-o", session.file("sample.jsonl")], 120)
    session.background.append(session.start([*generate, str(session.articles), "-o", session.file("articles.jsonl")]))
    return f"{session.articles} of them are being written meanwhile"


def link(session, name, device, limit):
    output = session.file(f"{name}-{device}.h5")
    outcome = session.must([session.program("samestory"), "link", session.file(f"{name}.jsonl"), "-o", output, "--window", "3",
                            "--device", device], limit)
    return outcome.seconds, output


def table_digest(session, result):
    return hashlib.sha256(session.must([session.program("samestory"), "show", "--tsv", result], 120).text.encode()).hexdigest()


def compare_links(session):
    if not os.path.exists(session.file("sample.jsonl")):
        raise Skipped("there are no synthetic articles")
    digests = {device: table_digest(session, link(session, "sample", device, 120)[1])
               for device in (["cpu", "cuda"] if session.has_gpu else ["cpu"])}
    if len(set(digests.values())) > 1:
        raise Failed(f"the links of {session.sample} articles found on the GPU are not those found on the CPU")
    if not session.has_gpu:
        return f"{session.sample} articles linked on the CPU; with a GPU there too, and compared"
    return f"{session.sample} articles: CPU and GPU give the same links"


def whole_job(session):
    if not session.background:
        raise Skipped("there are no synthetic articles")
    process = session.background[0]
    while process.poll() is None and time.monotonic() < session.step_deadline:
        time.sleep(0.5)
    if process.poll() != 0:
        raise Failed("bench/generate failed or was not done in time")
    with open(session.file("articles.jsonl"), "rb") as file:  # into the page cache
        while file.read(1 << 24):
            pass
    figures = session.figures["job"] = {"articles": session.articles, "bytes": os.path.getsize(session.file("articles.jsonl"))}
    if session.has_gpu:
        figures["cuda"] = link(session, "articles", "cuda", 90)[0]
    try:
        figures["cpu"] = link(session, "articles", "cpu", 60 if session.has_gpu else 300)[0]
    except Failed:
        if not session.has_gpu:
            raise
    return ", ".join(f"{device} {figures[device]:.1f} s" if device in figures else f"{device} not done in time"
                     for device in (["cuda", "cpu"] if session.has_gpu else ["cpu"]))


# ---------------------------------------------------------------- sanitizer

def faults_told(text):
    """How many faults compute-sanitizer counted; None if it did not come to its summary."""
    counts = re.findall(r"(?:ERROR SUMMARY: |RACECHECK SUMMARY: )(\d+) (?:error|hazard)", text)
    return sum(map(int, counts)) if counts else None


def sanitize(session, tool, command, limit):
    """A note, or a failure."""
    outcome = session.run(["compute-sanitizer", "--tool", tool, "--target-processes", "all", "--error-exitcode",
                           str(SANITIZER_FAULT), *command], limit)
    faults = faults_told(outcome.text + outcome.error)
    if "Device not supported" in outcome.text + outcome.error:
        raise Skipped("compute-sanitizer does not support this device, or not in this container")
    if outcome.code == SANITIZER_FAULT or faults:
        raise Failed(f"{tool} found {faults if faults is not None else 'some'} faults in {' '.join(map(os.path.basename, command))}")
    if outcome.cut:
        return f"{tool}: nothing found in {outcome.seconds:.0f} s, not finished"
    if outcome.code != 0 or faults is None:
        raise Failed(f"{tool} ended with exit code {outcome.code} and no summary")
    return f"{tool}: clean"


def make_sketches(session, rows):
    """Two files of so many sketches, made once."""
    paths = [session.file(f"{rows}.{side}") for side in "ab"]
    if not os.path.exists(paths[1]):
        if not has_numpy(session):
            raise Skipped("numpy is missing")
        session.must([sys.executable, os.path.join(HERE, "sketches.py"), str(rows), str(DIMENSION), *paths], 120)
    return paths


def nearest_command(program, kernel, paths, *options):
    return [program, "-d", str(DIMENSION), "-k", str(K), "-m", kernel, *options, *paths]


def sanitizer_step(tool):
    def step(session):
        needs_gpu(session, f"run {tool} on small shapes with every CUDA matcher")
        if shutil.which("compute-sanitizer") is None:
            raise Skipped("compute-sanitizer is missing")
        paths = make_sketches(session, 1500)
        program = session.program_itself("bench_nearest")
        notes = {sanitize(session, tool, nearest_command(program, kernel, paths), 20) for kernel in session.kernels}
        if tool == "memcheck" and session.has_program("test_match_cuda"):
            notes.add("of the tests, " + sanitize(session, tool, [session.program_itself("test_match_cuda")], 30))
        return "; ".join(sorted(notes))
    return step


# ---------------------------------------------------------------- benchmarks

def measure_rates(session):
    needs_gpu(session, "measure copies, bf16 and int8 products through torch")
    rates = session.figures["rates"] = session.json(peer(session, "torch_rates.py", session.rows[-1], DIMENSION), 90)
    return f"copy {rates['copy'] / 1e12:.2f} TB/s, bf16 {rates['bf16'] / 1e12:.0f} TOP/s, int8 {rates['int8'] / 1e12:.0f} TOP/s"


def time_kernel(session, kernel, paths, limit):
    """The first trial has the start of the device in it; the median is of those that follow."""
    told = session.json(nearest_command(session.program("bench_nearest"), kernel, paths, "-r", "4"), limit)
    warm = told["trials"][1:]
    return {"seconds": statistics.median(warm), "min": min(warm), "max": max(warm), "first": told["trials"][0], "score": told["score"]}


def check_scores(ours, torch_score):
    scores = {kernel: found["score"] for kernel, found in ours.items()}
    if max(scores.values()) - min(scores.values()) > 1e-7:
        raise Failed(f"the matchers disagree in the mean cosine: {json.dumps(scores)}")
    if torch_score is not None and not abs(torch_score - max(scores.values())) <= TOLERANCE:
        raise Failed(f"torch finds a mean cosine of {torch_score}, samestory of {max(scores.values())}")


def nearest_step(rows):
    def step(session):
        paths = make_sketches(session, rows)
        reference = session.cpu_kernels[:1] if rows <= 100_000 else []
        kernels = (session.kernels if session.has_gpu else []) + reference
        if not kernels:
            needs_gpu(session, f"find the {K} nearest of {rows} x {rows} sketches by every CUDA matcher and by torch")
        found = session.figures[f"nearest {rows}"] = {"rows": rows, "kernels": {}, "torch": None}
        for kernel in kernels:
            found["kernels"][kernel] = time_kernel(session, kernel, paths, 90)
        if session.has_gpu:
            try:
                found["torch"] = session.json(peer(session, "torch_topk.py", *paths, DIMENSION, K, 12), 150)
            except Skipped as reason:
                found["missing"] = str(reason)
        score = found["torch"]["ways"]["two_passes"]["score"] if found["torch"] else None
        check_scores(found["kernels"], score)
        return ", ".join(f"{kernel} {told['seconds']:.3g} s" for kernel, told in found["kernels"].items())
    return step
