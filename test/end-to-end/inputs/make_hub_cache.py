"""make_hub_cache.py CACHE FOLDER NAME...: a cache as huggingface_hub has it.

Each NAME is the model in FOLDER, its files in blobs, a snapshot of links to them,
and the snapshot's commit in refs/main and refs/refs/pr/1.
"""

import hashlib
import os
import pathlib
import shutil
import sys

cache, folder, *names = sys.argv[1:]
COMMIT = "0123456789abcdef" * 2 + "01234567"
folder = pathlib.Path(folder)
for name in names:
    model = pathlib.Path(cache) / ("models--" + name.replace("/", "--"))
    snapshot = model / "snapshots" / COMMIT
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        blob = model / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, blob)
        link = snapshot / file.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    for ref in ("main", "refs/pr/1"):
        path = model / "refs" / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(COMMIT)
