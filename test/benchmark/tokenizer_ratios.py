"""Times the compiled tokenizers beside `tokenizers`, each on one thread.

    tokenizer_ratios.py PROGRAM [KIND...]

PROGRAM is build/bin/tokenizer_benchmark. The texts are Debian's fortunes:
English ones, and all of them (English, German, Russian); the tokenizers those of
test/fixtures/tokenizer/kinds.py, trained on them, and any tokenizer.json named.
Each round times one and then the other, and the best of each counts. One line
of 1 MB without spaces comes last.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../fixtures/tokenizer"))

from compare_unicode import fortunes
from kinds import KINDS, build
from tokenizers import Tokenizer

ROUNDS = 3


def main():
    program = sys.argv[1]
    rng = random.Random(4)
    lines = [line for line in fortunes() if len(line) > 20]
    english = [line for line in lines if line.isascii()]
    corpora = {"English": rng.sample(english, 20000), "mixed": rng.sample(lines, 20000),
               "1 MB line": [("abcdefghij" * 100000).encode()]}
    training = [t.decode() for t in rng.sample(sorted(set(lines)), 20000)]
    for name in sys.argv[2:] or KINDS:
        tokenizer = json.load(open(name)) if os.path.exists(name) else build(name, training)
        tokenizer["truncation"] = tokenizer["padding"] = None
        reference = Tokenizer.from_str(json.dumps(tokenizer))
        row = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tokenizer.json")
            with open(path, "w") as file:
                json.dump(tokenizer, file)
            for corpus, texts in corpora.items():
                decoded = [t.decode() for t in texts]
                text_path = os.path.join(folder, "texts")
                with open(text_path, "wb") as file:
                    file.write(b"\n".join(texts))
                theirs = ours = 1e9
                rounds = 1 if corpus == "1 MB line" else ROUNDS
                for _ in range(rounds):
                    start = time.perf_counter()
                    count = sum(len(e.ids) for e in reference.encode_batch_fast(decoded))
                    theirs = min(theirs, time.perf_counter() - start)
                    output = subprocess.run([program, path, text_path, "3"], capture_output=True, check=True, text=True)
                    seconds, found = output.stdout.split()
                    assert int(found) == count, (found, count)
                    ours = min(ours, float(seconds))
                size = sum(map(len, texts)) / 1e6
                row.append(f"{corpus}: {size / ours:.1f} MB/s, {theirs / ours:.1f} x ({ours:.3f} s beside {theirs:.3f})")
        print(f"{os.path.basename(os.path.dirname(name)) or name}: " + "; ".join(row), flush=True)


if __name__ == "__main__":
    main()
