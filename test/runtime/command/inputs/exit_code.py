"""exit_code.py CODE PROGRAM [ARGUMENT ...]: fails unless the code and one line."""
import subprocess
import sys

run = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, capture_output=True, text=True)
sys.stderr.write(run.stderr)
if run.returncode != int(sys.argv[1]):
    sys.exit(f"exit code {run.returncode}")
if run.stdout or run.stderr.count("\n") != 1:
    sys.exit("expected one line on standard error, and nothing else")
