"""What the peers share. Each is a program that does one trial and prints one line of JSON: {"seconds": ...} and what
shows that it did the same, or {"missing": what would have to be installed}."""
import json
import sys

import numpy as np


def tell(**figures):
    print(json.dumps(figures))


def missing(what):
    tell(missing=what)
    sys.exit(0)


def unit_vectors(path, dimension):
    """A file of int8 sketches as float vectors of length 1."""
    vectors = np.fromfile(path, dtype=np.int8).reshape(-1, dimension).astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def mean_score(*lists):
    return float(sum(scores.sum(dtype=np.float64) for scores in lists) / sum(scores.size for scores in lists))


def articles(path, count, lang=None):
    """The first `count` articles of a JSON lines file."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            if lang is None or article["lang"] == lang:
                found.append(article)
            if len(found) == count:
                break
    return found


def texts(path, count):
    return [f"{article['title']}\n{article['text']}" for article in articles(path, count)]
