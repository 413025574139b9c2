//===- normalizer.cpp - The steps of a normaliser -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/normalizer.h"

#include "runtime/tokenizer/character_walk.h"
#include "runtime/tokenizer/charsmap.h"
#include "runtime/tokenizer/compose.h"
#include "runtime/tokenizer/pattern_scan.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

namespace {

/// Writes normalised text: a sink of `CharacterWalk`. The caller has reserved
/// the room.
class TextSink {
public:
  static constexpr bool traces = false;

  explicit TextSink(uint8_t *out) : out(out) {}

  void byte(uint8_t c) { *out++ = c; }
  void copy(const uint8_t *character, uint32_t length) {
    for (uint32_t i = 0; i < length; ++i)
      *out++ = character[i];
  }
  bool space() {
    byte(' ');
    return false;
  }
  bool isolate(const uint8_t *character, uint32_t length) {
    byte(' ');
    copy(character, length);
    byte(' ');
    return false;
  }
  uint8_t *position() const { return out; }

private:
  uint8_t *out;
};

/// The same, and what each byte comes of.
class TracedTextSink {
public:
  static constexpr bool traces = true;

  TracedTextSink(uint8_t *out, TextTrace &trace, TextRange *ranges)
      : sink(out), trace(trace), ranges(ranges) {}

  void at(const uint8_t *text, uint32_t length) {
    here = source = trace.map.of(text, text + length);
  }
  bool keepMark(uint32_t i) {
    if (i == 0)
      trace.marks.clear();
    return trace.marks.push(here);
  }
  void atMark(uint32_t i) { source = trace.marks.data()[i]; }
  void afterMarks() { source = here; }

  void byte(uint8_t c) {
    sink.byte(c);
    fill();
  }
  void copy(const uint8_t *character, uint32_t length) {
    sink.copy(character, length);
    fill();
  }
  bool space() {
    sink.space();
    fill();
    return false;
  }
  bool isolate(const uint8_t *character, uint32_t length) {
    sink.isolate(character, length);
    fill();
    return false;
  }
  uint8_t *position() const { return sink.position(); }

private:
  void fill() {
    for (; written < sink.position(); ++written)
      *ranges++ = source;
  }

  TextSink sink;
  TextTrace &trace;
  TextRange *ranges;
  const uint8_t *written = sink.position();
  TextRange here = {}, source = {};
};

} // namespace

bool Normalizer::walk(const TokenizerHeader &header, const NormalizerStep &step,
                      TextSpan text, uint8_t *&out, TextTrace *trace,
                      TextRange *ranges) {
  CharacterView table(header, step.characters);
  if (trace) {
    TracedTextSink sink(out, *trace, ranges);
    const bool right = CharacterWalk<TracedTextSink>(table, sink, marks)
                           .run(text.begin, text.end);
    out = sink.position();
    return right;
  }
  TextSink sink(out);
  const bool right =
      CharacterWalk<TextSink>(table, sink, marks).run(text.begin, text.end);
  out = sink.position();
  return right;
}

static size_t mostBytes(const NormalizerStep &step, size_t textBytes) {
  return textBytes * step.growth + size_t(step.text.count) + 16;
}

size_t Normalizer::mostBytes(const TokenizerHeader &header, size_t textBytes) {
  for (const NormalizerStep &step : normalizerSteps(header))
    textBytes = ::mostBytes(step, textBytes);
  return textBytes;
}

bool Normalizer::reserve(const TokenizerHeader &header, size_t textBytes) {
  size_t most = textBytes;
  for (const NormalizerStep &step : normalizerSteps(header)) {
    if (!marks.reserve(most * maxMarksPerByte + 1))
      return false;
    if (step.kind == NormalizerStepKind::Compose &&
        !codePoints.reserve(most * step.growth))
      return false;
    most = ::mostBytes(step, most);
  }
  size_t steps = normalizerSteps(header).size();
  return marks.reserve(textBytes * maxMarksPerByte + 1) &&
         (steps < 1 || texts[0].reserve(most)) &&
         (steps < 2 || texts[1].reserve(most));
}

static uint8_t *append(TextSpan text, uint8_t *out) {
  if (!text.empty()) // either may be null
    std::memcpy(out, text.begin, text.size());
  return out + text.size();
}

static bool isSpace(const TokenizerHeader &header, const uint8_t *character) {
  uint32_t length;
  return isInRanges(header, header.spaceRanges,
                    decodeCharacter(character, length));
}

static TextSpan strip(const TokenizerHeader &header, uint32_t flags,
                      TextSpan text) {
  if (flags & StripsLeft)
    while (!text.empty() && isSpace(header, text.begin))
      text.begin += characterLength(*text.begin);
  while ((flags & StripsRight) && !text.empty()) {
    const uint8_t *last = previousCharacter(text.end);
    if (!isSpace(header, last))
      break;
    text.end = last;
  }
  return text;
}

static bool dropsFirst(CharacterView table, TextSpan text) {
  uint32_t length;
  return entryAction(table[decodeCharacter(text.begin, length)]) ==
         CharacterAction::Drop;
}

bool Normalizer::runStep(const TokenizerHeader &header,
                         const NormalizerStep &step, Buffer<uint8_t> &buffer,
                         TextSpan &text, bool &atStart, TextTrace *trace,
                         Buffer<TextRange> *ranges) {
  if (step.kind == NormalizerStepKind::Strip) {
    TextSpan stripped = strip(header, step.flags, text);
    atStart &= stripped.begin == text.begin;
    text = stripped;
    return true;
  }
  const size_t most = ::mostBytes(step, text.size());
  if (!buffer.reserve(most) || (trace && !ranges->reserve(most)))
    return false;
  TextRange *to = trace ? ranges->data() : nullptr;
  TextSpan stepText = {sectionData<uint8_t>(header, step.text),
                       sectionData<uint8_t>(header, step.text) +
                           step.text.count};
  uint8_t *out = buffer.data();
  switch (step.kind) {
  case NormalizerStepKind::Characters:
    atStart &= !dropsFirst({header, step.characters}, text);
    if (!walk(header, step, text, out, trace, to))
      return false;
    break;
  case NormalizerStepKind::Compose:
    out = trace ? composeTraced(header, step, text, out, marks, codePoints,
                                *trace, to)
                : compose(header, step, text, out, marks, codePoints);
    if (!out)
      return false;
    break;
  case NormalizerStepKind::Charsmap:
    out = trace ? applyCharsmapTraced(header, step, text, out, *trace, to)
                : applyCharsmap(header, step, text, out);
    if (!out)
      return false;
    break;
  case NormalizerStepKind::Replace: {
    PatternScan scan({header, step.pattern}, text.begin, text.end);
    PatternScan::Part part;
    while (scan.next(part)) {
      // What takes the first characters' place counts as starting there.
      if (part.isMatch && part.begin == text.begin && stepText.empty())
        atStart = false;
      const TextSpan written =
          part.isMatch ? stepText : TextSpan{part.begin, part.end};
      out = append(written, out);
      // What is put in comes of the last character that it stands for.
      if (trace)
        for (size_t i = 0; i < written.size(); ++i)
          *to++ = trace->map.at(part.isMatch ? part.end - 1 : part.begin + i);
    }
    break;
  }
  case NormalizerStepKind::Prepend:
    out = append(text, append(stepText, out));
    if (trace) {
      to = std::fill_n(to, stepText.size(), trace->map.at(text.begin));
      std::copy_n(trace->map.ranges + (text.begin - trace->map.text),
                  text.size(), to);
    }
    break;
  case NormalizerStepKind::Strip:
    break;
  }
  text = {buffer.data(), out};
  if (trace)
    trace->map = {text.begin, ranges->data()};
  return true;
}

bool Normalizer::run(const TokenizerHeader &header, TextSpan &text,
                     bool &atStart, TextTrace *trace) {
  unsigned written = 0;
  for (const NormalizerStep &step : normalizerSteps(header)) {
    if (text.empty())
      return true; // no step makes something of nothing
    if (!runStep(header, step, texts[written % 2], text, atStart, trace,
                 trace ? &trace->normalized[written % 2] : nullptr))
      return false;
    if (step.kind != NormalizerStepKind::Strip)
      ++written;
  }
  return true;
}
