"""is_sparse.py FILE SIZE MOST: FILE has about SIZE bytes, and the disk holds less
than MOST of them."""
import os
import sys

status = os.stat(sys.argv[1])
size, most = int(sys.argv[2]), int(sys.argv[3])
stored = status.st_blocks * 512
if not 0.9 * size < status.st_size < 1.1 * size or stored > most:
    sys.exit(f"{sys.argv[1]} has {status.st_size} bytes, of which {stored} are stored")
