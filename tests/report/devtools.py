"""Drives Chromium through the DevTools protocol on a pipe: no port, no driver, no package beside the browser."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser():
    """The browser that $SAMESTORY_BROWSER names, or the first that is installed; None if there is none."""
    named = os.environ.get("SAMESTORY_BROWSER")
    return named if named else next(filter(None, map(shutil.which, NAMES)), None)


class Failure(Exception):
    pass


class Browser:
    """A headless browser with one page. Keeps what the page logs, throws and asks a network for."""

    def __init__(self, program, width=1200, height=900):
        self.profile = tempfile.mkdtemp(prefix="samestory-browser-")
        out_of_browser, browser_out = os.pipe()
        browser_in, into_browser = os.pipe()
        self.reads, self.writes = out_of_browser, into_browser

        def place_pipes():  # the browser reads from 3 and writes to 4
            spare_in, spare_out = os.dup(browser_in), os.dup(browser_out)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        # Chromium refuses to run its sandbox as root, and in many containers for anybody.
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe", "--lang=en",
             f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, preexec_fn=place_pipes,
            close_fds=False)
        os.close(browser_in)
        os.close(browser_out)
        self.number, self.buffer, self.session = 0, b"", None
        self.problems, self.requests, self.loaded = [], [], 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(20)
        except (Failure, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.reads)
        os.close(self.writes)
        shutil.rmtree(self.profile, ignore_errors=True)

    # ------------------------------------------------------------- protocol

    def _receive(self, deadline):
        while b"\0" not in self.buffer:
            if not select.select([self.reads], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failure("the browser does not answer")
            piece = os.read(self.reads, 1 << 20)
            if not piece:
                raise Failure("the browser has ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        method, about = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning", "assert"):
            self.problems.append(str([argument.get("value") for argument in about["args"]]))
        elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.problems.append(about["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded += 1
        elif method == "Page.javascriptDialogOpening":
            self.problems.append("a dialog opened: " + about["message"])

    def call(self, method, patience=60, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writes, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + patience
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self.number:
                break
            self._note(answer)
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']['message']}")
        return answer["result"]

    # ------------------------------------------------------------------ page

    def open(self, path, fragment=""):
        before, deadline = self.loaded, time.monotonic() + 60
        self.call("Page.navigate", url="file://" + os.path.abspath(path) + fragment)
        while self.loaded == before:
            self._note(self._receive(deadline))

    def run(self, script):
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failure(f"{script}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def wait(self, condition, patience=20):
        deadline = time.monotonic() + patience
        while not self.run(condition):
            if time.monotonic() > deadline:
                raise Failure(f"never became true: {condition}")
            time.sleep(0.02)

    def press(self, key, shift=False):
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowRight": 39, "ArrowLeft": 37, "End": 35}
        about = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key], "modifiers": 8 if shift else 0}
        text = {"Enter": "\r", " ": " "}.get(key)
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **about,
                  **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, **features):
        """Media features: prefer(color_scheme="dark")"""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-" + name.replace("_", "-"), "value": value}
                                                           for name, value in features.items()])

    def screenshot(self, path, whole=True):
        options = {"captureBeyondViewport": whole}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png", **options)["data"]))

    def pdf(self):
        answer = self.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True, transferMode="ReturnAsBase64")
        return base64.b64decode(answer["data"])
