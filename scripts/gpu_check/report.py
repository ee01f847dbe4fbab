"""From figures to a table: what was reached, beside peers and the goals of the project."""

COLUMNS = ("what", "value", "peer", "ratio", "goal", "reached")


def row(what, value, peer="", ratio=None, unit="x", goal=None):
    """`goal` is a pair: at least, and better still."""
    shown = "" if ratio is None else (f"{100 * ratio:.0f} %" if unit == "%" else f"{ratio:.2f}x")
    cells = {"what": what, "value": value, "peer": peer, "ratio": shown, "goal": "", "reached": ""}
    if goal is not None:
        cells["goal"] = " / ".join(f"{100 * part:.0f} %" if unit == "%" else f"{part:g}x" for part in goal)
        if ratio is not None:
            cells["reached"] = "no" if ratio < goal[0] else ("yes" if ratio < goal[1] else "both")
    return cells


def seconds(told):
    return f"{told['seconds']:.3g} s ({told['min']:.3g}..{told['max']:.3g})"


def plain_torch(torch):
    """The better of the usual ways; the third is a trick of its own."""
    return min((torch["ways"][name] for name in ("two_passes", "one_pass")), key=lambda told: told["seconds"])


def nearest_rows(found, rates, final):
    rows, operations = found["rows"], 2.0 * 256 * found["rows"] ** 2
    torch = plain_torch(found["torch"]) if found["torch"] else None
    for kernel, told in found["kernels"].items():
        what = f"{kernel}, {rows:.0e} x {rows:.0e}"
        value = f"{seconds(told)}, {operations / told['seconds'] / 1e12:.3g} TOP/s"
        main = final and kernel == "cuda"
        if torch is None:
            yield row(what, value, found.get("missing", ""))
        else:
            yield row(what, value, f"torch bf16, topk {seconds(torch)}", torch["seconds"] / told["seconds"],
                      goal=(3, 5) if main else None)
        if torch is not None and main:
            grouped = found["torch"]["ways"]["group_maxima"]
            yield row("  the same", "", f"torch, group maxima {seconds(grouped)}", grouped["seconds"] / told["seconds"])
        if rates is not None and main:
            for kind, goal in (("int8", (0.6, 0.85)), ("bf16", None)):
                yield row("  the same", "", f"dense {kind} {rates[kind] / 1e12:.0f} TOP/s", operations / told["seconds"] / rates[kind],
                          "%", goal)
        if rates is not None and final and kernel == "cuda-portable" and rates["product_rows"] == rows:
            yield row("  the same", "", f"cuBLASLt int8, no filter {rates['product_seconds']:.3g} s",
                      rates["product_seconds"] / told["seconds"], "%", (0.6, 0.9))


def job_rows(job):
    what = f"whole job, {job['articles']:.0e} articles"
    if "cuda" in job:
        cells = row(what, f"{job['cuda']:.1f} s", f"CPU {job['cpu']:.1f} s" if "cpu" in job else "",
                    job["cpu"] / job["cuda"] if "cpu" in job else None)
        cells["goal"] = "15 s / 5 s"
        cells["reached"] = "no" if job["cuda"] > 15 else ("yes" if job["cuda"] > 5 else "both")
        yield cells
    elif "cpu" in job:
        yield row(what + ", CPU", f"{job['cpu']:.1f} s")


def rows_of(figures):
    rates = figures.get("rates")
    if rates is not None:
        yield row("copy within device memory", f"{rates['copy'] / 1e12:.2f} TB/s")
        yield row("dense bf16, int8 by torch", f"{rates['bf16'] / 1e12:.0f}, {rates['int8'] / 1e12:.0f} TOP/s")
    sizes = sorted((found for name, found in figures.items() if name.startswith("nearest ")), key=lambda found: found["rows"])
    for found in sizes:
        yield from nearest_rows(found, rates, found["rows"] >= 1_000_000)
    if "job" in figures:
        yield from job_rows(figures["job"])


def print_table(rows):
    if not rows:
        return
    table = [dict(zip(COLUMNS, COLUMNS)), *rows]
    widths = [max(len(line[name]) for line in table) for name in COLUMNS]
    print()
    for line in table:
        print("  ".join(line[name].ljust(width) for name, width in zip(COLUMNS, widths)).rstrip())
