"""size_limit.py MODEL: what was not used for longest leaves the cache, and nothing that is open."""

import os
import subprocess
import sys

from emblem.compiler import cache

model = sys.argv[1]
SCRIPT = """import sys, emblem
emblem.compile(sys.argv[1], pooling=sys.argv[2])
print("open", flush=True)
sys.stdin.read()"""


def start(pooling):
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, model, pooling], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "open\n"
    return process


def end(process):
    process.communicate()
    assert process.returncode == 0


def poolings():
    return [entry.facts["options"][-1].partition("=")[2] for entry in cache.entries()]


end(start("cls"))
size = cache.entries()[0].bytes
end(start("max"))
end(start("cls"))  # used again: max is the oldest
assert poolings() == ["cls", "max"], poolings()
os.environ["EMBLEM_CACHE_SIZE"] = str(size * 5 // 2)  # two fit
end(start("last"))
assert poolings() == ["last", "cls"], poolings()

kept = start("cls")
end(start("last"))  # cls is the oldest, and open
end(start("sum"))
assert poolings() == ["sum", "cls"], poolings()
clear = subprocess.run([sys.executable, "-m", "emblem", "cache", "clear"], capture_output=True, text=True)
assert clear.returncode == 1 and "1 models are open in a process, and stay" in clear.stderr, clear
assert poolings() == ["cls"], poolings()
end(kept)
clear = subprocess.run([sys.executable, "-m", "emblem", "cache", "clear"], capture_output=True, text=True)
assert clear.returncode == 0 and poolings() == [], clear
