"""datasketch MinHash with LSH, copies within English: minhash_copies.py ARTICLES COUNT GOLD. Shingles of three words, 128
permutations, Jaccard 0.5."""
import sys
import time

from common import articles, missing, tell

try:
    import datasketch
except ImportError:
    missing("datasketch")


def sketch(article):
    word = f"{article['title']} {article['text']}".lower().split()
    minhash = datasketch.MinHash(num_perm=128)
    minhash.update_batch([" ".join(word[i:i + 3]).encode() for i in range(max(1, len(word) - 2))])
    return minhash


def main():
    batch = articles(sys.argv[1], int(sys.argv[2]), "en")
    start = time.perf_counter()
    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    found = set()
    for article in batch:
        minhash = sketch(article)
        found.update((other, article["id"]) for other in index.query(minhash))
        index.insert(article["id"], minhash)
    seconds = time.perf_counter() - start
    ids = {article["id"] for article in batch}
    with open(sys.argv[3], encoding="utf-8") as file:
        gold = [line.split("\t") for line in file]
    copies = [(a, b) for a, b, label in gold if label == "duplicate\n" and a in ids and b in ids]
    met = sum((a, b) in found or (b, a) in found for a, b in copies)
    tell(seconds=seconds, articles=len(batch), copies=len(copies), found=met, version=datasketch.__version__)


main()
