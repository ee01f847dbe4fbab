"""One check: its folders, its clock, and steps that fail alone."""
import json
import os
import signal
import subprocess
import time


LOGGED = 200_000  # characters that a program printed last


class Failed(Exception):
    """A step did not do what it should; the message says what and how."""


class Skipped(Exception):
    """A step can't be done here, which is no fault; the message says what is missing."""


class Outcome:
    def __init__(self, code, text, error, seconds):
        self.code, self.text, self.error, self.seconds = code, text, error, seconds
        self.cut = code is None  # stopped at its limit


class Session:
    def __init__(self, root, work, out, minutes, model):
        self.root, self.work, self.out = root, work, out
        self.deadline = time.monotonic() + 60 * minutes
        self.step_deadline = self.deadline
        self.steps, self.figures, self.background = [], {}, []
        self.has_gpu, self.kernels, self.cpu_kernels = False, [], []  # until the machine has been looked at
        self.log = open(os.path.join(out, "gpu-check.log"), "w", encoding="utf-8", errors="replace")
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        if model is not None:
            self.environment.setdefault("SAMESTORY_MODEL", model)

    def program(self, name):
        path = os.path.join(self.root, "bin", name)
        if not os.path.exists(path):
            raise Skipped(f"the bundle has no {name}")
        return path

    def program_itself(self, name):
        """Not by its launcher, which is in the way of tools that look into processes; where this node's loader takes it."""
        path = os.path.join(self.root, "libexec", name)
        samestory = os.path.join(self.root, "libexec", "samestory")
        if os.path.exists(path) and self.run([samestory, "--version"], 20).code == 0:
            return path
        return self.program(name)

    def has_program(self, name):
        return os.path.exists(os.path.join(self.root, "bin", name))

    def file(self, name):
        return os.path.join(self.work, name)

    def start(self, command):
        """Starts a command in a process group of its own, so that it can be stopped with all its children."""
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment, cwd=self.work,
                                start_new_session=True)

    def run(self, command, limit):
        """What a command printed and how it ended, within `limit` seconds and those left to the step."""
        begin = time.monotonic()
        limit = min(limit, self.step_deadline - begin, self.deadline - begin)
        if limit <= 0:
            raise Failed("no time left")
        try:
            process = self.start(command)
        except OSError as error:  # no such program, or none for this node
            return Outcome(127, "", str(error), 0.0)
        try:
            text, error = process.communicate(timeout=limit)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, error = process.communicate()
            code = None
        outcome = Outcome(code, text.decode(errors="replace"), error.decode(errors="replace"), time.monotonic() - begin)
        ended = f"stopped after {limit:.0f} s" if outcome.cut else f"exit code {code}"
        self.log.write(f"$ {' '.join(command)}\n{outcome.text[-LOGGED:]}{outcome.error[-LOGGED:]}[{ended}, {outcome.seconds:.1f} s]\n\n")
        self.log.flush()
        return outcome

    def must(self, command, limit):
        """The same; anything but success fails the step."""
        outcome = self.run(command, limit)
        name = os.path.basename(command[0])
        if outcome.cut:
            raise Failed(f"{name} was not done in {outcome.seconds:.0f} s")
        if outcome.code != 0:
            lines = (outcome.error or outcome.text).strip().splitlines()
            raise Failed(f"{name} ended with exit code {outcome.code}: {lines[-1] if lines else 'no message'}")
        return outcome

    def json(self, command, limit):
        """The object that a command prints. {"missing": what} is how peers say what they lack."""
        told = json.loads(self.must(command, limit).text)
        if "missing" in told:
            raise Skipped(f"{told['missing']} is missing")
        return told

    def step(self, name, limit, work):
        """Does one step. Whatever it raises stays its own."""
        begin = time.monotonic()
        self.step_deadline = min(begin + limit, self.deadline)
        try:
            status, note = "ok", work(self) or ""
        except Skipped as reason:
            status, note = "skipped", str(reason)
        except Failed as reason:
            status, note = "FAILED", str(reason)
        except Exception as fault:  # a fault of this script must not cost the steps that follow
            status, note = "FAILED", f"{type(fault).__name__}: {fault}"
        seconds = time.monotonic() - begin
        self.steps.append({"step": name, "status": status, "seconds": round(seconds, 1), "note": note})
        print(f"{status:8}{seconds:6.1f} s  {name}{': ' if note else ''}{note}", flush=True)

    def failed(self):
        return any(step["status"] == "FAILED" for step in self.steps)

    def close(self):
        for process in self.background:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self.log.close()
