//===- text_encoder.cpp - Texts to token ids, on threads ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/text_encoder.h"

#include "emblem/model_table.h"
#include "runtime/model/share_work.h"
#include "runtime/table/error.h"

#include <algorithm>

using namespace emblem::runtime;

/// Ids of a wave, at most (unless one text may have more).
static constexpr int64_t waveIdCount = int64_t(1) << 18;
static constexpr int64_t mostWaveTexts = 256;

/// Texts of up to so many bytes are tokenized without allocating from the first
/// one on, and those of up to `mostReservedBytes` once one as long was there. A
/// thread takes memory for longer ones as it meets them: beforehand it would be
/// too much on many threads.
static constexpr size_t firstReservedBytes = size_t(16) << 10;
static constexpr size_t mostReservedBytes = size_t(1) << 20;

/// Below this the tokenizer is done before another thread is awake.
static constexpr size_t bytesWorthThreads = 4096;

EmblemStatus TextEncoder::open(const EmblemModelTable &newTable,
                               int newThreads) {
  table = &newTable;
  const EmblemModelTable &table = newTable;
  if (!table.tokenizer)
    return EMBLEM_OK;
  const char *error = nullptr;
  if (!Tokenizer::open(table.tokenizer, size_t(table.tokenizer_bytes),
                       tokenizer, &error))
    return fail(EMBLEM_CANNOT_LOAD, "the model's tokenizer is damaged: %s",
                error ? error : "its tables are not right");
  threads = newThreads;
  maxTokens = table.max_tokens;
  wave = std::clamp<int64_t>(waveIdCount / maxTokens, 1, mostWaveTexts);
  const bool pairs = table.input == EMBLEM_TAKES_PAIRS;
  const size_t idCount = size_t((wave + 1) * maxTokens) * (pairs ? 2 : 1);
  static_assert(alignof(Encoding) <= 64);
  const size_t idBytes = (idCount * sizeof(int32_t) + 63) / 64 * 64;
  if (!memory.allocate(idBytes + size_t(wave) * sizeof(Encoding)))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the token ids of %lld texts",
                static_cast<long long>(wave));
  waveIds = reinterpret_cast<int32_t *>(memory.data());
  singleIds = waveIds + wave * maxTokens;
  if (pairs) {
    waveTypes = singleIds + maxTokens;
    singleTypes = waveTypes + wave * maxTokens;
  }
  encodings = reinterpret_cast<Encoding *>(memory.data() + idBytes);
  if (!scratches.allocate(size_t(threads) + 1) ||
      !reserve(firstReservedBytes) ||
      !tokenizer.reserve(firstReservedBytes, scratches[size_t(threads)]))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the tokenizer of %d threads", threads);
  for (int i = 0; pairs && i <= threads; ++i)
    if (!tokenizer.reservePairs(maxTokens, scratches[size_t(i)]))
      return fail(EMBLEM_OUT_OF_MEMORY,
                  "there is no memory for the pairs of %d threads", threads);
  if (!countPromptTokens())
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the tokens of the prompts");
  opened = true;
  return EMBLEM_OK;
}

bool TextEncoder::reserve(size_t textBytes) {
  reservedBytes = textBytes;
  for (int i = 0; i < threads; ++i)
    if (!tokenizer.reserve(textBytes, scratches[size_t(i)]))
      return false;
  return true;
}

bool emblem::runtime::leavesPromptsOut(const EmblemModelTable &table) {
  const auto *header = static_cast<const TokenizerHeader *>(table.tokenizer);
  return header && size_t(table.tokenizer_bytes) >= sizeof(TokenizerHeader) &&
         (header->flags & TokenizerLeavesPromptsOut);
}

// As Sentence Transformers counts them: those of the prompt as if it were a
// text, less a special one at its end.
bool TextEncoder::countPromptTokens() {
  if (!leavesPromptsOut(*table))
    return true;
  if (!promptCounts.allocate(size_t(table->prompt_count)))
    return false;
  tokensOfPrompts = promptCounts.data();
  const auto *bytes = static_cast<const char *>(table->tokenizer);
  const auto *header = static_cast<const TokenizerHeader *>(table->tokenizer);
  const auto *pieces =
      reinterpret_cast<const TemplatePiece *>(bytes + header->single.offset);
  const bool endsSpecial = pieces[header->single.count - 1].id != firstText;
  for (int64_t i = 0; i < table->prompt_count; ++i) {
    const std::string_view text = table->prompts[i].text;
    const Encoding encoding = tokenizer.encode(text, maxTokens, singleIds,
                                               scratches[size_t(threads)]);
    if (encoding.count < 0)
      return false;
    promptCounts[size_t(i)] =
        std::max<int64_t>(encoding.count - endsSpecial, 0);
  }
  return true;
}

int64_t TextEncoder::promptTokens(EmblemText text, int64_t count) const {
  if (!tokensOfPrompts)
    return 0;
  const std::string_view whole(text.data, text.size);
  size_t longest = 0;
  int64_t tokens = 0;
  for (int64_t i = 0; i < table->prompt_count; ++i) {
    const std::string_view prompt = table->prompts[i].text;
    if (prompt.size() > longest && whole.starts_with(prompt)) {
      longest = prompt.size();
      tokens = tokensOfPrompts[i];
    }
  }
  return std::max<int64_t>(std::min(tokens, count - 1), 0);
}

static size_t totalBytes(const EmblemText &text) { return text.size; }
static size_t totalBytes(const EmblemPair &pair) {
  return pair.first.size + pair.second.size;
}

Encoding TextEncoder::encode(EmblemText text, CutRules cut, int32_t *ids,
                             int32_t *, TokenPlace *places,
                             Tokenizer::Scratch &scratch) const {
  return tokenizer.encode({text.data, text.size},
                          std::min(cut.mostTokens, maxTokens), ids, scratch,
                          {cut.side, places});
}

Encoding TextEncoder::encode(EmblemPair pair, CutRules cut, int32_t *ids,
                             int32_t *types, TokenPlace *places,
                             Tokenizer::Scratch &scratch) const {
  return tokenizer.encodePair({pair.first.data, pair.first.size},
                              {pair.second.data, pair.second.size},
                              std::min(cut.mostTokens, maxTokens), ids, types,
                              scratch, {cut.side, places});
}

template <typename InputT>
void TextEncoder::encode(const InputT *newTexts, int64_t newCount,
                         ThreadPool &pool, const EmblemOptions &options,
                         CutRules newRules) {
  rules = newRules;
  texts = newTexts;
  count = newCount;
  claimed.store(0, std::memory_order_relaxed);
  size_t bytes = 0, longest = 0;
  for (int64_t i = 0; i < count; ++i) {
    bytes += totalBytes(newTexts[i]);
    longest = std::max(longest, totalBytes(newTexts[i]));
  }
  longest = std::min(longest, mostReservedBytes);
  if (longest > reservedBytes)
    (void)reserve(longest); // refused, the text may still have what it needs
  if (count == 1 || bytes < bytesWorthThreads)
    return encodeShare<InputT>(0);
  shareWork(
      pool, options, threads,
      [](void *encoder, int thread) {
        static_cast<TextEncoder *>(encoder)->encodeShare<InputT>(thread);
      },
      this);
}

template <typename InputT> void TextEncoder::encodeShare(int thread) {
  Tokenizer::Scratch &scratch = scratches[size_t(thread)];
  for (int64_t i;
       (i = claimed.fetch_add(1, std::memory_order_relaxed)) < count;)
    encodings[i] = encode(static_cast<const InputT *>(texts)[i], rules,
                          waveIds + i * maxTokens,
                          waveTypes ? waveTypes + i * maxTokens : nullptr,
                          /*places=*/nullptr, scratch);
}

template <typename InputT>
void TextEncoder::encodeOne(InputT text, CutRules cut, bool places, Use use,
                            void *context) {
  Locked lock(single);
  Tokenizer::Scratch &scratch = scratches[size_t(threads)];
  (void)tokenizer.reserve(std::min(totalBytes(text), mostReservedBytes),
                          scratch);
  Encoding encoding = {-1, false}; // no memory
  if (!places || singlePlaces.reserve(size_t(maxTokens)))
    encoding = encode(text, cut, singleIds, singleTypes,
                      places ? singlePlaces.data() : nullptr, scratch);
  use(context, {singleIds, singleTypes, places ? singlePlaces.data() : nullptr,
                encoding});
}

// Where nobody scores pairs, the linker drops theirs.
template void TextEncoder::encode(const EmblemText *, int64_t, ThreadPool &,
                                  const EmblemOptions &, CutRules);
template void TextEncoder::encode(const EmblemPair *, int64_t, ThreadPool &,
                                  const EmblemOptions &, CutRules);
template void TextEncoder::encodeOne(EmblemText, CutRules, bool, Use, void *);
template void TextEncoder::encodeOne(EmblemPair, CutRules, bool, Use, void *);
