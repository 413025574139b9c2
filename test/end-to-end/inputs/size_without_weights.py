"""size_without_weights.py PROGRAM LIMIT: its bytes, less the weights that it names."""
import os
import re
import subprocess
import sys

program, limit = sys.argv[1:]
info = subprocess.run([program, "info"], capture_output=True, text=True, check=True)
weights = int(re.search(r"^weights +(\d+) bytes$", info.stdout, re.MULTILINE)[1])
rest = os.path.getsize(program) - weights
print(rest)
sys.exit(not 0 < rest < int(limit))
