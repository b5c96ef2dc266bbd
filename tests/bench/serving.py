"""A daemon of the release build in virtual time, for the benchmarks that are scripts."""
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request


def start(binary, folder, clock, speed, arguments):
    """`planwatch serve` on the data in `folder`, once it is ready: the process, its URL, and the seconds that took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.monotonic()
    process = subprocess.Popen([binary, "serve", "--data", pathlib.Path(folder) / "data", "--listen", f"127.0.0.1:{port}", "--clock", clock, "--speed", str(speed)]
                               + arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=60).read()
            return process, f"http://127.0.0.1:{port}", time.monotonic() - begin
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the daemon ended")
            time.sleep(0.01)


def metric(url, name):
    text = urllib.request.urlopen(url + "/metrics", timeout=60).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def stop(process):
    """The processor time it took, in seconds."""
    process.send_signal(signal.SIGTERM)
    usage = os.wait4(process.pid, 0)[2]
    return usage.ru_utime + usage.ru_stime
