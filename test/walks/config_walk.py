#!/usr/bin/env python3
"""config_walk.py [--families=A,B] [--verbose] [--json=FILE]: each key of config.json,
changed, beside transformers.

For the small model of each family in test/fixtures: each key of its configuration class,
of every configuration, and of transformers 4 is removed, set to null and to other values,
one at a time. transformers and emblem-translate's evaluator compute the vectors (of
rerankers the scores) of a few lists of ids, and each change is counted as

  same          neither changes its vectors
  obeyed        both change them, and are equal
  refused       Emblem names a reason, and transformers would change the vectors
  both refuse   transformers raises an error as well
  no reference  transformers raises an error, makes weights up, or gives a text other
                vectors in a batch than alone; Emblem computes
  explained     in EXPLAINED below, with the reason
  UNEXPLAINED   everything else; exits 1

emblem-translate is looked for in EMBLEM_BIN, else build/bin.
"""

import argparse
import collections
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy
import torch
import transformers
from config_changes import changes

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
TRANSLATE = pathlib.Path(os.environ.get("EMBLEM_BIN", HERE.parents[1] / "build/bin"))
TOLERANCE = 2e-5  # of a component, relative to the greatest where that is above 1

BASES = {
    "models": ["albert", "camembert", "deberta-v3", "deberta-unshared", "distilbert",
               "electra", "eurobert", "embedding-gemma", "gemma3-causal", "gte",
               "jina-v3", "llama", "mistral", "modernbert", "mpnet", "nomic-bert",
               "plain", "qwen2", "qwen3", "roberta", "roformer", "t5", "t5-gated",
               "xlm-roberta"],
    "relatives": ["bert-generation", "ernie", "gemma2", "luke", "megatron-bert",
                  "ministral", "phi3", "rembert", "roberta-prelayernorm"],
    "positions": ["longrope", "yarn-llama3"],
    "vision": ["dinov2", "dinov2-registers", "vit"],
    "towers": ["clip-text", "clip-vision", "siglip-text", "siglip-vision"],
    "rerankers": ["albert", "bert", "deberta-v3", "distilbert", "electra", "gemma3", "gte",
                  "llama", "modernbert", "mpnet", "qwen3", "roberta", "roformer"],
}

# (family, model or "*", key): why the two differ, and what is right.
EXPLAINED = {
    ("*", "architectures"): "names what the folder is for: a head, or vectors",
    ("*", "auto_map"): "code of its own is never run",
    ("*", "dtype"): "weights are widened: vectors are those of f32",
    ("*", "torch_dtype"): "weights are widened: vectors are those of f32",
    ("*", "quantization_config"): "quantised weights are refused, whatever it says",
    ("*", "fusion_config"): "fused modules are refused, whatever they compute",
    ("*", "max_position_embeddings"): "Sentence Transformers cuts texts there",
    ("*", "per_layer_config"): "refused, whatever keys it has",
    ("dinov2_with_registers", "hidden_act"): "refused, though gated layers do not use it",
    ("clip_text_model", "is_causal"): "refused: false makes a text depend on its batch",
    ("siglip_vision_model", "image_size"): "preprocessor_config.json has the other size",
    ("rerankers/gemma3", "rope_scaling"): "refused; it has none of the layers that differ",
    ("rerankers/gemma3", "rope_parameters"): "refused; it has none of the layers that differ",
    ("rerankers/gte", "type_vocab_size"): "the walk gives types, and such a model takes none",
    ("*", "pruned_heads"): "transformers 4 obeys it, 5 does not",
    ("*", "position_embedding_type"): "transformers 4 obeys it, 5 does not",
    ("mistral", "head_dim"): "0 is refused, and transformers takes it for none",
    ("*", "transformers_weights"): "weights of another name are not read",
}

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
transformers.logging.set_verbosity_error()
torch.set_num_threads(1)


class Base:
    """A small model, and the texts that are put through it."""

    def __init__(self, room, name):
        self.folder = FIXTURES / room / name
        self.room, self.name = room, f"{room}/{name}"
        self.config = json.loads((self.folder / "config.json").read_text())
        reference = json.loads((self.folder.parent / f"{name}.reference.json").read_text())
        self.pixels = self.folder.parent / f"{name}.npy"
        if "vision" in (room, name.partition("-")[2]):
            self.cases = None
        else:
            cases = reference["pairs" if room == "rerankers" else "texts"]
            short = [case for case in cases if 2 < len(case["ids"]) < 46]
            self.cases = short[:4] if room != "towers" else cases[:3]

    def make_folder(self, config, folder):
        for path in self.folder.iterdir():
            if path.suffix == ".safetensors" or path.name.startswith(
                    ("tokenizer", "preprocessor")):
                os.symlink(path, folder / path.name)
        if self.room not in ("rerankers", "towers"):  # rows, whatever the head
            config = {k: v for k, v in config.items() if k != "architectures"}
        (folder / "config.json").write_text(json.dumps(config))


def make_pixels(base, folder):
    """Noise in the size that the model takes, where the fixture has no pixels."""
    if base.cases is None and not base.pixels.exists():
        side = base.config["image_size"]
        base.pixels = pathlib.Path(folder) / "pixels.npy"
        noise = numpy.random.default_rng(7).standard_normal((2, side, side, 3))
        numpy.save(base.pixels, noise.astype("<f4"))


def class_of(base, config):
    if base.room == "rerankers":
        return transformers.AutoModelForSequenceClassification
    if config.get("model_type") == "t5":
        return transformers.T5EncoderModel
    if base.room == "towers":  # one of two classes, with or without a projection
        return getattr(transformers, (config.get("architectures") or ["AutoModel"])[0])
    return transformers.AutoModel


def reference_of(base, folder, config):
    """transformers' vectors, or why there are none."""
    model, info = class_of(base, config).from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True)
    missing = [key for key in info["missing_keys"]
               if "pooler" not in key and "position_ids" not in key]
    if missing:
        raise ValueError(f"weights are made up: {missing[0]}")
    model.eval()
    with torch.no_grad():
        if base.cases is None:
            pixels = torch.from_numpy(numpy.load(base.pixels)).permute(0, 3, 1, 2)
            output = model(pixel_values=pixels)
            return (output.last_hidden_state[:, 0] if base.room == "vision"
                    else pooled(base, model, output)).numpy()
        alone = [pooled(base, model, model(**inputs(base, model, [case]))).numpy()
                 for case in base.cases]
        alone = numpy.concatenate(alone)
        if base.room == "towers":
            return alone
        # Each beside a copy with a token more: two lengths, one text.
        longer = [pooled(base, model, model(**inputs(base, model, [case], 1)), 1).numpy()
                  for case in base.cases]
        if far(numpy.concatenate(longer), alone):
            raise ValueError("a text's vector depends on what is beside it")
        return alone


def inputs(base, model, cases, padding=0):
    ids = [case["ids"] + [model.config.pad_token_id or 0] * padding for case in cases]
    made = {"input_ids": torch.tensor(ids),
            "attention_mask": torch.tensor([[1] * len(case["ids"]) + [0] * padding
                                            for case in cases])}
    if "types" in cases[0] and 1 in cases[0]["types"] and typed(base):
        made["token_type_ids"] = torch.tensor([case["types"] + [0] * padding
                                               for case in cases])
    return made


def typed(base):
    path = base.folder / "tokenizer_config.json"
    names = json.loads(path.read_text()).get("model_input_names", [])
    return "token_type_ids" in names and base.config.get("type_vocab_size") != 0


def pooled(base, model, output, padding=0):
    if base.room == "rerankers":
        logits = output.logits
        own = getattr(model.config, "sentence_transformers", None) or {}
        if not isinstance(own, dict):
            raise TypeError("Sentence Transformers looks into it")
        older = getattr(model.config, "sbert_ce_default_activation_function", None)
        name = own.get("activation_fn") or older or ""
        is_plain = logits.shape[-1] > 1 or name.endswith(".Identity")
        return logits if is_plain else torch.sigmoid(logits)
    if base.room == "towers":
        names = ("text_embeds", "image_embeds", "pooler_output")
        return next(output[name] for name in names if name in output)
    rows = output.last_hidden_state
    return rows[:, :rows.shape[1] - padding].mean(1)


def emblem_of(base, folder):
    """Emblem's vectors, or its error."""
    if base.cases is None:
        what = f"--evaluate-pixels={base.pixels}"
    else:
        batch = []
        for case in base.cases:
            words = list(map(str, case["ids"]))
            if "types" in case and 1 in case["types"] and typed(base):
                words.insert(case["types"].index(1), "|")
            batch.append(" ".join(words))
        what = "--evaluate=" + ", ".join(batch)
    environment = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
    done = subprocess.run([TRANSLATE / "emblem-translate", folder, what],
                          capture_output=True, text=True, env=environment)
    if done.returncode == 1 and "error: " in done.stderr:
        return done.stderr.split("error: ")[-1].strip()
    if done.returncode:
        return f"CRASH {done.returncode}: {done.stderr[-300:]}"
    return numpy.array([[float(x) for x in line.split()]
                        for line in done.stdout.splitlines()])


def far(got, expected):
    if got.shape != expected.shape:
        return True
    scale = numpy.maximum(1, abs(expected).max(1, keepdims=True))
    return not (abs(got - expected) <= TOLERANCE * scale).all()


def judge(base, key, expected, was, got):
    """The class of a change: what transformers and Emblem gave, and `was` before."""
    if isinstance(got, str) and got.startswith("CRASH"):
        return "UNEXPLAINED"
    refused = isinstance(got, str)
    failed = isinstance(expected, str)
    if failed:
        return "both refuse" if refused else "no reference"
    changed = far(expected, was)
    if not refused and not far(got, expected):
        return "obeyed" if changed else "same"
    if refused and changed and "config.json': '" in got:
        return "refused"
    for family in ("*", base.config["model_type"], base.name):
        if any((family, part) in EXPLAINED for part in key.split("+")):
            return "explained"
    return "UNEXPLAINED"


def walk(base, pool, report, verbose):
    def run(config):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            base.make_folder(config, folder)
            future = pool.submit(emblem_of, base, folder)
            try:
                expected = reference_of(base, folder, config)
            except Exception as error:  # whatever transformers raises is its answer
                expected = f"{type(error).__name__}: {str(error).strip()[:200]}"
            return expected, future.result()

    was, got = run(base.config)
    if isinstance(was, str) or isinstance(got, str) or far(got, was):
        report.append((base.name, "", "as it is", "UNEXPLAINED", str(was), str(got)))
        return
    for key, label, config in changes(base.config):
        expected, got = run(config)
        kind = judge(base, key, expected, was, got)
        report.append((base.name, key, label, kind,
                       expected if isinstance(expected, str) else "",
                       got if isinstance(got, str) else ""))
        if verbose or kind == "UNEXPLAINED":
            print(*report[-1], sep=" | ", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--families", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    wanted = set(options.families.split(",")) - {""}
    report = []
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryDirectory() as scratch:
        for room, names in BASES.items():
            for name in names:
                if wanted and not wanted & {name, f"{room}/{name}"}:
                    continue
                if not (FIXTURES / room / name).exists():
                    continue
                base = Base(room, name)
                make_pixels(base, scratch)
                walk(base, pool, report, options.verbose)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=0))
    kinds = ["same", "obeyed", "refused", "both refuse", "no reference", "explained",
             "UNEXPLAINED"]
    counts = collections.defaultdict(collections.Counter)
    for name, _, _, kind, _, _ in report:
        counts[name][kind] += 1
        counts["all"][kind] += 1
    print("| model | " + " | ".join(kinds) + " |\n|" + "---|" * (len(kinds) + 1))
    for name, count in counts.items():
        print(f"| {name} | " + " | ".join(str(count[kind]) for kind in kinds) + " |")
    sys.exit(counts["all"]["UNEXPLAINED"] > 0)


if __name__ == "__main__":
    main()
