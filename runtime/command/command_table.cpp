//===- command_table.cpp - All commands and their options -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"

#include <cstdlib>

namespace emblem::command {

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

constexpr Option option::threads = {
    "--threads", "", "N", "threads; 0, the default: all it may really use",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 0, 1024, options.threads)
                 ? nullptr
                 : "a whole number from 0 to 1024";
    }};

constexpr Option option::pin = {
    "--pin", "", nullptr, "keep each thread on one CPU",
    [](Options &options, const char *) -> const char * {
      options.pinThreads = true;
      return nullptr;
    }};

constexpr Option option::maxBatchTokens = {
    "--max-batch-tokens", "", "N",
    "bounds the memory (default 16384; on a device 32768, or what fits)",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 1, 1 << 24, options.maxBatchTokens)
                 ? nullptr
                 : "a whole number from 1 to 16777216";
    }};

constexpr Option option::device = {
    "--device", "", "auto|cpu|cuda|cuda:N",
    "where to run; auto, the default: on a device if it can",
    [](Options &options, const char *value) -> const char * {
      // emblem_open says which words there are; of them, with "none" there is
      // nothing to embed with.
      options.device = value;
      return *value && std::string_view(value) != "none"
                 ? nullptr
                 : "auto, cpu, cuda or cuda:N";
    }};

constexpr Option option::onOverflow = {
    "--on-overflow", "", "truncate|error",
    "cut a text that is too long (default), or stop",
    [](Options &options, const char *value) -> const char * {
      std::string_view word = value;
      if (word != "truncate" && word != "error")
        return "'truncate' or 'error'";
      options.overflow = word == "error" ? EMBLEM_ERROR : EMBLEM_TRUNCATE;
      return nullptr;
    }};

constexpr Option option::prompt = {
    "--prompt", "", "NAME",
    "one of the model's prompts before each text; empty: none",
    [](Options &options, const char *value) -> const char * {
      options.prompt = value;
      return nullptr;
    }};

constexpr Option option::format = {
    "--format", "", "jsonl|text|npy|fvecs|sparse",
    "of the vectors (default jsonl)",
    [](Options &options, const char *value) -> const char * {
      std::string_view word = value;
      if (word == "jsonl")
        options.format = VectorFormat::JsonLines;
      else if (word == "text")
        options.format = VectorFormat::Text;
      else if (word == "npy")
        options.format = VectorFormat::Npy;
      else if (word == "fvecs")
        options.format = VectorFormat::Fvecs;
      else if (word == "sparse")
        options.format = VectorFormat::Sparse;
      else
        return "'jsonl', 'text', 'npy', 'fvecs' or 'sparse'";
      return nullptr;
    }};

constexpr Option option::hitFormat = {
    "--format", "", "jsonl|text", "of the scores (default jsonl)",
    [](Options &options, const char *value) -> const char * {
      std::string_view word = value;
      if (word != "jsonl" && word != "text")
        return "'jsonl' or 'text'";
      options.format =
          word == "text" ? VectorFormat::Text : VectorFormat::JsonLines;
      return nullptr;
    }};

constexpr Option option::output = {
    "--output", "-o", "FILE", "write there; the file appears when it is whole",
    [](Options &options, const char *value) -> const char * {
      options.output = value;
      return *value ? nullptr : "a file's name";
    }};

constexpr Option option::dimension = {
    "--dim", "", "N", "only the first N components, scaled to length 1",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 1, INT64_MAX, options.dimension)
                 ? nullptr
                 : "a whole number from 1 to the model's dimension";
    }};

constexpr Option option::ids = {
    "--ids", "", nullptr, "each text is token ids, separated by spaces",
    [](Options &options, const char *) -> const char * {
      options.ids = true;
      return nullptr;
    }};

/// Of embed, which takes the name of an output as well.
static constexpr Option outputOrTokens = {
    "--output", "", "tokens|FILE",
    "tokens: a vector a token; or as -o (a file called so is ./tokens)",
    [](Options &options, const char *value) -> const char * {
      if (std::string_view(value) == "tokens")
        options.returns = value;
      else
        options.output = value;
      return *value ? nullptr : "tokens, or a file's name";
    }};

static constexpr Option outputLetter = {"-o", "", "FILE", option::output.help,
                                        option::output.store};

static constexpr Option normalize = {
    "--normalize", "", "yes|no",
    "yes: vectors of length 1; no: as before the model's Normalize, and with "
    "--dim as they are",
    [](Options &options, const char *value) -> const char * {
      std::string_view word = value;
      if (word != "yes" && word != "no")
        return "'yes' or 'no'";
      options.finish =
          word == "yes" ? EMBLEM_FINISH_NORMALIZED : EMBLEM_FINISH_RAW;
      return nullptr;
    }};

static constexpr Option offsets = {
    "--offsets", "", nullptr,
    "one JSON object a text: ids, tokens, and their bytes in the text",
    [](Options &options, const char *) -> const char * {
      options.offsets = true;
      return nullptr;
    }};

static constexpr Option returns = {
    "--returns", "", "OUTPUT",
    "one of the model's outputs, as info names them; or tokens",
    [](Options &options, const char *value) -> const char * {
      options.returns = value;
      return nullptr;
    }};

static constexpr Option top = {
    "--top", "", "K", "only the K greatest weights of a sparse vector",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 1, INT64_MAX, options.top)
                 ? nullptr
                 : "a whole number from 1";
    }};

constexpr Option option::hits = {
    "--top", "", "K", "the K nearest (default 10)",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 1, INT64_MAX, options.top)
                 ? nullptr
                 : "a whole number from 1";
    }};

static constexpr Option json = {
    "--json", "", nullptr, "write JSON",
    [](Options &options, const char *) -> const char * {
      options.json = true;
      return nullptr;
    }};

static constexpr Option shape = {
    "--shape", "", "BxT", "B sequences of T tokens; 1x8,8x32 is two shapes",
    [](Options &options, const char *value) -> const char * {
      return parseShapes(value, options.shapes)
                 ? nullptr
                 : "sequences and tokens, such as 8x32";
    }};

static constexpr Option seconds = {
    "--seconds", "", "S", "of timing for each shape (default 0.5)",
    [](Options &options, const char *value) -> const char * {
      char *end;
      double number = strtod(value, &end);
      if (end == value || *end || !(number >= 0 && number <= 86400))
        return "a number from 0 to 86400";
      options.seconds = number;
      return nullptr;
    }};

static constexpr Option perKernel = {
    "--per-kernel", "", nullptr, "a table of the model's stages instead",
    [](Options &options, const char *) -> const char * {
      options.perKernel = true;
      return nullptr;
    }};

//===----------------------------------------------------------------------===//
// Commands
//===----------------------------------------------------------------------===//

static constexpr const Option *embedOptions[] = {&option::format,
                                                 &outputLetter,
                                                 &outputOrTokens,
                                                 &option::dimension,
                                                 &normalize,
                                                 &returns,
                                                 &top,
                                                 &option::prompt,
                                                 &option::ids,
                                                 &option::onOverflow,
                                                 &option::threads,
                                                 &option::pin,
                                                 &option::maxBatchTokens,
                                                 &option::device};
static constexpr const Option *similarityOptions[] = {
    &option::dimension,      &option::prompt,  &option::ids,
    &option::onOverflow,     &option::threads, &option::pin,
    &option::maxBatchTokens, &option::device};
static constexpr const Option *indexOptions[] = {
    &option::output,         &option::dimension, &option::prompt,
    &option::onOverflow,     &option::threads,   &option::pin,
    &option::maxBatchTokens, &option::device,    &option::ids};
static constexpr const Option *searchOptions[] = {
    &option::hits,    &option::hitFormat, &option::output,
    &option::prompt,  &option::dimension, &option::onOverflow,
    &option::threads, &option::pin,       &option::maxBatchTokens,
    &option::device,  &option::ids};
static constexpr const Option *tokenizeOptions[] = {&offsets, &option::prompt,
                                                    &option::onOverflow};
static constexpr const Option *benchOptions[] = {&shape,
                                                 &seconds,
                                                 &perKernel,
                                                 &json,
                                                 &option::threads,
                                                 &option::pin,
                                                 &option::maxBatchTokens,
                                                 &option::device};
/// Without it, info asks no driver.
static constexpr Option infoDevice = {
    "--device",
    "",
    "[auto|cpu|cuda|cuda:N]",
    "where the model would run; asks the device's driver",
    [](Options &options, const char *value) -> const char * {
      options.device = value ? value : "auto";
      return *options.device ? nullptr : "auto, cpu, cuda or cuda:N";
    },
    /*mayLackValue=*/true};
static constexpr Option verify = {
    "--verify", "", nullptr,
    "read the whole program, and say whether its checksum holds",
    [](Options &options, const char *) -> const char * {
      options.verify = true;
      return nullptr;
    }};

static constexpr const Option *infoOptions[] = {&json,
                                                &verify,
                                                &option::threads,
                                                &option::pin,
                                                &option::maxBatchTokens,
                                                &infoDevice};

static constexpr const char *embedExamples[] = {
    "embed \"How far is the moon?\"",
    "embed --format=npy -o vectors.npy < lines.txt"};
static constexpr const char *similarityExamples[] = {
    "similarity \"a cat\" \"a kitten\" \"a car\""};

static constexpr const char *searchExamples[] = {
    "index lines.txt -o lines.index",
    "search lines.index \"How far is the moon?\""};

static constexpr Command table[] = {
    {"embed", "[TEXT ...]", "vectors of texts",
     "Without TEXT each line of standard input is one text, empty ones too, "
     "and the\noutput keeps their order. A text's vector does not depend on "
     "its neighbours.",
     embedOptions, runEmbed, EMBLEM_TAKES_TEXTS, embedExamples},
    {"similarity", "A B [...]", "likeness of the first text to each other",
     "One number a line, in the order of the texts: the similarity that the "
     "model is made\nfor (info names it), mostly the cosine, from -1 to 1. Of "
     "a "
     "model with a\nvector a token it is the late interaction (MaxSim) of A, a "
     "query, "
     "with each\nother text, a document, each with the prompt of that name.",
     similarityOptions, runSimilarity, EMBLEM_TAKES_TEXTS, similarityExamples},
    {"index",
     "[FILE]",
     "lines and their vectors, in one file to search in",
     "Each line of FILE, or of standard input, is one text. The model's prompt "
     "'document'\ngoes before each, or none where it has no such prompt, as in "
     "Sentence Transformers'\nencode_document; a prompt 'passage' or 'corpus' "
     "does with --prompt=passage.",
     indexOptions,
     runIndex,
     EMBLEM_TAKES_TEXTS,
     {}},
    {"search", "INDEX [QUERY ...]",
     "the nearest lines by the model's similarity, the best first",
     "INDEX is what 'index' wrote, or any file of lines, which are then "
     "embedded first as\n'index' does it. Without QUERY each line of standard "
     "input is one; the model's prompt\n'query', where it has one, goes before "
     "it, unless --prompt names another. One object\na query; with "
     "--format=text a line a hit, of the score, the line's "
     "number "
     "from 0 and the text, separated by tabs.\nEvery line is compared, and a "
     "score does not depend on the others.",
     searchOptions, runSearch, EMBLEM_TAKES_TEXTS, searchExamples},
    {"tokenize",
     "[TEXT ...]",
     "token ids of texts",
     "Without TEXT each line of standard input is one text. One line of ids a "
     "text,\nseparated by spaces, special tokens included. Where the model "
     "scores pairs, a\ntext is a query, a tab, and what may answer it. With "
     "--offsets a token of no text has\nno place, and of a pair 'texts' says "
     "which of the two a token is of.",
     tokenizeOptions,
     runTokenize,
     anyText,
     {}},
    {"bench",
     "[FILE]",
     "speed on this machine",
     "Embeds random token ids, or grey images, in several shapes, and gives "
     "the best and the "
     "median\ntime of each. With --per-kernel, where the time goes: all "
     "threads' time in a\nkernel, divided by the number of threads. With FILE "
     "its lines, texts, all in one call,\ntokenizer and all.",
     benchOptions,
     runBench,
     anyInput,
     {}},
    {"info",
     "",
     "what was compiled in",
     "The model's sizes, precision, target, prompts and report, and the "
     "threads that\nwould be used.",
     infoOptions,
     runInfo,
     anyInput,
     {}},
};

std::span<const Command> commands() { return table; }

} // namespace emblem::command
