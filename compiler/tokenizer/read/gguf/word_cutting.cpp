//===- word_cutting.cpp - A GGUF file's cuts into words -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/word_cutting.h"

using namespace llvm;
using namespace emblem::frontend::gguf;

// Llama 3's words, and Qwen's.
#define EMBLEM_WORDS(digits)                                                   \
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits         \
  "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

// A word ends where a capital follows a small letter; `ending` may follow it.
#define EMBLEM_UPPER "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define EMBLEM_LOWER "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define EMBLEM_CASED_WORDS(ending, digits)                                     \
  "[^\\r\\n\\p{L}\\p{N}]?" EMBLEM_UPPER "*" EMBLEM_LOWER "+" ending            \
  "|[^\\r\\n\\p{L}\\p{N}]?" EMBLEM_UPPER "+" EMBLEM_LOWER "*" ending           \
  "|" digits "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

#define EMBLEM_BLOOM_WORD                                                      \
  " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+"

#define EMBLEM_DEEPSEEK_WORDS                                                  \
  "\\p{N}{1,3}", "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",                 \
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"                 \
      "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| "                          \
      "?[\\p{P}\\p{S}]+[\\r\\n]*|"                                             \
      "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

static constexpr WordCutting rows[] = {
    {.name = "a.x-4.0"},
    {.name = "bloom", .patterns = {EMBLEM_BLOOM_WORD}},
    {.name = "chatglm-bpe", .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")}},
    {.name = "codeshell", .digits = true},
    {.name = "command-r", .digits = true, .composes = true},
    {.name = "dbrx", .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")}},
    {.name = "deepseek-r1-qwen",
     .patterns = {EMBLEM_WORDS("\\p{N}")},
     .composes = true},
    {.name = "deepseek-v3", .patterns = {EMBLEM_DEEPSEEK_WORDS}},
    {.name = "exaone", .digits = true},
    {.name = "exaone4"},
    {.name = "falcon-h1",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "falcon3",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "gigachat"},
    {.name = "glm4", .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")}},
    {.name = "gpt-2"},
    {.name = "gpt-4o",
     .patterns = {EMBLEM_CASED_WORDS("(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                                     "\\p{N}{1,3}")}},
    {.name = "gpt3-finnish", .patterns = {EMBLEM_BLOOM_WORD}},
    {.name = "granite-docling"},
    {.name = "grok-2", .patterns = {EMBLEM_WORDS("\\p{N}")}},
    {.name = "hunyuan", .patterns = {EMBLEM_WORDS("\\p{N}")}},
    {.name = "hunyuan-dense", .patterns = {EMBLEM_DEEPSEEK_WORDS}},
    {.name = "jais"},
    {.name = "jina-de"},
    {.name = "jina-es"},
    {.name = "jina-v1-en", .separates = true},
    {.name = "jina-v2-code", .separates = true},
    {.name = "jina-v2-de"},
    {.name = "jina-v2-es"},
    {.name = "kormo", .patterns = {EMBLEM_WORDS("\\p{N}")}},
    {.name = "lfm2",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "llama-bpe",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "llama-v3",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "llama3",
     .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "llama4",
     .patterns = {EMBLEM_CASED_WORDS("(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                                     "\\p{N}{1,3}")}},
    {.name = "megrez", .patterns = {EMBLEM_WORDS("\\p{N}")}, .composes = true},
    {.name = "mellum"},
    {.name = "minerva-7b", .digits = true},
    {.name = "minimax-m2",
     .patterns = {EMBLEM_CASED_WORDS("(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                                     "\\p{N}{1,3}")}},
    {.name = "modern-bert", .composes = true, .endsOnce = true},
    {.name = "mpt", .composes = true},
    {.name = "olmo", .composes = true},
    {.name = "phi-2"},
    {.name = "poro-chat", .patterns = {EMBLEM_BLOOM_WORD}},
    {.name = "qwen2", .patterns = {EMBLEM_WORDS("\\p{N}")}, .composes = true},
    {.name = "refact", .digits = true},
    {.name = "roberta-bpe", .separates = true},
    {.name = "seed-coder",
     .patterns =
         {"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| "
          "?[^\\s\\p{L}\\p{N}\\r\\n]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
    {.name = "smaug-bpe", .patterns = {EMBLEM_WORDS("\\p{N}{1,3}")}},
    {.name = "smollm", .digits = true},
    {.name = "stablelm2", .patterns = {EMBLEM_WORDS("\\p{N}")}},
    {.name = "starcoder", .digits = true},
    {.name = "tekken",
     .patterns = {EMBLEM_CASED_WORDS("", "\\p{N}")},
     .ignoresMerges = true,
     .addsFirst = true},
    {.name = "trillion"},
    {.name = "viking", .patterns = {EMBLEM_BLOOM_WORD, "\\p{N}"}}};

ArrayRef<WordCutting> emblem::frontend::gguf::allWordCuttings() { return rows; }
