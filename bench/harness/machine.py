"""What the figures were taken on, and with."""
import os
import platform
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def describe():
    processor = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    return {"processor": processor, "cores": len(os.sched_getaffinity(0)), "system": platform.platform(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)}


def commit():
    def git(*arguments):
        return subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, check=True).stdout.decode().strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("-changed" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def compiler(build):
    """First line of the version of the C compiler of a build folder, and its flags."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", file.read(), re.MULTILINE))
    version = subprocess.run([cache["CMAKE_C_COMPILER"], "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    kind = cache.get("CMAKE_BUILD_TYPE", "")
    return {"compiler": version.splitlines()[0], "build": kind, "flags": cache.get(f"CMAKE_C_FLAGS_{kind.upper()}", "")}
