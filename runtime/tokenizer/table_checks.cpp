//===- table_checks.cpp - Whether the tables hold together ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/table_checks.h"

#include "runtime/tokenizer/table_view.h"

using namespace emblem::runtime;

static bool fits(TableSection section, uint64_t elementBytes, uint64_t bytes) {
  return section.offset % tokenizerAlignment == 0 && section.offset <= bytes &&
         section.count <= (bytes - section.offset) / elementBytes;
}

static bool fits(const CharacterTable &table, uint64_t bytes) {
  return fits(table.blocks, sizeof(uint16_t), bytes) &&
         fits(table.entries, sizeof(uint32_t), bytes) &&
         fits(table.elements, sizeof(uint32_t), bytes);
}

static bool isWhole(const CharacterTable &table) {
  return table.blocks.count == codePoints / characterBlockSize &&
         table.entries.count >= characterBlockSize;
}

static bool fits(const PatternTable &table, uint64_t bytes) {
  return fits(table.blocks, sizeof(uint16_t), bytes) &&
         fits(table.classes, sizeof(uint8_t), bytes) &&
         fits(table.transitions, sizeof(uint32_t), bytes);
}

static bool isWhole(const PatternTable &table) {
  return table.blocks.count == codePoints / characterBlockSize &&
         table.classes.count >= characterBlockSize &&
         table.textStart < table.transitions.count &&
         table.laterStart < table.transitions.count;
}

static bool rootFits(const TokenizerHeader &header, uint32_t root) {
  return root < header.trie.count;
}

static bool fits(const TokenizerHeader &header, const NormalizerStep &step) {
  uint64_t bytes = header.bytes;
  if (!fits(step.characters, bytes) || !fits(step.pattern, bytes) ||
      !fits(step.text, 1, bytes) ||
      !fits(step.compositions, sizeof(Composition), bytes) || !step.growth)
    return false;
  switch (step.kind) {
  case NormalizerStepKind::Characters:
  case NormalizerStepKind::Compose:
    return isWhole(step.characters);
  case NormalizerStepKind::Charsmap:
    return isWhole(step.pattern) && rootFits(header, step.root);
  case NormalizerStepKind::Replace:
    return isWhole(step.pattern);
  case NormalizerStepKind::Prepend:
  case NormalizerStepKind::Strip:
    return true;
  }
  return false;
}

static bool fits(const TokenizerHeader &header, const WordStep &step,
                 uint32_t &rewrites) {
  uint64_t bytes = header.bytes;
  if (!fits(step.pattern, bytes) || !fits(step.text, 1, bytes) ||
      !fits(step.prefix, 1, bytes))
    return false;
  switch (step.kind) {
  case WordStepKind::Split:
    return isWhole(step.pattern) &&
           step.behavior <= SplitBehavior::MergedWithNext;
  case WordStepKind::Rewrite:
    return step.from <= codePoints && ++rewrites <= maxRewrites;
  }
  return false;
}

static bool modelFits(const TokenizerHeader &header) {
  const ModelTable &model = header.model;
  uint64_t bytes = header.bytes;
  if (!rootFits(header, model.wordRoot) || !rootFits(header, model.partRoot) ||
      !fits(model.byteIds, sizeof(int32_t), bytes) ||
      !fits(model.merges, sizeof(Merge), bytes) ||
      !fits(model.scores, sizeof(double), bytes))
    return false;
  bool needsBytes = model.flags & (ModelTakesBytes | ModelFallsBack);
  bool marksEnds = model.flags & ModelMarksWordEnds;
  if (marksEnds && !(model.flags & ModelTakesBytes))
    return false;
  if (model.byteIds.count != (needsBytes ? (marksEnds ? 512 : 256) : 0))
    return false;
  switch (model.kind) {
  case ModelKind::WordPiece:
  case ModelKind::WordLevel:
    return true;
  case ModelKind::BytePair:
    return model.merges.count &&
           (model.merges.count & (model.merges.count - 1)) == 0;
  case ModelKind::Unigram:
    return model.scores.count <= header.vocabularySize;
  }
  return false;
}

static bool templateFits(const TokenizerHeader &header, TableSection section,
                         bool isPair) {
  if (!fits(section, sizeof(TemplatePiece), header.bytes))
    return false;
  const auto *pieces = sectionData<TemplatePiece>(header, section);
  uint64_t first = 0, second = 0;
  for (uint64_t i = 0; i < section.count; ++i) {
    first += pieces[i].id == firstText;
    second += pieces[i].id == secondText;
    if (pieces[i].id < secondText)
      return false;
  }
  return first == 1 && second == (isPair ? 1 : 0);
}

static bool decoderFits(const TokenizerHeader &header) {
  const uint64_t bytes = header.bytes;
  if (!fits(header.decoder, sizeof(DecoderStep), bytes) ||
      !fits(header.specialIds, sizeof(int32_t), bytes) ||
      !fits(header.edges, 1, bytes))
    return false;
  const auto *steps = sectionData<DecoderStep>(header, header.decoder);
  for (uint64_t i = 0; i < header.decoder.count; ++i)
    if (steps[i].kind > DecoderStepKind::Unknown ||
        !fits(steps[i].pattern, bytes) || !fits(steps[i].text, 1, bytes) ||
        (steps[i].kind == DecoderStepKind::Replace &&
         !isWhole(steps[i].pattern)))
      return false;
  return true;
}

bool emblem::runtime::sectionsFit(const TokenizerHeader &header) {
  uint64_t bytes = header.bytes;
  if (!fits(header.trie, sizeof(uint32_t), bytes) ||
      header.trie.count % 256 != 0 ||
      !(header.addedRoot == noTrie || rootFits(header, header.addedRoot)) ||
      !(header.normalizedAddedRoot == noTrie ||
        rootFits(header, header.normalizedAddedRoot)) ||
      !fits(header.added, sizeof(AddedTokenEntry), bytes) ||
      !fits(header.wordRanges, sizeof(CodePointRange), bytes) ||
      !fits(header.spaceRanges, sizeof(CodePointRange), bytes) ||
      !fits(header.normalizer, sizeof(NormalizerStep), bytes) ||
      !fits(header.words, bytes) ||
      !fits(header.wordSteps, sizeof(WordStep), bytes))
    return false;
  for (TableSection part : header.pairText)
    if (!fits(part, 1, bytes))
      return false;
  if (!fits(header.pairSuffix, sizeof(int32_t), bytes))
    return false;
  const auto *normalizer =
      sectionData<NormalizerStep>(header, header.normalizer);
  for (uint64_t i = 0; i < header.normalizer.count; ++i)
    if (!fits(header, normalizer[i]))
      return false;
  const auto *words = sectionData<WordStep>(header, header.wordSteps);
  uint32_t rewrites = 0;
  for (uint64_t i = 0; i < header.wordSteps.count; ++i)
    if (!fits(header, words[i], rewrites))
      return false;
  bool walks = header.words.blocks.count != 0;
  return decoderFits(header) &&
         (!walks || (isWhole(header.words) && header.wordSteps.count == 0 &&
                     header.model.kind == ModelKind::WordPiece)) &&
         modelFits(header) &&
         templateFits(header, header.single, /*isPair=*/false) &&
         templateFits(header, header.pair, /*isPair=*/true);
}
