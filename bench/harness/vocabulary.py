"""Two vocabularies of the same size, whose words of news and names stand at the same places: a number is a word in both
languages, and the translation of itself."""
import math
import statistics

import numpy as np

from harness import words
from harness.dice import Dice

SIZE = 30000
FUNCTION = 150  # the first places: the most frequent words
CONTENT_AT = FUNCTION
PAIRS = [entry.split(" ") for entry in words.CONTENT.strip().replace("\n", "|").split("|")]
CONTENT = len(PAIRS)
NAMES_AT = CONTENT_AT + CONTENT
NAMES = 4000
INVENTED_AT = NAMES_AT + NAMES

CAPITAL, PAUSED, STOPPED = 1, 2, 3  # forms of a word: at the begin of a sentence, before a comma, at the end

QUANTILES = 4096
QUANTILES_OF_ZIPF = 1 << 20
OUTLETS = words.OUTLETS.split()
OUTLETS_A_LANGUAGE = len(OUTLETS) // 2


def zipf_table():
    """Word numbers so that a number drawn from the table has frequency 1 / (rank + 2): Zipf and Mandelbrot. Names lie
    among the rare words; those of an event stand in its articles by plan."""
    order = [*range(NAMES_AT), *range(INVENTED_AT, SIZE), *range(NAMES_AT, INVENTED_AT)]
    total = math.fsum(1.0 / (rank + 2) for rank in range(SIZE))
    table = np.empty(QUANTILES_OF_ZIPF, dtype=np.int32)
    filled, share = 0, 0.0
    for rank, word in enumerate(order):
        share += 1.0 / (rank + 2) / total
        end = min(QUANTILES_OF_ZIPF, round(share * QUANTILES_OF_ZIPF))
        table[filled:end] = word
        filled = max(filled, end)
    table[filled:] = order[-1]
    return table


def lognormal_table(mean, sigma):
    """QUANTILES whole numbers of a lognormal distribution of that mean."""
    normal = statistics.NormalDist(math.log(mean) - sigma * sigma / 2, sigma)
    return np.array([round(math.exp(normal.inv_cdf((i + 0.5) / QUANTILES))) for i in range(QUANTILES)])


def pick(dice, items, count):
    return [items[i] for i in dice.below(len(items), count)]


def make_names(dice, lang):
    """Invented names, the same in both languages syllable by syllable."""
    syllables = [entry.split(" ") for entry in words.SYLLABLES.replace("\n", "|").split("|")]
    names = []
    for length in 2 + dice.below(3, NAMES):
        chosen = pick(dice, syllables, int(length))
        names.append("".join(s[1] for s in chosen) if lang == "zh" else "".join(s[0] for s in chosen).capitalize())
    return names


def make_invented_zh(dice, count):
    characters = words.HAN.replace("\n", "")
    # Frequent characters come first in the list: the square of a uniform number prefers them.
    chosen = (dice.uniform(3 * count) ** 1.5 * len(characters)).astype(np.int64).tolist()
    length = np.array([2, 2, 2, 2, 2, 2, 1, 3])[dice.below(8, count)].tolist()
    return ["".join(characters[c] for c in chosen[3 * i:3 * i + length[i]]) for i in range(count)]


def make_invented_en(dice, count):
    stems = words.STEMS.split()
    prefixes, suffixes = [""] * 18 + words.PREFIXES.split(), [""] * 8 + words.SUFFIXES.split()
    syllables = [entry.split(" ")[0] for entry in words.SYLLABLES.replace("\n", "|").split("|")]
    parts = zip(pick(dice, prefixes, count), pick(dice, stems + syllables, count), pick(dice, suffixes, count),
                pick(dice, [""] * 8 * len(stems) + stems, count))
    return [prefix + stem + more + suffix for prefix, stem, suffix, more in parts]


class Words:
    """plain[number] the word itself; form[CAPITAL * SIZE + number] ... the word as it stands in a text."""

    def __init__(self, lang):
        dice = Dice(0)  # the words are the same for every seed, and the draws for names in either language
        chinese = lang == "zh"
        function = (words.FUNCTION_ZH if chinese else words.FUNCTION_EN).split()[:FUNCTION]
        content = [pair[0] if chinese else pair[1].replace("-", " ") for pair in PAIRS]
        make_invented = make_invented_zh if chinese else make_invented_en
        self.plain = function + content + make_names(dice, lang) + make_invented(dice, SIZE - INVENTED_AT)
        comma, stop = ("，", "。") if chinese else (",", ".")
        space = "" if chinese else " "
        capital = [word[0].upper() + word[1:] for word in self.plain]
        forms = [space + word for word in self.plain] + [space + word for word in capital]
        forms += [space + word + comma for word in self.plain] + [space + word + stop for word in self.plain]
        self.form = np.array(forms, dtype=object)

    def mean_bytes(self, zipf):
        """Of a word drawn from the table, with its space or mark."""
        size = np.array([len(word.encode()) for word in self.form[:SIZE]])
        return float(size[zipf].mean()) + 0.2


def copy_of(text, lang):
    """The text as another outlet would print it: without its last fifth, and with a line of its own."""
    cut = text.rfind("。" if lang == "zh" else ".", 0, max(1, len(text) * 4 // 5)) + 1
    return (text[:cut] or text) + ("（本报综合报道）" if lang == "zh" else " With material from agencies.")


def outlet(lang, number):
    return OUTLETS[number + (OUTLETS_A_LANGUAGE if lang == "zh" else 0)].replace("-", " ")
