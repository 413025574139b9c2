"""Small tokenizers as folders of each kind of file that transformers 5 reads, for tokenizer_walk.py."""

import collections
import io
import json
import os
import pathlib

import sentencepiece
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = json.loads((HERE.parent / "fixtures/tokenizer/texts.json").read_text(encoding="utf-8"))
CORPUS = [text for text in CORPUS if isinstance(text, str) and "\0" not in text] + [
    "hello world, how are you today?", "The cat sat on the mat and looked at the dog.", "der Hund und die Katze über Zürich",
    "привет мир как дела", "東京都 の 人", "it's we'll I'd you're", "1 22 333 4444", "naïve café résumé Ångström"] * 4

# Of the most frequent characters alone: SentencePiece has a piece for each.
COUNTS = collections.Counter("".join(CORPUS))
FREQUENT = {character for character, _ in sorted(COUNTS.items(), key=lambda item: (-item[1], item[0]))[:250]}
COMMON = [text for text in CORPUS if set(text) <= FREQUENT]


def word_pieces(specials, size=400, lower=True):
    tokenizer = Tokenizer(models.WordPiece(unk_token=specials[1]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    vocab = tokenizer.get_vocab()
    return [token for token in sorted(vocab, key=vocab.get)]


def byte_pairs(specials, size=500, suffix=""):
    ends = {"end_of_word_suffix": suffix} if suffix else {}
    tokenizer = Tokenizer(models.BPE(**ends))
    if suffix:
        tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), **ends)
    tokenizer.train_from_iterator(CORPUS, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [" ".join(m) if isinstance(m, list) else m for m in model["merges"]]
    return model["vocab"], merges


def pieces(kind, size=600, **options):
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(COMMON), model_writer=written, model_type=kind, vocab_size=size,
        hard_vocab_limit=False, character_coverage=0.99, num_threads=1, minloglevel=2, **options)
    return written.getvalue()


def put(folder, name, what):
    path = pathlib.Path(folder) / name
    if isinstance(what, bytes):
        path.write_bytes(what)
    else:
        path.write_text(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False), encoding="utf-8")


BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FAIRSEQ = ["<s>", "<pad>", "</s>", "<unk>"]


def text_file(specials):
    return lambda folder: put(folder, "vocab.txt", "\n".join(word_pieces(specials)) + "\n")


def pairs_files(specials, suffix=""):
    def write(folder):
        vocab, merges = byte_pairs(specials, suffix=suffix)
        put(folder, "vocab.json", vocab)
        put(folder, "merges.txt", "#version: 0.2\n" + "\n".join(merges) + "\n")
    return write


def model_file(name, kind, **options):
    return lambda folder: put(folder, name, pieces(kind, **options))


ENDS = dict(bos_id=1, eos_id=2, unk_id=0, pad_id=-1)
ALBERT = dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols="[CLS],[SEP]", user_defined_symbols="[MASK]",
              pad_piece="<pad>")

# The class, the model type, and what writes the vocabulary files.
KINDS = {
    "bert": ("BertTokenizer", "bert", text_file(BERT)),
    "distilbert": ("DistilBertTokenizer", "distilbert", text_file(BERT)),
    "mpnet": ("MPNetTokenizer", "mpnet", text_file(["<s>", "[UNK]", "<pad>", "</s>", "<mask>"])),
    "roberta": ("RobertaTokenizer", "roberta", pairs_files(FAIRSEQ + ["<mask>"])),
    "gpt2": ("GPT2Tokenizer", "gpt2", pairs_files(["<|endoftext|>"])),
    "gpt_neox": ("GPTNeoXTokenizer", "gpt_neox", pairs_files(["<|endoftext|>", "<|padding|>"])),
    "qwen2": ("Qwen2Tokenizer", "qwen3", pairs_files(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])),
    "clip": ("CLIPTokenizer", "clip", pairs_files(["<|startoftext|>", "<|endoftext|>"], suffix="</w>")),
    "deberta": ("DebertaTokenizer", "deberta", pairs_files(BERT)),
    "xlm_roberta": ("XLMRobertaTokenizer", "xlm-roberta", model_file("sentencepiece.bpe.model", "unigram", **ENDS)),
    "camembert": ("CamembertTokenizer", "camembert", model_file("sentencepiece.bpe.model", "unigram", **ENDS)),
    "t5": ("T5Tokenizer", "t5", model_file("spiece.model", "unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)),
    "albert": ("AlbertTokenizer", "albert", model_file("spiece.model", "unigram", **ALBERT)),
    "rembert": ("RemBertTokenizer", "rembert", model_file("sentencepiece.model", "unigram", **ALBERT)),
    "deberta_v2": ("DebertaV2Tokenizer", "deberta-v2",
                   model_file("spm.model", "unigram", pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]",
                              bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]",
                              user_defined_symbols="[MASK]")),
    "llama": ("LlamaTokenizer", "llama", model_file("tokenizer.model", "bpe", size=900, byte_fallback=True,
                                                    normalization_rule_name="identity", **ENDS)),
    "gemma": ("GemmaTokenizer", "gemma3_text",
              model_file("tokenizer.model", "bpe", size=900, byte_fallback=True, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
                         bos_piece="<bos>", eos_piece="<eos>", add_dummy_prefix=False,
                         remove_extra_whitespaces=False, normalization_rule_name="identity",
                         user_defined_symbols="<mask>,\n\n")),
    "mistral": ("LlamaTokenizer", "mistral", model_file("tokenizer.model", "bpe", size=900, byte_fallback=True,
                                                        normalization_rule_name="identity", **ENDS)),
    "pieces_alone": ("PreTrainedTokenizerFast", "mistral", model_file("tokenizer.model", "unigram", byte_fallback=True,
                                                                      size=900, **ENDS)),
}


def write_config(folder, class_name, model_type, **keys):
    put(folder, "config.json", {"model_type": model_type})
    put(folder, "tokenizer_config.json", {"tokenizer_class": class_name, **keys})


def build(root, names=()):
    """root/KIND, of the vocabulary alone, and root/KIND-json, of what transformers saves of it."""
    import transformers

    for name in names or KINDS:
        class_name, model_type, write = KINDS[name]
        folder = os.path.join(root, name)
        os.makedirs(folder)
        write(folder)
        write_config(folder, class_name, model_type)
        saved = folder + "-json"
        transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(saved)
        kept = json.loads(pathlib.Path(saved, "tokenizer_config.json").read_text(encoding="utf-8"))
        put(saved, "tokenizer_config.json", {"tokenizer_class": class_name} if name != "pieces_alone" else kept)
        put(saved, "config.json", {"model_type": model_type})
    return sorted(os.listdir(root))
