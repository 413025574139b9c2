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

#include <cstring>

using namespace emblem::runtime;

namespace {

/// Writes normalised text: a sink of `CharacterWalk`. The caller has reserved
/// the room.
class TextSink {
public:
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

} // namespace

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
                         TextSpan &text, bool &atStart) {
  if (step.kind == NormalizerStepKind::Strip) {
    TextSpan stripped = strip(header, step.flags, text);
    atStart &= stripped.begin == text.begin;
    text = stripped;
    return true;
  }
  if (!buffer.reserve(::mostBytes(step, text.size())))
    return false;
  TextSpan stepText = {sectionData<uint8_t>(header, step.text),
                       sectionData<uint8_t>(header, step.text) +
                           step.text.count};
  uint8_t *out = buffer.data();
  switch (step.kind) {
  case NormalizerStepKind::Characters: {
    CharacterView table(header, step.characters);
    atStart &= !dropsFirst(table, text);
    TextSink sink(out);
    if (!CharacterWalk<TextSink>(table, sink, marks).run(text.begin, text.end))
      return false;
    out = sink.position();
    break;
  }
  case NormalizerStepKind::Compose:
    out = compose(header, step, text, out, marks, codePoints);
    if (!out)
      return false;
    break;
  case NormalizerStepKind::Charsmap:
    out = applyCharsmap(header, step, text, out);
    break;
  case NormalizerStepKind::Replace: {
    PatternScan scan({header, step.pattern}, text.begin, text.end);
    PatternScan::Part part;
    while (scan.next(part)) {
      // What takes the first characters' place counts as starting there.
      if (part.isMatch && part.begin == text.begin && stepText.empty())
        atStart = false;
      out =
          append(part.isMatch ? stepText : TextSpan{part.begin, part.end}, out);
    }
    break;
  }
  case NormalizerStepKind::Prepend:
    out = append(text, append(stepText, out));
    break;
  case NormalizerStepKind::Strip:
    break;
  }
  text = {buffer.data(), out};
  return true;
}

bool Normalizer::run(const TokenizerHeader &header, TextSpan &text,
                     bool &atStart) {
  unsigned written = 0;
  for (const NormalizerStep &step : normalizerSteps(header)) {
    if (text.empty())
      return true; // no step makes something of nothing
    if (!runStep(header, step, texts[written % 2], text, atStart))
      return false;
    if (step.kind != NormalizerStepKind::Strip)
      ++written;
  }
  return true;
}
