//===- compose.cpp - Canonical composition --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/compose.h"

#include "runtime/tokenizer/character_walk.h"

#include <algorithm>
#include <cstring>

using namespace emblem::runtime;

namespace {

/// Collects code points: a sink of `CharacterWalk`. The caller has reserved the
/// room.
class CodePointSink {
public:
  static constexpr bool traces = false;

  explicit CodePointSink(uint32_t *out) : begin(out), out(out) {}

  void byte(uint8_t c) { *out++ = c; }
  void copy(const uint8_t *character, uint32_t length) {
    *out++ = decodeCharacter(character, length);
  }
  // A table that composes knows no words.
  bool space() { return false; }
  bool isolate(const uint8_t *, uint32_t) { return false; }

  size_t size() const { return size_t(out - begin); }

private:
  uint32_t *begin, *out;
};

/// The same, and how each changes the text (applyChanges).
class TracedCodePointSink : public CodePointSink {
public:
  static constexpr bool traces = true;

  TracedCodePointSink(uint32_t *out, TextTrace &trace, int32_t *changes)
      : CodePointSink(out), trace(trace), changes(changes) {}

  void at(const uint8_t *, uint32_t) { next = 0; }
  bool keepMark(uint32_t i) {
    if (i == 0)
      trace.marks.clear();
    const bool kept = trace.marks.push({uint32_t(next), 0});
    next = 1;
    return kept;
  }
  void atMark(uint32_t i) { mark = int32_t(trace.marks.data()[i].begin); }
  void afterMarks() { mark = none; }

  void byte(uint8_t c) {
    CodePointSink::byte(c);
    add();
  }
  void copy(const uint8_t *character, uint32_t length) {
    CodePointSink::copy(character, length);
    add();
  }

private:
  void add() {
    if (mark != none) {
      *changes++ = mark;
      return;
    }
    *changes++ = next;
    next = 1;
  }

  static constexpr int32_t none = -1;
  TextTrace &trace;
  int32_t *changes;
  int32_t next = 0;    // the first that comes of a character takes its place
  int32_t mark = none; // of a mark that waited
};

class Composer {
public:
  Composer(const TokenizerHeader &header, const NormalizerStep &step)
      : table(header, step.characters),
        pairs(sectionData<Composition>(header, step.compositions)),
        pairsEnd(pairs + step.compositions.count) {}

  CharacterView table;

  /// Neither changes nor composes with what stands before it.
  bool isStable(uint32_t entry) const {
    CharacterAction action = entryAction(entry);
    return action == CharacterAction::Keep ||
           (action == CharacterAction::Map && entryPayload(entry) < 0x80 &&
            entryNumber(entry) == composesBack) ||
           (action == CharacterAction::Sequence &&
            (entryNumber(entry) & composesBack));
  }

  /// Composes `count` code points, decomposed and in order; returns how many
  /// are left. `changes`, if any, are theirs.
  size_t composeAll(uint32_t *codePoints, size_t count,
                    int32_t *changes = nullptr) const {
    constexpr size_t none = size_t(-1);
    size_t starter = none, written = 0;
    uint32_t lastClass = 0; // of what follows the starter
    for (size_t i = 0; i < count; ++i) {
      uint32_t c = codePoints[i];
      uint32_t combiningClass = classOf(c);
      bool blocked =
          starter == none ||
          (written == starter + 1 ? false : lastClass >= combiningClass);
      if (!blocked)
        if (uint32_t composed = composePair(codePoints[starter], c)) {
          codePoints[starter] = composed;
          if (changes)
            changes[starter] += changes[i] - 1;
          continue;
        }
      if (combiningClass == 0)
        starter = written;
      lastClass = combiningClass;
      if (changes)
        changes[written] = changes[i];
      codePoints[written++] = c;
    }
    return written;
  }

private:
  uint32_t classOf(uint32_t c) const {
    uint32_t entry = table[c];
    return entryAction(entry) == CharacterAction::Mark ? entryNumber(entry) : 0;
  }

  /// 0: they do not compose.
  uint32_t composePair(uint32_t first, uint32_t second) const {
    // Hangul, by the arithmetic of the Unicode standard, section 3.12.
    if (first - 0x1100 < 19 && second - 0x1161 < 21)
      return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28;
    if (first - 0xAC00 < 11172 && (first - 0xAC00) % 28 == 0 &&
        second - 0x11A8 < 27)
      return first + (second - 0x11A7);
    const Composition *found =
        std::lower_bound(pairs, pairsEnd, Composition{first, second, 0},
                         [](const Composition &a, const Composition &b) {
                           return a.first < b.first ||
                                  (a.first == b.first && a.second < b.second);
                         });
    if (found == pairsEnd || found->first != first || found->second != second)
      return 0;
    return found->composed;
  }

  const Composition *pairs, *pairsEnd;
};

} // namespace

/// What composes together, from `begin` on.
struct Stretch {
  const uint8_t *begin; // before it nothing changes
  const uint8_t *end;
};

static Stretch nextStretch(const Composer &composer, const uint8_t *done,
                           const uint8_t *end) {
  // A character that is stable may still compose with what follows it, so the
  // last one before the first that is not is composed too.
  const uint8_t *last = done, *next = done;
  uint32_t length = 1;
  auto isStable = [&](const uint8_t *character) {
    return composer.isStable(
        composer.table[decodeCharacter(character, length)]);
  };
  for (; next < end && isStable(next); next += length)
    last = next;
  if (next == end)
    return {end, end};
  while (next < end && !isStable(next))
    next += length;
  return {last, next};
}

uint8_t *emblem::runtime::compose(const TokenizerHeader &header,
                                  const NormalizerStep &step, TextSpan text,
                                  uint8_t *out, Buffer<uint64_t> &marks,
                                  Buffer<uint32_t> &codePoints) {
  Composer composer(header, step);
  for (const uint8_t *done = text.begin; done < text.end;) {
    const Stretch stretch = nextStretch(composer, done, text.end);
    std::memcpy(out, done, size_t(stretch.begin - done));
    out += stretch.begin - done;
    done = stretch.end;
    if (!codePoints.reserve(size_t(done - stretch.begin) * step.growth))
      return nullptr;
    CodePointSink sink(codePoints.data());
    if (!CharacterWalk<CodePointSink>(composer.table, sink, marks)
             .run(stretch.begin, done))
      return nullptr;
    size_t count = composer.composeAll(codePoints.data(), sink.size());
    for (size_t i = 0; i < count; ++i)
      out += encodeCharacter(codePoints.data()[i], out);
  }
  return out;
}

uint8_t *emblem::runtime::composeTraced(const TokenizerHeader &header,
                                        const NormalizerStep &step,
                                        TextSpan text, uint8_t *out,
                                        Buffer<uint64_t> &marks,
                                        Buffer<uint32_t> &codePoints,
                                        TextTrace &trace, TextRange *ranges) {
  Composer composer(header, step);
  Buffer<int32_t> &changes = trace.changes;
  changes.clear();
  uint8_t *start = out;
  for (const uint8_t *done = text.begin; done < text.end;) {
    const Stretch stretch = nextStretch(composer, done, text.end);
    for (; done < stretch.begin; ++done) {
      *out++ = *done;
      if ((*done & 0xC0) != 0x80 && !changes.push(0))
        return nullptr;
    }
    done = stretch.end;
    const size_t most = size_t(done - stretch.begin) * step.growth;
    if (!codePoints.reserve(most) || !changes.reserve(changes.size() + most))
      return nullptr;
    int32_t *own = changes.data() + changes.size();
    TracedCodePointSink sink(codePoints.data(), trace, own);
    if (!CharacterWalk<TracedCodePointSink>(composer.table, sink, marks)
             .run(stretch.begin, done))
      return nullptr;
    size_t count = composer.composeAll(codePoints.data(), sink.size(), own);
    changes.advance(count);
    for (size_t i = 0; i < count; ++i)
      out += encodeCharacter(codePoints.data()[i], out);
  }
  applyChanges(trace.map, text.begin, text.end, start, out, changes.data(),
               ranges);
  return out;
}
