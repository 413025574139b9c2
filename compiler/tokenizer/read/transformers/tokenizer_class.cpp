//===- tokenizer_class.cpp - Tokenizer classes of transformers ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A table: the classes of transformers 5.24 that are known.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/tokenizer_class.h"

#include "compiler/tokenizer/read/transformers/class_parts.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static constexpr DefaultTokens bertTokens = {.unk = "[UNK]",
                                             .sep = "[SEP]",
                                             .pad = "[PAD]",
                                             .cls = "[CLS]",
                                             .mask = "[MASK]"};
static constexpr DefaultTokens robertaTokens = {.bos = "<s>",
                                                .eos = "</s>",
                                                .unk = "<unk>",
                                                .sep = "</s>",
                                                .pad = "<pad>",
                                                .cls = "<s>",
                                                .mask = "<mask>"};
static constexpr DefaultTokens albertTokens = {.bos = "[CLS]",
                                               .eos = "[SEP]",
                                               .unk = "<unk>",
                                               .sep = "[SEP]",
                                               .pad = "<pad>",
                                               .cls = "[CLS]",
                                               .mask = "[MASK]"};
static constexpr DefaultTokens debertaTokens = {.bos = "[CLS]",
                                                .eos = "[SEP]",
                                                .unk = "[UNK]",
                                                .sep = "[SEP]",
                                                .pad = "[PAD]",
                                                .cls = "[CLS]",
                                                .mask = "[MASK]"};
static constexpr DefaultTokens gemmaTokens = {.bos = "<bos>",
                                              .eos = "<eos>",
                                              .unk = "<unk>",
                                              .pad = "<pad>",
                                              .mask = "<mask>"};
static constexpr StringLiteral endOfText = "<|endoftext|>";

static constexpr TokenizerClass makeBert(StringLiteral name, bool rebuilds,
                                         bool givesTypes) {
  return {.name = name,
          .vocabulary = VocabularyKind::WordPiece,
          .rebuilds = rebuilds,
          .givesTypes = givesTypes,
          .file = "vocab.txt",
          .tokens = bertTokens,
          .build = buildBert,
          .finish = finishBert};
}

static constexpr TokenizerClass
makePairs(StringLiteral name, DefaultTokens tokens,
          Error (*build)(Construction &),
          Error (*finish)(Construction &) = nullptr) {
  return {.name = name,
          .vocabulary = VocabularyKind::BytePairs,
          .file = "vocab.json",
          .hasMerges = true,
          .tokens = tokens,
          .build = build,
          .finish = finish};
}

static constexpr TokenizerClass
makeUnigrams(StringLiteral name, StringLiteral file, DefaultTokens tokens,
             Error (*build)(Construction &),
             Error (*finish)(Construction &) = nullptr,
             Error (*convert)(Construction &) = nullptr) {
  return {.name = name,
          .vocabulary = VocabularyKind::Unigram,
          .file = file,
          .tokens = tokens,
          .build = build,
          .finish = finish,
          .convert = convert};
}

static constexpr TokenizerClass withTypes(TokenizerClass made) {
  made.givesTypes = true;
  return made;
}

static constexpr TokenizerClass fromFile(TokenizerClass made,
                                         StringLiteral file) {
  made.file = file;
  made.hasMerges = false;
  return made;
}

static constexpr TokenizerClass classes[] = {
    {.name = "TokenizersBackend", .rebuilds = false, .file = "tokenizer.model"},
    // In Python over sentencepiece; its tokenizer.json is what is read here.
    {.name = "SiglipTokenizer", .rebuilds = false},

    makeBert("BertTokenizer", /*rebuilds=*/true, /*givesTypes=*/true),
    makeBert("DistilBertTokenizer", true, false),
    makeBert("ConvBertTokenizer", false, true),
    makeBert("DPRContextEncoderTokenizer", true, true),
    makeBert("DPRQuestionEncoderTokenizer", true, true),
    {.name = "MPNetTokenizer",
     .vocabulary = VocabularyKind::WordPiece,
     .file = "vocab.txt",
     .tokens = {.bos = "<s>",
                .eos = "</s>",
                .unk = "[UNK]",
                .sep = "</s>",
                .pad = "<pad>",
                .cls = "<s>",
                .mask = "<mask>"},
     .build = buildMpnet,
     .finish = finishMpnet},

    makePairs("RobertaTokenizer", robertaTokens, buildByteLevel, finishRoberta),
    withTypes(makePairs("DebertaTokenizer", debertaTokens, buildByteLevel,
                        finishDeberta)),
    makePairs("GPT2Tokenizer",
              {.bos = endOfText, .eos = endOfText, .unk = endOfText},
              buildByteLevel),
    makePairs("GPTNeoXTokenizer",
              {.bos = endOfText,
               .eos = endOfText,
               .unk = endOfText,
               .pad = "<|padding|>"},
              buildGptNeox, finishGptNeox),
    makePairs("Qwen2Tokenizer",
              {.eos = endOfText, .unk = endOfText, .pad = endOfText},
              buildQwen2, finishQwen2),
    fromFile(makePairs("Qwen3_5Tokenizer",
                       {.eos = endOfText, .unk = endOfText, .pad = endOfText},
                       buildQwen35),
             ""),
    makePairs("CLIPTokenizer",
              {.bos = "<|startoftext|>",
               .eos = endOfText,
               .unk = endOfText,
               .pad = endOfText},
              buildClip, finishClip),
    makePairs("HerbertTokenizer",
              {.unk = "<unk>",
               .sep = "</s>",
               .pad = "<pad>",
               .cls = "<s>",
               .mask = "<mask>"},
              buildHerbert, finishHerbert),
    fromFile(makePairs("LlamaTokenizer",
                       {.bos = "<s>", .eos = "</s>", .unk = "<unk>"},
                       buildLlama),
             "tokenizer.model"),
    fromFile(makePairs("GemmaTokenizer", gemmaTokens, buildGemma), ""),
    fromFile(makePairs("Siglip2Tokenizer", gemmaTokens, buildSiglip2), ""),

    makeUnigrams("XLMRobertaTokenizer", "sentencepiece.bpe.model",
                 robertaTokens, buildXlmRoberta, finishXlmRoberta,
                 convertXlmRoberta),
    makeUnigrams("CamembertTokenizer", "sentencepiece.bpe.model", robertaTokens,
                 buildCamembert, finishCamembert, convertCamembert),
    makeUnigrams("T5Tokenizer", "spiece.model",
                 {.eos = "</s>", .unk = "<unk>", .pad = "<pad>"}, buildT5,
                 finishT5, convertT5),
    makeUnigrams("AlbertTokenizer", "spiece.model", albertTokens, buildAlbert),
    makeUnigrams("RemBertTokenizer", "sentencepiece.model", albertTokens,
                 buildRembert, finishRembert),
    withTypes(makeUnigrams("DebertaV2Tokenizer", "spm.model", debertaTokens,
                           buildDebertaV2, finishDebertaV2)),
};

const TokenizerClass *library::findTokenizerClass(StringRef name) {
  const TokenizerClass *found = llvm::find_if(
      classes, [&](const TokenizerClass &known) { return known.name == name; });
  return found == std::end(classes) ? nullptr : found;
}
