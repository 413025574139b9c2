"""The record of a case, by one compiler: the program's ids, vectors and scores and which
layers it keeps in a higher precision, or the sentence that refuses the model. For a
target that this CPU does not run, the code and the weights take the place of all that.

A record is small: of each line that a program writes it has a hash. `embed` writes the
shortest decimals that read back to the same bits, for every output of a model, so the
same line means the same bits.
"""

import hashlib
import json
import os
import struct
import subprocess
import tempfile

SECONDS = 900  # of a CPU's time, that a compilation may take

TEXTS = [
    "",
    " ",
    "a dog",
    "The quick brown fox jumps over the lazy dog.",
    "the hens and the foxes live on the farm; where do they sleep?",
    "  White\tspace,   CAPITALS and a na\u00efve caf\u00e9 (cafe\u0301)!  ",
    "Die Stra\u00dfe \u00fcber den Flu\u00df, 3,14 km \u2013 und zur\u00fcck",
    "\u72d0\u72f8\u8df3\u8fc7\u4e86\u61d2\u72d7\u3002 \u304d\u3064\u306d \uc5ec\uc6b0",
    "\u0627\u0644\u062b\u0639\u0644\u0628 \u05e9\u05d5\u05e2\u05dc "
    "\u0932\u094b\u092e\u0921\u093c\u0940",
    "\U0001f98a\U0001f415\u200d\U0001f9ba \ufb01ne \u2460 \u00bd \x07",
    "[CLS] <s> </s> [MASK] <pad> <|endoftext|> \u2581x",
    "https://example.org/a_b?c=1&d=%20 x=[1, 2]; // 1234567890 1,000.5e-3",
    "antidisestablishmentarianism" * 8,
    "It was a bright cold day in April, and the clocks were striking thirteen. " * 3,
    "foxes live in dens and dogs in houses, " * 150,  # beyond most models' limits
]
NOT_UTF_8 = b"a \xff\xc3( dog"
LINES = b"".join(line + b"\n" for line in [*map(str.encode, TEXTS), NOT_UTF_8])

QUERIES = ["where do foxes live?", "", "dogs " * 40]
PAIRS = b"".join(f"{query}\t{text}\n".replace("White\t", "White ").encode()
                 for query in QUERIES for text in TEXTS)

# Of each kind: grey, palette, alpha, 16 bits, CMYK, progressive, a row, a pixel.
PICTURES = ["rgb_444.jpg", "rgb_420.jpg", "progressive.jpg", "cmyk.jpg", "grey.jpg",
            "rgb8.png", "rgba16.png", "palette8.png", "grey16.png", "wide.png",
            "interlaced_rgb.png", "one_pixel.jpg"]

# Of /proc/cpuinfo, beyond the target before.
FLAGS = {
    "x86-64-v2": "popcnt sse4_1 sse4_2 ssse3",
    "x86-64-v3": "avx avx2 bmi1 bmi2 f16c fma movbe",
    "x86-64-v4": "avx512f avx512bw avx512cd avx512dq avx512vl",
    "znver4": "adx clzero gfni sha_ni sse4a vaes vpclmulqdq avx512_bf16 avx512_bitalg "
              "avx512ifma avx512vbmi avx512_vbmi2 avx512_vnni avx512_vpopcntdq",
}

# What `info` says that is of the machine, or that a better program may change.
LEFT_OUT = {"threads", "max batch tokens", "arena", "weights", "report"}


def inputs_digest(images):
    """Of all that programs are given."""
    whole = hashlib.sha256(repr([LINES, PAIRS, QUERIES, sorted(LEFT_OUT)]).encode())
    for picture in PICTURES:
        with open(f"{images}/{picture}", "rb") as file:
            whole.update(file.read())
    return whole.hexdigest()


def id_lines(vocabulary, most):
    """Lines of token ids, of several lengths, for a model without a tokenizer."""
    return b"".join(" ".join(str((7 * i * i + length) % vocabulary)
                             for i in range(length)).encode() + b"\n"
                    for length in sorted({1, 2, 5, 17, min(most, 600)}) if length <= most)


class Program:
    """A compiled program. It runs in the folder of the pictures, so that what it
    writes has no path in it."""

    def __init__(self, path, images):
        self.path, self.images = path, images

    def run(self, *arguments, lines=b""):
        return subprocess.run([self.path, *arguments], input=lines,
                              capture_output=True, cwd=self.images)

    def hashes(self, *arguments, lines=b""):
        """A hash of each line; of a run that fails, its sentence."""
        done = self.run(*arguments, lines=lines)
        if done.returncode != 0:
            return [f"{arguments[0]} fails: {sentence(done)}"]
        return [hashlib.sha256(line).hexdigest()[:12]
                for line in done.stdout.split(b"\n")[:-1]]


def sentence(done, places=()):
    """What a process that failed says, without places of this machine."""
    text = done.stderr.decode(errors="replace").strip()
    for path, name in places:
        text = text.replace(path, name)
    return text if done.returncode in (1, 2) else f"exit code {done.returncode}: {text}"


def runs_here(target):
    with open("/proc/cpuinfo") as file:
        flags = next(line for line in file if line.startswith("flags")).split()
    names = list(FLAGS)
    return all(flag in flags for name in names[:names.index(target) + 1]
               for flag in FLAGS[name].split())


def sections(path):
    """(NAME, bytes) of each section of an object file (ELF, 64 bits)."""
    with open(path, "rb") as file:
        whole = file.read()
    start, = struct.unpack_from("<Q", whole, 40)
    size, count, names = struct.unpack_from("<HHH", whole, 58)
    rows = [struct.unpack_from("<IIQQQQ", whole, start + i * size) for i in range(count)]
    for name, *_, offset, length in rows:
        begin = rows[names][4] + name
        yield (whole[begin:whole.index(b"\0", begin)].decode(),
               whole[offset:offset + length])


def read_code(path):
    """Of an object file, what computes: code, its constants, weights and the tokenizer;
    and apart from it, the tables and the report that the runtime reads."""
    code, tables = {}, hashlib.sha256()
    for name, content in sections(path):
        if name.startswith((".rodata.str", ".data")):
            tables.update(content)
        elif name.startswith((".text", ".rodata")):
            code[name] = hashlib.sha256(content).hexdigest()[:12]
        elif name == ".rela.text":  # where it points to, but not by which symbol
            places = ((a, kind & 0xffffffff, b)
                      for a, kind, b in struct.iter_unpack("<QQq", content))
            code[name] = hashlib.sha256(repr(list(places)).encode()).hexdigest()[:12]
    return {"code": code, "tables": tables.hexdigest()[:12]}


def run_program(program):
    """All that a program does with what it takes. Others may work beside: one thread."""
    done = program.run("info")
    if done.returncode != 0:
        return {"refused": sentence(done)}
    rows = [(line[:18].strip(), line[18:]) for line in done.stdout.decode().splitlines()]
    info = dict(rows)

    def hashes(command, *arguments, lines=b""):
        return program.hashes(command, "--threads=1", *arguments, lines=lines)

    ids, vectors, scores = [], [], []
    if "scores pairs" in info:
        ids += program.hashes("tokenize", lines=PAIRS)
        for label in range(int(info["dimension"])):
            for query in QUERIES:
                scores += hashes("rerank", "--no-sort", f"--label={label}", "--", query,
                                 lines=LINES)
    elif info.get("tokenizer") == "no":
        lines = id_lines(int(info["vocabulary"]), int(info["max tokens"]))
        vectors += hashes("embed", "--ids", lines=lines)
    elif "tokenizer" in info:
        prompts = [value.split(":")[0] for key, value in rows if key == "prompt"]
        for prompt in [[]] + [[f"--prompt={name}"] for name in ["", *prompts] if prompts]:
            ids += program.hashes("tokenize", *prompt, lines=LINES)
            vectors += hashes("embed", *prompt, lines=LINES)
        scores += hashes("similarity", *TEXTS[2:6])
    if "image" in info:
        both = "tokenizer" in info
        vectors += hashes("embed", *["--image"] * both, *PICTURES)
        scores += hashes("similarity", *TEXTS[2:3] * both, *PICTURES[:4])
    return {"kept layers": [line for line in map(": ".join, rows)
                            if line.startswith("kept in ")],
            "info": [f"{key}: {value}" for key, value in rows
                     if key not in LEFT_OUT and not key.startswith("kept in ")],
            "ids": ids, "vectors": vectors, "scores": scores}


def compile_and_run(emblemc, case, more, images):
    """What becomes of the case with the options that the name of the record means."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/program"
        runs = runs_here(case.target)
        # Not of the clock: on a machine that others use, that may be any number.
        limited = ["sh", "-c", f'ulimit -t {SECONDS} && exec "$@"', "sh"]
        done = subprocess.run(
            [*limited, emblemc, case.model.path, *case.options, *more, "--threads=1",
             "--emit=" + ("exe" if runs else "obj"), "-o", path],
            stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            places = [(case.model.path, "MODEL"),
                      (os.path.dirname(case.model.path), "FOLDER"),
                      (os.path.dirname(os.path.dirname(emblemc)), "BUILD"),
                      (folder, "OUTPUT")]
            return {"refused": sentence(done, places)}
        return run_program(Program(path, images)) if runs else read_code(path)


def record(emblemc, case, images):
    """Every record of the case by name: as it is asked for, and where the guard of low
    precision refuses it, without a bound, so that there are vectors to compare."""
    found = {"": compile_and_run(emblemc, case, [], images)}
    if "--min-cosine" in found[""].get("refused", ""):
        found["no bound"] = compile_and_run(emblemc, case, ["--min-cosine=0"], images)
    return found


def differences(before, after):
    """What differs of two records, in words: none, if nothing does."""
    if "refused" in before and "refused" in after:
        same = before["refused"] == after["refused"]
        return [] if same else ["refused by other sentences: before, "
                                f"{before['refused']!r}, after, {after['refused']!r}"]
    for one, word in ((before, "before"), (after, "after")):
        if "refused" in one:
            return [f"refused {word} alone: {one['refused']!r}"]
    found = []
    if "code" in before:
        names = sorted(before["code"].keys() | after["code"].keys())
        other = [name for name in names
                 if before["code"].get(name) != after["code"].get(name)]
        return [f"other bytes, not run here: {', '.join(other)}"] if other else []
    for what in ("kept layers", "info"):
        if before[what] != after[what]:
            gone, come = ([line for line in a if line not in b] for a, b in
                          ((before[what], after[what]), (after[what], before[what])))
            found.append(f"{what}: before, {gone}, after, {come}")
    for what in ("ids", "vectors", "scores"):
        a, b = before[what], after[what]
        if len(a) != len(b):
            found.append(f"{what}: {len(a)} lines before, {len(b)} after")
        elif count := sum(x != y for x, y in zip(a, b)):
            found.append(f"{what}: {count} of {len(a)} lines")
    return found


def died(record):
    """Whether a process ended otherwise than by its own sentence: of itself, or because
    something ended it, which may not be so another time."""
    return "exit code" in json.dumps(record)


def failures(record):
    """The runs of a program that ended with a sentence instead of lines."""
    return [line for what in ("ids", "vectors", "scores") for line in record.get(what, [])
            if " fails: " in line]
