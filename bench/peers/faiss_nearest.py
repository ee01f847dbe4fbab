"""FAISS IndexFlatIP: faiss_nearest.py A B DIMENSION K THREADS. One index and one search each way."""
import sys
import time

from common import mean_score, missing, tell, unit_vectors

try:
    import faiss
except ImportError:
    missing("faiss-cpu")


def search(base, queries, k):
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(base)
    return index.search(queries, k)[0]


def main():
    dimension, k, threads = map(int, sys.argv[3:6])
    faiss.omp_set_num_threads(threads)
    a, b = unit_vectors(sys.argv[1], dimension), unit_vectors(sys.argv[2], dimension)
    start = time.perf_counter()
    forth, back = search(b, a, k), search(a, b, k)
    tell(seconds=time.perf_counter() - start, pairs=len(a) * len(b), score=mean_score(forth, back), version=faiss.__version__)


main()
