"""torch on a GPU at its best: bf16 products and topk in tiles, warm, several trials: torch_topk.py A B DIMENSION K [SECONDS].

From memory of the host and back, like ours. Three ways, timed one after the other within SECONDS each:
  two passes     the product once for each direction, topk along rows
  one pass       each tile of the product once, topk along rows and columns
  group maxima   one pass; topk of the maxima of groups of 64 first, then of the groups found: exact, and less to sort
"""
import statistics
import sys
import time

from common import mean_score, missing, tell, unit_vectors

try:
    import torch
except ImportError:
    missing("torch")

ROWS, COLUMNS, GROUP = 16384, 65536, 64
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def best_of(tile, k):
    return tile.topk(min(k, tile.shape[1]), dim=1)


def best_by_groups(tile, k):
    rows, columns = tile.shape
    if columns % GROUP != 0 or columns // GROUP <= k:
        return best_of(tile, k)
    groups = tile.reshape(rows, columns // GROUP, GROUP)
    found = groups.amax(2).topk(k, dim=1).indices
    members = groups.gather(1, found[:, :, None].expand(-1, -1, GROUP)).reshape(rows, -1)
    scores, at = members.topk(k, dim=1)
    return scores, found.gather(1, torch.div(at, GROUP, rounding_mode="floor")) * GROUP + at % GROUP


class Lists:
    """The k best so far of every row."""

    def __init__(self, count, k):
        self.k = k
        self.scores = torch.full((count, k), -2.0, dtype=torch.bfloat16, device=DEVICE)
        self.where = torch.zeros((count, k), dtype=torch.int64, device=DEVICE)

    def merge(self, first, found, offset):
        rows = slice(first, first + len(found[0]))
        scores = torch.cat([self.scores[rows], found[0]], 1)
        where = torch.cat([self.where[rows], found[1] + offset], 1)
        self.scores[rows], order = scores.topk(self.k, dim=1)
        self.where[rows] = where.gather(1, order)


def tiles(a, b):
    for row in range(0, len(a), ROWS):
        for column in range(0, len(b), COLUMNS):
            yield row, column, a[row:row + ROWS] @ b[column:column + COLUMNS].T


def two_passes(a, b, k):
    both = []
    for own, other in ((a, b), (b, a)):
        lists = Lists(len(own), k)
        for row, column, tile in tiles(own, other):
            lists.merge(row, best_of(tile, k), column)
        both.append(lists)
    return both


def one_pass(a, b, k, best=best_of):
    forth, back = Lists(len(a), k), Lists(len(b), k)
    for row, column, tile in tiles(a, b):
        forth.merge(row, best(tile, k), column)
        back.merge(column, best(tile.T.contiguous(), k), row)
    return [forth, back]


def group_maxima(a, b, k):
    return one_pass(a, b, k, best_by_groups)


def trial(way, a, b, k):
    start = time.perf_counter()
    lists = way(a.to(DEVICE), b.to(DEVICE), k)
    scores = [found.scores.cpu().float().numpy() for found in lists]
    for found in lists:
        found.where.cpu()
    return time.perf_counter() - start, mean_score(*scores)


def measure(way, a, b, k, budget):
    began, seconds = time.perf_counter(), []
    trial(way, a[:ROWS], b[:ROWS], k)
    while len(seconds) < 5 and (not seconds or time.perf_counter() - began + seconds[-1] < budget):
        taken, score = trial(way, a, b, k)
        seconds.append(taken)
    return {"seconds": statistics.median(seconds), "min": min(seconds), "max": max(seconds), "trials": len(seconds), "score": score}


def main():
    dimension, k = map(int, sys.argv[3:5])
    budget = float(sys.argv[5]) if len(sys.argv) > 5 else 30
    a, b = (torch.from_numpy(unit_vectors(path, dimension)).bfloat16() for path in sys.argv[1:3])
    ways = {way.__name__: measure(way, a, b, k, budget) for way in (two_passes, one_pass, group_maxima)}
    tell(ways=ways, pairs=len(a) * len(b), version=torch.__version__,
         device=torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu")


main()
