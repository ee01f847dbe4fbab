"""Makes an archive and reads it with h5py and pandas, as docs/format.md says; computes the checksums of its batches anew.

Usage: check_archive.py PROGRAM MODEL. Exit status 77: h5py or pandas is missing.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import pandas as pd
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

ARTICLE_COLUMNS = "id title url source author origin published_precision zone_minutes copies published lang ngrams"
BATCH_COLUMNS = "end added first_day last_day undated read known command version"
TEXTS = ("Fire in the harbour", "港口起火", "", "Two ships burned.")


def add(program, model, command, name, numbers):
    with open(name, "w") as out:
        for i in numbers:
            article = {"id": f"{i}", "title": TEXTS[i % 4] or "-", "text": TEXTS[(i + 1) % 4] * (i % 7)}
            out.write(json.dumps(article | ({"published": f"2024-03-{1 + i:02d}"} if i % 5 else {})) + "\n")
    subprocess.run([program, *command, name, "-q", "--device", "cpu", "--model", model], check=True)


def as_bytes(values):
    """Values as they go into a checksum."""
    return b"".join(v + b"\0" for v in values) if values.dtype == object else np.ascontiguousarray(values).tobytes()


def checksum(f, batch, begin, end):
    found = hashlib.sha256(f.attrs["model_checksum"].encode() + b"\0" + int(f.attrs["dimension"]).to_bytes(4, "little"))

    def take(name, rows):
        found.update(name.encode() + b"\0" + as_bytes(f[name][rows]))

    offset = f["articles_text/offset"]
    for name in ARTICLE_COLUMNS.split():
        take(f"articles/{name}", slice(begin, end))
    take("articles_text/offset", slice(begin + 1, end + 1))
    take("articles_text/bytes", slice(int(offset[begin]), int(offset[end])))
    for channel in ("whole", "title", "lead"):
        take(f"sketches/{channel}/vector", slice(begin, end))
        take(f"sketches/{channel}/norm", slice(begin, end))
    take("articles/id_hash", slice(begin, end))
    for name in BATCH_COLUMNS.split():
        take(f"batches/{name}", slice(batch, batch + 1))
    return found.hexdigest()


def main():
    program, model = map(os.path.abspath, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        add(program, model, ["sketch", "-o", "archive.h5"], "a.jsonl", range(20))
        add(program, model, ["add", "archive.h5"], "b.jsonl", range(15, 31))
        with h5py.File("archive.h5") as f:
            text = lambda c: c.asstr()[:] if h5py.check_string_dtype(c.dtype) else c[:]
            articles = pd.DataFrame({k: text(f["articles"][k]) for k in f["articles"]})
            batches = pd.DataFrame({k: text(f["batches"][k]) for k in f["batches"]})
            assert list(articles.id) == [str(i) for i in range(31)]
            assert list(batches.end) == [20, 31] and list(batches.known) == [0, 5] and list(batches.read) == [20, 16]
            assert list(batches.undated) == [4, 3]
            offset, body = f["articles_text/offset"][:], f["articles_text/bytes"][:].tobytes()
            assert [body[offset[i] : offset[i + 1]].decode() for i in range(31)] == [
                TEXTS[(i + 1) % 4] * (i % 7) for i in range(31)
            ]
            hashes = [int.from_bytes(hashlib.sha256(i.encode()).digest()[:8], "little") for i in articles.id]
            assert list(articles.id_hash) == hashes
            for b, begin in enumerate([0, 20]):
                assert batches.sha256[b] == checksum(f, b, begin, int(batches.end[b])), f"checksum of batch {b}"


if __name__ == "__main__":
    main()
