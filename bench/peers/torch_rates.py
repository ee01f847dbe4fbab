"""What a GPU can do at best, measured through torch: torch_rates.py ROWS DIMENSION.

Bytes a second of a copy within device memory (read and written), operations a second of large bf16 and int8 products
of random numbers, and the seconds that all int8 products of ROWS by ROWS vectors take, tile by tile, with no filter: each tile is
written over the last. Medians of warm trials."""
import statistics
import sys
import time

from common import missing, tell

try:
    import torch
except ImportError:
    missing("torch")
if not torch.cuda.is_available():
    missing("a CUDA device")

SIZE, TRIALS = 8192, 20
TILE_ROWS, TILE_COLUMNS = 16384, 32768


def median_seconds(work, trials=TRIALS):
    for _ in range(3):
        work()
    seconds = []
    for _ in range(trials):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def random_bytes(rows, columns):
    return torch.randint(-127, 128, (rows, columns), dtype=torch.int8, device="cuda")


def copy_rate(count=2 << 30):
    source = torch.randint(0, 255, (count,), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    return 2 * count / median_seconds(lambda: target.copy_(source))


def bf16_rate():
    a, b = (torch.randn(SIZE, SIZE, device="cuda").bfloat16() for _ in range(2))
    return 2 * SIZE**3 / median_seconds(lambda: a @ b)


def int8_rate():
    a, b = random_bytes(SIZE, SIZE), random_bytes(SIZE, SIZE).T
    return 2 * SIZE**3 / median_seconds(lambda: torch._int_mm(a, b))


def all_products(rows, dimension):
    a, b = random_bytes(TILE_ROWS, dimension), random_bytes(TILE_COLUMNS, dimension).T
    tile = torch.empty(TILE_ROWS, TILE_COLUMNS, dtype=torch.int32, device="cuda")
    tiles = rows * rows / (TILE_ROWS * TILE_COLUMNS)
    return tiles * median_seconds(lambda: torch._int_mm(a, b, out=tile))


def main():
    rows, dimension = map(int, sys.argv[1:3])
    tell(copy=copy_rate(), bf16=bf16_rate(), int8=int8_rate(), product_rows=rows, product_seconds=all_products(rows, dimension),
         version=torch.__version__, device=torch.cuda.get_device_name())


main()
