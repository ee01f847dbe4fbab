"""Writes two files of synthetic int8 sketches: sketches.py ROWS DIMENSION A B. In clusters of twenty, as news has them."""
import sys

import numpy as np

ROWS_A_CLUSTER, CHUNK = 20, 100_000


def write(path, rows, centre, random):
    with open(path, "wb") as file:
        for first in range(0, rows, CHUNK):
            count = min(CHUNK, rows - first)
            near = centre[random.integers(0, len(centre), count)]
            file.write((near + random.integers(-63, 64, near.shape, dtype=np.int8)).tobytes())


def main():
    rows, dimension = map(int, sys.argv[1:3])
    random = np.random.default_rng(rows)
    centre = random.integers(-64, 65, (rows // ROWS_A_CLUSTER + 1, dimension), dtype=np.int8)
    for path in sys.argv[3:5]:
        write(path, rows, centre, random)


main()
