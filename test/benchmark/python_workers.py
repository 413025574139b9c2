"""Workers of a web server that embed by the package for Python: their rate beside one's, and their memory.

    python_workers.py LIBRARY [--workers=4] [--seconds=10]      # with gunicorn and numpy installed

LIBRARY is a model that emblemc compiled with --emit=shared. gunicorn serves it with one worker and with several, which
have all CPUs each; clients send 32 real texts a request. Prints texts a second, and the workers' memory: what the
weights take once (the library's pages), and what each worker has for itself.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from python_ratios import PACKAGE, real_texts

CLIENTS = 8
BATCH = 32


def application(environ, start_response):
    """What gunicorn runs: a JSON array of texts in, float32 vectors out."""
    texts = json.loads(environ["wsgi.input"].read())
    vectors = MODEL.encode(texts)
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [vectors.tobytes()]


if __name__ != "__main__":
    import emblem

    MODEL = emblem.load(os.environ["MODEL_LIBRARY"])


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    def __init__(self, library, workers):
        self.port = free_port()
        environment = {**os.environ, "MODEL_LIBRARY": library,
                       "PYTHONPATH": f"{PACKAGE}:{pathlib.Path(__file__).parent}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers),
             "--log-level", "error", "python_workers:application"], env=environment)
        while not self.answers():
            time.sleep(0.1)

    def answers(self):
        try:
            self.request(["a text"])
            return True
        except OSError:
            return False

    def request(self, texts):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/", json.dumps(texts))
        answer = connection.getresponse().read()
        connection.close()
        return len(answer)

    def workers(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def rate(server, texts, seconds):
    """Texts a second, of CLIENTS that ask one after the other."""
    batches = [texts[i:i + BATCH] for i in range(0, len(texts), BATCH)]
    start = time.perf_counter()

    def client(number):
        done, place = 0, number
        while time.perf_counter() - start < seconds:
            server.request(batches[place % len(batches)])
            done += len(batches[place % len(batches)])
            place += CLIENTS
        return done

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        done = sum(pool.map(client, range(CLIENTS)))
    return done / (time.perf_counter() - start)


def memory(process, library):
    """MB: of the library's pages resident, as this process's share of them, and of all else that is its own."""
    pages = share = own = 0
    in_library = False
    for line in pathlib.Path(f"/proc/{process}/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            in_library = words[-1] == library
        elif in_library and words[0] == "Rss:":
            pages += int(words[1])
        elif in_library and words[0] == "Pss:":
            share += int(words[1])
        elif not in_library and words[0] in ("Private_Dirty:", "Private_Clean:"):
            own += int(words[1])
    return [kilobytes / 1024 for kilobytes in (pages, share, own)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("library", type=os.path.abspath)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    texts = real_texts(4096)
    rates = {}
    for workers in (1, arguments.workers):
        server = Server(arguments.library, workers)
        rate(server, texts, 2)
        rates[workers] = rate(server, texts, arguments.seconds)
        print(f"{workers} workers: {rates[workers]:.0f} texts/s, {rates[workers] / rates[1] * 100:.0f} % of one's")
        for process in server.workers():
            pages, share, own = memory(process, arguments.library)
            print(f"  worker {process}: {pages:.0f} MB of the library, its share {share:.0f}, and {own:.0f} of its own")
        server.stop()


if __name__ == "__main__":
    main()
