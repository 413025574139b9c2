//===- decoder_compiler.cpp - A decoder becomes steps ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/part_compilers.h"
#include "compiler/tokenizer/compile/pattern_syntax.h"
#include "compiler/tokenizer/compile/token_texts.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

namespace {
/// A step of each part.
struct StepMaker {
  TableWriter &writer;

  DecoderStep named(DecoderStepKind kind, StringRef text = "") const {
    DecoderStep step = {};
    step.kind = kind;
    step.text = writer.append(text);
    return step;
  }

  Expected<DecoderStep> operator()(const WordPieceDecoder &part) const {
    DecoderStep step = named(DecoderStepKind::WordPiece, part.prefix);
    step.flags = part.cleanup ? DecoderCleansUp : 0u;
    return step;
  }
  Expected<DecoderStep> operator()(const ByteLevelDecoder &) const {
    return named(DecoderStepKind::ByteLevel);
  }
  Expected<DecoderStep> operator()(const MetaspaceDecoder &part) const {
    DecoderStep step = named(DecoderStepKind::Metaspace);
    step.character = part.replacement;
    step.flags = part.dropsFirst ? DecoderDropsFirst : 0u;
    return step;
  }
  Expected<DecoderStep> operator()(const SuffixDecoder &part) const {
    return named(DecoderStepKind::Suffix, part.suffix);
  }
  Expected<DecoderStep> operator()(const ByteFallbackDecoder &) const {
    return named(DecoderStepKind::ByteFallback);
  }
  Expected<DecoderStep> operator()(const FuseDecoder &) const {
    return named(DecoderStepKind::Fuse);
  }
  Expected<DecoderStep> operator()(const StripDecoder &part) const {
    DecoderStep step = named(DecoderStepKind::Strip);
    step.character = part.content;
    step.start = part.start;
    step.stop = part.stop;
    return step;
  }
  Expected<DecoderStep> operator()(const UnknownDecoder &part) const {
    return named(DecoderStepKind::Unknown, part.name);
  }

  // A pattern that is not supported keeps nobody from embedding.
  Expected<DecoderStep> operator()(const ReplaceDecoder &part) const {
    auto unknown = [&](Error error) {
      consumeError(std::move(error));
      return named(DecoderStepKind::Unknown, "Replace of " + part.pattern);
    };
    Expected<PatternNode> pattern = part.isRegex
                                        ? parsePattern(part.pattern)
                                        : PatternNode::literal(part.pattern);
    if (!pattern)
      return unknown(pattern.takeError());
    Expected<PatternTables> tables = buildAutomaton(*pattern);
    if (!tables)
      return unknown(tables.takeError());
    DecoderStep step = named(DecoderStepKind::Replace, part.content);
    step.pattern = writer.append(*tables);
    return step;
  }
};
} // namespace

Expected<std::vector<DecoderStep>>
emblem::frontend::compileDecoder(ArrayRef<DecoderPart> parts,
                                 TableWriter &writer) {
  std::vector<DecoderStep> steps;
  for (const DecoderPart &part : parts) {
    Expected<DecoderStep> step = std::visit(StepMaker{writer}, part);
    if (!step)
      return step.takeError();
    steps.push_back(*step);
  }
  return steps;
}

std::vector<uint8_t>
emblem::frontend::collectEdges(const TokenizerDescription &tokenizer) {
  TokenTexts texts = getTokenTexts(tokenizer);
  size_t ids = texts.ends.size();
  std::vector<uint8_t> edges(2 * ids);
  // GPT-2's letter for a space.
  auto isSpace = [](uint32_t c) { return c == 0x120 || isWhitespace(c); };
  auto count = [](auto first, auto last) {
    return uint8_t(std::min<ptrdiff_t>(last - first, 255));
  };
  for (size_t id = 0; id < ids; ++id) {
    uint32_t begin = id ? texts.ends[id - 1] : 0;
    CodePoints text =
        decodeText(StringRef(texts.bytes).slice(begin, texts.ends[id]));
    edges[id] = count(text.begin(), llvm::find_if_not(text, isSpace));
    auto backwards = llvm::reverse(text);
    edges[ids + id] =
        count(backwards.begin(), llvm::find_if_not(backwards, isSpace));
  }
  return edges;
}
