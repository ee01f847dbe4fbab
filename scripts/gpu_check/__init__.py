"""The parts of scripts/gpu-check. Python 3.8 and its own library; numpy and torch only in programs that it starts."""
