"""A simulator for a test: started on ports of its own, driven through its control API, stopped by its process id."""

import itertools
import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

# What takes longer than this hangs.
PATIENCE = 60

_count = itertools.count(1)


def own_address():
    """A loopback address that nobody else uses, for tools that insist on a port."""
    pid, n = os.getpid(), next(_count)
    return f"127.{100 + pid // 250 % 100}.{1 + pid % 250}.{n % 250 + 1}"


class Simulator:
    """`tenantsim serve` with a scenario. What its ready file says are its attributes."""

    def __init__(self, folder: pathlib.Path, scenario: pathlib.Path, *options: str):
        self.folder, self.address = folder, own_address()
        ready = folder / "ready.json"
        listen = ["--http", "127.0.0.1:0", "--ldap", f"{self.address}:389", "--ldaps", f"{self.address}:636"]
        files = ["--ready-file", str(ready), "--state", str(folder / "state")]
        command = [os.environ["TENANTSIM"], "serve", str(scenario), *listen, *files, *options]
        self.log = open(folder / "serve.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        began = time.monotonic()
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() - began > PATIENCE:
                self.stop()
                raise AssertionError(f"{command} is not ready:\n{(folder / 'serve.log').read_text()}")
            time.sleep(0.01)
        self.ready = json.loads(ready.read_text())

    def __getattr__(self, name):
        try:
            return self.ready[name]
        except KeyError:
            raise AttributeError(name) from None

    def stop(self):
        """Ends it and gives its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        return self.process.returncode

    # --- the control API ---

    def ask(self, method, path, body=None):
        """What `/_sim` answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def advance(self, **by):
        """Lets time pass: by="48h", to="…Z", until="settled"."""
        return self.ask("POST", "/clock/advance", by)

    def device(self, name):
        """A device's screen, stage and logs."""
        return self.ask("GET", f"/devices/{name}")

    def server_log(self, name):
        """The event log of a connector's server."""
        return self.ask("GET", f"/servers/{name}/log")


class Tool:
    """Runs programs as somebody on the same machine would, without anything of this machine's own configuration."""

    def __init__(self, folder: pathlib.Path, **environment):
        self.folder = folder
        home = {"HOME": str(folder), "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "TERM": "dumb", "TZ": "UTC"}
        self.environment = home | environment

    def __call__(self, *command, stdin="", code=0):
        """Runs a command that must end with this code; gives what it wrote to both streams."""
        command = [str(part) for part in command]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            text=True,
            errors="replace",
        )
        assert done.returncode == code, f"{' '.join(command)} ended with {done.returncode}, not {code}:\n{done.stdout}"
        return done.stdout
