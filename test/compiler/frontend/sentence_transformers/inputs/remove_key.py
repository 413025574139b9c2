"""remove_key.py FILE KEY...: takes FILE[KEY]... out of a JSON file."""
import json
import sys

path, *keys, last = sys.argv[1:]
with open(path) as file:
    value = json.load(file)
part = value
for key in keys:
    part = part[key]
del part[last]
with open(path, "w") as file:
    json.dump(value, file)
