#!/usr/bin/env python3
"""tokenizer_walk.py PROGRAM [KIND ...]: every key of a tokenizer's files, changed, beside transformers 5.

PROGRAM is build/bin/tokenize_records. For each kind of tokenizer (tokenizer_folders.py), from its vocabulary files
and from the tokenizer.json that transformers saves of them, each change is made to a copy of the folder, and the ids
of some texts, the limit and whether pairs have types are compared with AutoTokenizer's. Prints a line a kind and
every unexplained difference; exits with 1 if there is one. What is refused by name is explained; a folder that the
library cannot load, and this does, is counted beside it. Needs transformers 5.24, sentencepiece and protobuf.
"""

import collections
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import warnings

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", TRANSFORMERS_VERBOSITY="error")
warnings.simplefilter("ignore")

import transformers
from tokenizer_folders import build, put

TEXTS = [
    "hello world", "Hello,  World!", "world", " leading and trailing ", "naïve CAFÉ résumé Ångström", "東京都の人 𠀀",
    "привет, мир", "It's we'll I'D 123 4567", "😀 👨‍👩‍👧 é", "a\tb\nc\r\n d", "x\0y\u200bz\u00ad", "  ▁ ▁▁x",
    "<s> hi </s><pad> <unk> <mask> x", "[CLS] a [SEP] b [PAD][MASK] [UNK]", "<|endoftext|> q <|im_start|>", "hello [CITY] [city]world",
    "aNEWb  NEW c", "<extra_id_0> <image> <bos><eos>", "``quoted'' ''x``", "ﬁ ① Ⅷ ½", "", " ", "\n\n",
    "the cat the cat the cat the cat the cat the cat the cat",
]
LIMITED = 9
NEW = {"content": "[CITY]", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
PLAIN = dict(NEW, content="NEW", normalized=True, special=False)
TYPED = dict(NEW, __type="AddedToken")

CLASSES = ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "ElectraTokenizerFast", "MobileBertTokenizer",
           "ConvBertTokenizer", "MPNetTokenizer", "RobertaTokenizer", "RobertaTokenizerFast", "LongformerTokenizer",
           "BartTokenizerFast", "GPT2Tokenizer", "GPT2TokenizerFast", "GPTNeoXTokenizerFast", "Qwen2Tokenizer",
           "Qwen2TokenizerFast", "Qwen3_5Tokenizer", "CLIPTokenizer", "DebertaTokenizer", "HerbertTokenizer",
           "LlamaTokenizer", "LlamaTokenizerFast", "GemmaTokenizer", "GemmaTokenizerFast", "Siglip2Tokenizer",
           "XLMRobertaTokenizer", "XLMRobertaTokenizerFast", "CamembertTokenizer", "T5Tokenizer", "T5TokenizerFast",
           "AlbertTokenizer", "RemBertTokenizer", "DebertaV2Tokenizer", "DebertaV2TokenizerFast", "TokenizersBackend",
           "PreTrainedTokenizerFast", "PreTrainedTokenizer", "NoSuchTokenizer", "PhobertTokenizer", "BigBirdTokenizer"]
TYPES = ["bert", "distilbert", "mpnet", "roberta", "xlm-roberta", "modernbert", "qwen2", "qwen3", "llama", "mistral",
         "gemma3_text", "t5", "albert", "deberta-v2", "electra", "nomic_bert", "no-such-type"]
VALUES = {
    "do_lower_case": [True, False], "strip_accents": [True, False, None], "tokenize_chinese_chars": [True, False],
    "add_prefix_space": [True, False], "keep_accents": [True, False], "legacy": [True, False],
    "split_by_punct": [True, False], "split_special_tokens": [True, False], "unk_id": [0, 2], "extra_ids": [0, 3],
    "model_max_length": [9, 1e30, None], "max_len": [9], "truncation_side": ["left", "right"],
    "model_input_names": [["input_ids", "token_type_ids", "attention_mask"], ["input_ids"]],
    "add_bos_token": [True, False], "add_eos_token": [True, False],
    "additional_special_tokens": [["[CITY]"], [TYPED], [], None, ["hello"]],
    "extra_special_tokens": [["[CITY]", "NEW"], [], {"image_token": "<image>"}],
    "model_specific_special_tokens": [{"image_token": "<image>"}], "image_token": ["<image>", "world"],
    "added_tokens_decoder": [{"5000": NEW}, {"5000": PLAIN}, {"0": dict(NEW, content="hello", lstrip=True)},
                             {"7": NEW, "3": PLAIN}],
    "errors": ["ignore"], "trim_offsets": [False], "clean_up_tokenization_spaces": [True], "padding_side": ["left"],
    "do_basic_tokenize": [False], "never_split": [["hello"]], "remove_space": [False], "use_fast": [False],
    "pad_token_type_id": [1], "max_length": [5], "stride": [2], "truncation_strategy": ["only_first"],
    "name_or_path": ["elsewhere"], "special_tokens_map_file": ["elsewhere"], "vocab_file": ["elsewhere"],
    "merges_file": ["elsewhere"], "tokenizer_file": ["elsewhere"], "processor_class": ["X"], "unknown_key": [1],
    "chat_template": ["x"], "sp_model_kwargs": [{}], "use_default_system_prompt": [True], "verbose": [True],
    "auto_map": [{"AutoTokenizer": ["a.B", "a.C"]}, {"AutoConfig": "a.B"}], "init_inputs": [[]],
    "fast_tokenizer_files": [["tokenizer.json"], ["tokenizer.4.0.0.json"]], "fix_mistral_regex": [True, False],
}
ROLES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
for role in ROLES:
    VALUES[role] = ["[CITY]", "hello", None, TYPED, dict(TYPED, lstrip=True)]


def changes(is_json):
    """What to do to a folder: a name, and the files that are written over, as functions of what they hold."""
    def config(**keys):
        return {"tokenizer_config.json": lambda old: {**old, **keys}}
    yield "as it is", {}
    for name in CLASSES:
        yield "class " + name, config(tokenizer_class=name)
    yield "no class", {"tokenizer_config.json": lambda old: {k: v for k, v in old.items() if k != "tokenizer_class"}}
    yield "no config", {"tokenizer_config.json": lambda old: None}
    for model_type in TYPES:
        yield "type " + model_type, {"config.json": lambda old, t=model_type: {**old, "model_type": t}}
        yield "type alone " + model_type, {"config.json": lambda old, t=model_type: {**old, "model_type": t},
                                           "tokenizer_config.json": lambda old: {}}
    for key, values in VALUES.items():
        for value in values:
            yield f"{key} {json.dumps(value)}", config(**{key: value})
            if key in ROLES or key in ("additional_special_tokens", "extra_special_tokens", "image_token"):
                plain = {k: v for k, v in value.items() if k != "__type"} if isinstance(value, dict) else value
                yield f"map {key} {json.dumps(value)}", {"special_tokens_map.json": lambda old, k=key, v=plain: {k: v}}
    for added in ({"[CITY]": 5000}, {"NEW": 5001, "[CITY]": 5000}, {"hello": 3}):
        yield f"added {json.dumps(added)}", {"added_tokens.json": lambda old, a=added: a}
        yield f"added special {json.dumps(added)}", {
            "added_tokens.json": lambda old, a=added: a,
            "special_tokens_map.json": lambda old: {"additional_special_tokens": ["[CITY]"]}}
    if is_json:
        yield "padding", {"tokenizer.json": lambda old: {**old, "padding": {
            "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0,
            "pad_token": "NEW"}}}
        yield "truncation", {"tokenizer.json": lambda old: {**old, "truncation": {
            "direction": "Left", "max_length": 7, "strategy": "OnlyFirst", "stride": 0}}}
        yield "no post-processor", {"tokenizer.json": lambda old: {**old, "post_processor": None}}
        yield "no normalizer", {"tokenizer.json": lambda old: {**old, "normalizer": None}}
        yield "lowercase", {"tokenizer.json": lambda old: {**old, "normalizer": {"type": "Lowercase"}}}
        yield "no added tokens", {"tokenizer.json": lambda old: {**old, "added_tokens": []}}


def apply(folder, files):
    for name, change in files.items():
        path = pathlib.Path(folder, name)
        old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        new = change(old)
        if new is None:
            path.unlink(missing_ok=True)
        else:
            put(folder, name, new)


def reference(folder, overrides):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **overrides)
    most = tokenizer.model_max_length
    return {"ids": [tokenizer(text)["input_ids"] for text in TEXTS],
            "cut": [tokenizer(text, truncation=True, max_length=LIMITED)["input_ids"] for text in TEXTS],
            "most": -1 if most > 1e29 else most, "types": "token_type_ids" in tokenizer.model_input_names}


def run(program, folder, limit, overrides):
    records = b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in TEXTS)
    done = subprocess.run([program, folder, str(limit), json.dumps(overrides)], input=records, capture_output=True)
    if done.returncode:
        return None, done.stderr.decode("utf-8", "replace").strip().splitlines()[-1]
    numbers, ids, at = memoryview(done.stdout).cast("i"), [], 0
    for _ in TEXTS:
        ids.append(list(numbers[at + 1:at + 1 + numbers[at]]))
        at += 1 + numbers[at]
    return ids, done.stderr.decode().split()


def compiled(program, folder, overrides):
    ids, facts = run(program, folder, 1 << 20, overrides)
    if ids is None:
        return facts
    most = float(facts[1])
    return {"ids": ids, "cut": run(program, folder, LIMITED, overrides)[0], "most": -1 if most > 1e29 else most,
            "types": facts[2] == "1"}


def compare(program, folder, overrides, name, counts):
    try:
        wanted = reference(folder, overrides)
    except Exception as error:
        wanted = repr(error)
    found = compiled(program, folder, overrides)
    if isinstance(wanted, str):
        counts["the library fails" if isinstance(found, str) else "the library alone fails"] += 1
    elif isinstance(found, str):
        counts["refused"] += 1
        if os.environ.get("REFUSALS"):
            print("  refused:", name, "|", found[:200])
    elif found == wanted:
        counts["equal"] += 1
    else:
        counts["different"] += 1
        print("  different:", name)
        for key in wanted:
            if found[key] != wanted[key]:
                pairs = zip(wanted[key], found[key]) if isinstance(wanted[key], list) else [(wanted[key], found[key])]
                for i, (a, b) in enumerate(pairs):
                    if a != b:
                        print(f"    {key} {TEXTS[i]!r}: transformers {a}, here {b}" if key in ("ids", "cut") else
                              f"    {key}: transformers {a}, here {b}")
                        break


def main():
    program, kinds = os.path.abspath(sys.argv[1]), sys.argv[2:]
    total = collections.Counter()
    with tempfile.TemporaryDirectory() as root:
        for kind in build(root, kinds):
            counts = collections.Counter()
            for name, files in changes(kind.endswith("-json")):
                folder = os.path.join(root, "changed")
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(os.path.join(root, kind), folder)
                apply(folder, files)
                compare(program, folder, {}, f"{kind}: {name}", counts)
            for key, value in (("truncation_side", "left"), ("model_max_length", 9), ("add_eos_token", True),
                               ("do_lower_case", False), ("add_prefix_space", True), ("cls_token", "[CITY]")):
                compare(program, os.path.join(root, kind), {key: value}, f"{kind}: argument {key}", counts)
            print(f"{kind}: {sum(counts.values())} changes, " + ", ".join(f"{n} {k}" for k, n in sorted(counts.items())),
                  flush=True)
            total += counts
    print(f"all: {sum(total.values())} changes, " + ", ".join(f"{n} {k}" for k, n in sorted(total.items())))
    sys.exit(1 if total["different"] else 0)


main()
