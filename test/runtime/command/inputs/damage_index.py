"""damage_index.py PROGRAM INDEX: an index that is damaged anywhere is refused, and
one that is written while it is searched ends the search with a sentence."""
import os
import shutil
import subprocess
import sys

program, index = sys.argv[1:]
damaged = index + ".damaged"
whole = open(index, "rb").read()


def check_refused(data, what):
    with open(damaged, "wb") as file:
        file.write(data)
    run = subprocess.run([program, "search", "--ids", damaged, "1"], capture_output=True)
    assert run.returncode == 1 and not run.stdout, (what, run)
    assert run.stderr.count(b"\n") == 1 and b": error: " in run.stderr, (what, run)
    run.stderr.decode()


for at in range(len(whole)):
    changed = bytearray(whole)
    changed[at] ^= 1 << at % 8
    check_refused(changed, f"byte {at}")
for size in range(4, len(whole), 7):
    check_refused(whole[:size], f"{size} bytes")
check_refused(whole + b"\n", "a byte more")


def cut(path):
    os.truncate(path, 100)


def overwrite(path):
    shutil.copyfile(index, path)


# Of many pages, which are not all there when the file is cut.
subprocess.run([program, "index", "--ids", "-o", index + ".large"],
               input=b"1 2\n5\n" * 4000, check=True)
for write in (cut, overwrite):
    shutil.copyfile(index + ".large", damaged)
    os.utime(damaged, (0, 0))
    search = subprocess.Popen([program, "search", "--ids", "--top=1", damaged],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    search.stdin.write(b"1\n")
    search.stdin.flush()
    assert search.stdout.readline().startswith(b'{"index":0,')
    write(damaged)
    output, errors = search.communicate(b"2\n", timeout=60)
    assert search.returncode == 1 and not output, (write, search.returncode, output)
    assert errors.count(b"\n") == 1 and (b"was cut while" in errors or b"was written while" in errors), errors
