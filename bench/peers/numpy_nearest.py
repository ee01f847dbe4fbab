"""numpy with OpenBLAS, in tiles: numpy_nearest.py A B DIMENSION K. The product once, the best of rows and of columns."""
import sys
import time

import numpy as np
from common import mean_score, tell, unit_vectors

ROWS = 1024


def best(scores, k, axis):
    n = scores.shape[axis]
    return scores if n <= k else np.take(np.partition(scores, n - k, axis), range(n - k, n), axis)


def main():
    dimension, k = map(int, sys.argv[3:5])
    a, b = unit_vectors(sys.argv[1], dimension), unit_vectors(sys.argv[2], dimension)
    start = time.perf_counter()
    forth, back = [], np.empty((0, len(b)), np.float32)
    for row in range(0, len(a), ROWS):
        tile = a[row:row + ROWS] @ b.T
        forth.append(best(tile, k, 1))
        back = best(np.concatenate([back, best(tile, k, 0)]), k, 0)
    seconds = time.perf_counter() - start
    tell(seconds=seconds, pairs=len(a) * len(b), score=mean_score(np.concatenate(forth), back), version=np.__version__)


main()
