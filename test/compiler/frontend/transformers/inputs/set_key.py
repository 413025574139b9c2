"""set_key.py FILE KEY VALUE: sets a key of a JSON file, "outer.inner", to a value."""

import json
import sys

path, key, value = sys.argv[1:]
with open(path) as file:
    whole = json.load(file)
*outer, last = key.split(".")
part = whole
for name in outer:
    part = part[name]
part[last] = json.loads(value)
with open(path, "w") as file:
    json.dump(whole, file)
