//===- pre_tokenizer.cpp - From text to words -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/pre_tokenizer.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

Flow PreTokenizer::runSteps(const WordStep *step, uint32_t rewrites,
                            TextSpan text, bool atStart) {
  TextTrace::Step traced(trace); // pieces beside this one are not rewritten
  for (; step < end && !text.empty(); ++step) {
    if (step->kind == WordStepKind::Split)
      return split(*step, rewrites, text, atStart);
    if (!rewrite(*step, rewrites++, text, atStart))
      return Flow::NoMemory;
  }
  return text.empty() ? Flow::Continue : model.encode(text);
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

Flow PreTokenizer::split(const WordStep &step, uint32_t rewrites, TextSpan text,
                         bool atStart) {
  auto emit = [&](TextSpan piece) {
    return runSteps(&step + 1, rewrites, piece,
                    atStart && piece.begin == text.begin);
  };
  PatternScan scan({header, step.pattern}, text.begin, text.end);
  const bool inverted = step.flags & SplitInverted;
  PatternScan::Part part;
  // Behaviours that merge hold a piece back until its next neighbour is seen.
  TextSpan held = {text.begin, text.begin};
  bool heldMatch = false; // the last part that went into it is a match
  while (scan.next(part)) {
    TextSpan piece = {part.begin, part.end};
    bool isMatch = part.isMatch != inverted;
    bool merges = false;
    switch (step.behavior) {
    case SplitBehavior::Removed:
      if (isMatch)
        continue;
      break;
    case SplitBehavior::Isolated:
      break;
    case SplitBehavior::Contiguous:
      merges = isMatch == heldMatch;
      break;
    case SplitBehavior::MergedWithPrevious:
      merges = isMatch && !heldMatch;
      break;
    case SplitBehavior::MergedWithNext:
      merges = !isMatch && heldMatch;
      break;
    }
    if (merges && !held.empty()) {
      held.end = piece.end;
    } else {
      if (!held.empty())
        if (Flow flow = emit(held); flow != Flow::Continue)
          return flow;
      held = piece;
    }
    heldMatch = isMatch;
  }
  return held.empty() ? Flow::Continue : emit(held);
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

static TextSpan sectionText(const TokenizerHeader &header,
                            TableSection section) {
  const auto *begin = sectionData<uint8_t>(header, section);
  return {begin, begin + section.count};
}

static size_t growth(const WordStep &step) {
  // The code point that is replaced is a byte or more.
  return step.text.count > 1 ? size_t(step.text.count) : 1;
}

bool PreTokenizer::reserve(const TokenizerHeader &header, size_t &textBytes,
                           Rewritten &rewritten) {
  const auto *steps = sectionData<WordStep>(header, header.wordSteps);
  uint32_t rewrites = 0;
  for (uint64_t i = 0; i < header.wordSteps.count; ++i) {
    if (steps[i].kind == WordStepKind::Split)
      continue;
    textBytes = textBytes * growth(steps[i]) + size_t(steps[i].prefix.count);
    if (!rewritten[rewrites++].reserve(textBytes))
      return false;
  }
  return true;
}

/// What each byte of `to` comes of, which `step` made of `from`.
bool PreTokenizer::traceRewrite(const WordStep &step, uint32_t index,
                                TextSpan from, TextSpan to) {
  Buffer<TextRange> &ranges = trace->rewritten[index];
  if (!ranges.reserve(to.size()))
    return false;
  const TextSpan content = sectionText(header, step.text);
  uint8_t pattern[4];
  const uint32_t length =
      step.from == codePoints ? 0 : encodeCharacter(step.from, pattern);
  size_t rest = 0; // bytes without what stands before them
  auto replaced = [&](const uint8_t *at) {
    return length && size_t(from.end - at) >= length &&
           std::memcmp(at, pattern, length) == 0;
  };
  for (const uint8_t *at = from.begin; at < from.end;) {
    rest += replaced(at) ? content.size() : 1;
    at += replaced(at) ? length : 1;
  }
  TextRange *out =
      std::fill_n(ranges.data(), to.size() - rest, trace->map.at(from.begin));
  for (const uint8_t *at = from.begin; at < from.end;)
    if (replaced(at)) {
      out = std::fill_n(out, content.size(), trace->map.at(at));
      at += length;
    } else {
      *out++ = trace->map.at(at++);
    }
  trace->map = {to.begin, ranges.data()};
  return true;
}

bool PreTokenizer::rewrite(const WordStep &step, uint32_t index, TextSpan &text,
                           bool atStart) {
  Buffer<uint8_t> &buffer = rewritten[index];
  TextSpan prefix = sectionText(header, step.prefix);
  TextSpan content = sectionText(header, step.text);
  if (!buffer.reserve(text.size() * growth(step) + prefix.size()))
    return false;
  // `text` may lie in an earlier step's memory, never in `buffer`.
  uint8_t *out = buffer.data() + prefix.size();
  uint8_t *begin = out;
  if (step.from == codePoints) {
    std::memcpy(out, text.begin, text.size());
    out += text.size();
  } else {
    uint8_t pattern[4];
    const uint32_t length = encodeCharacter(step.from, pattern);
    for (const uint8_t *from = text.begin; from < text.end;) {
      if (*from == pattern[0] && size_t(text.end - from) >= length &&
          std::memcmp(from, pattern, length) == 0) {
        std::memcpy(out, content.begin, content.size());
        out += content.size();
        from += length;
      } else {
        *out++ = *from++;
      }
    }
  }
  bool starts = size_t(out - begin) >= prefix.size() &&
                std::memcmp(begin, prefix.begin, prefix.size()) == 0;
  if (!starts && (atStart || !(step.flags & RewriteAtStartOnly))) {
    begin -= prefix.size();
    std::memcpy(begin, prefix.begin, prefix.size());
  }
  const TextSpan from = text;
  text = {begin, out};
  return !trace || traceRewrite(step, index, from, text);
}
