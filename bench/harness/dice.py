"""Random numbers that are the same for a seed on every machine and with every numpy: from the raw bits of PCG64, which
numpy promises never to change, where its distributions may."""
import numpy as np


class Dice:
    def __init__(self, seed):
        self.bits = np.random.PCG64(seed)

    def raw(self, count):
        return self.bits.random_raw(count)

    def uniform(self, count):
        """In [0, 1)."""
        return (self.raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, limit, count):
        """0 .. limit - 1; the bias is below limit / 2^32."""
        return ((self.raw(count) >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)
