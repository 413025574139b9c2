//===- probe.cpp - Inputs for comparing two precisions --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/probe.h"

#include "compiler/accuracy/probe_texts.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

#include <bit>
#include <random>

using namespace emblem;
using namespace emblem::accuracy;

/// Texts of 1 to 64 tokens; the longest is the last, of up to 200.
static TokenBatch randomBatch(const EmblemModelTable &table) {
  // The generator's numbers are the standard's; its distributions' are not.
  std::mt19937_64 generator(4);
  auto upTo = [&](int64_t last) { return 1 + int64_t(generator() % last); };
  TokenBatch batch;
  size_t count = probeTexts().size();
  for (size_t text = 0; text < count; ++text) {
    int64_t length = text + 1 == count ? 200 : upTo(64);
    std::vector<int32_t> ids(std::min(length, table.max_tokens));
    for (int32_t &id : ids)
      id = upTo(table.vocabulary_size) - 1;
    // Of a pair, the second half is the second text.
    std::vector<int32_t> types(ids.size());
    if (table.token_types > 1)
      std::fill(types.begin() + types.size() / 2, types.end(), 1);
    batch.add(ids, types);
  }
  return batch;
}

TokenBatch accuracy::pictureBatch(const EmblemModelTable &table, size_t count) {
  TokenBatch batch;
  // An image has max_positions tokens (model_table.h).
  std::vector<int32_t> ids(table.max_positions);
  for (size_t picture = 0; picture < count; ++picture)
    batch.add(ids);
  batch.pixels = makeProbePictures(*table.image);
  batch.pixels.resize(batch.pixels.size() / kProbePictures * count);
  return batch;
}

llvm::StringRef Probe::noun() const {
  if (kind == Kind::Images)
    return "images";
  return arePairs() ? "pairs" : "texts";
}

llvm::Expected<TokenBatch>
accuracy::tokenize(InProcessModel &model,
                   llvm::ArrayRef<llvm::StringRef> texts) {
  TokenBatch batch;
  for (llvm::StringRef text : texts) {
    if (model.table().input == EMBLEM_TAKES_PAIRS) {
      auto [first, second] = text.split('\t');
      if (llvm::Error error = model.tokenizePair(first, second, batch))
        return error;
      continue;
    }
    llvm::Expected<std::vector<int32_t>> ids = model.tokenize(text);
    if (!ids)
      return ids.takeError();
    if (!ids->empty())
      batch.add(*ids);
  }
  return batch;
}

/// Each text with itself or with the next one, so that good pairs and bad ones
/// are among them.
static std::vector<std::string> probePairs() {
  llvm::ArrayRef<llvm::StringLiteral> texts = probeTexts();
  std::vector<std::string> pairs;
  for (size_t i = 0; i < texts.size(); ++i)
    pairs.push_back(
        (texts[i] + "\t" + texts[(i + i % 2) % texts.size()]).str());
  return pairs;
}

llvm::Expected<Probe> accuracy::makeProbe(InProcessModel &model) {
  using Kind = Probe::Kind;
  if (model.table().input == EMBLEM_TAKES_IMAGES)
    return Probe{pictureBatch(model.table()), Kind::Images};
  bool pairs = model.table().input == EMBLEM_TAKES_PAIRS;
  auto random = [&] {
    return Probe{randomBatch(model.table()),
                 pairs ? Kind::RandomPairs : Kind::RandomTexts};
  };
  if (!model.table().tokenizer)
    return random();
  std::vector<std::string> paired = probePairs();
  llvm::SmallVector<llvm::StringRef> texts(probeTexts().begin(),
                                           probeTexts().end());
  if (pairs)
    texts.assign(paired.begin(), paired.end());
  llvm::Expected<TokenBatch> batch = tokenize(model, texts);
  if (!batch)
    return batch.takeError();
  // Of a vocabulary that has none of the words, every text would be one id.
  if (batch->texts() == 0 || llvm::all_equal(batch->ids))
    return random();
  return Probe{std::move(*batch), pairs ? Kind::Pairs : Kind::Texts};
}

template <typename T> static uint64_t hashOf(llvm::ArrayRef<T> values) {
  static_assert(sizeof(T) == 4);
  std::vector<uint8_t> bytes(values.size() * 4);
  for (size_t i = 0; i < values.size(); ++i)
    llvm::support::endian::write32le(&bytes[i * 4],
                                     std::bit_cast<uint32_t>(values[i]));
  return llvm::xxh3_64bits(bytes);
}

uint64_t accuracy::hashContents(const TokenBatch &batch) {
  return batch.pixels.empty() ? hashOf(llvm::ArrayRef(batch.ids))
                              : hashOf(llvm::ArrayRef(batch.pixels));
}
