"""size.py FILE BYTES: fails unless the file is smaller."""
import os
import sys

size, limit = os.path.getsize(sys.argv[1]), int(sys.argv[2])
if size >= limit:
    sys.exit(f"{sys.argv[1]} has {size} bytes; the limit is {limit}")
