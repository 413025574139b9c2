//===- decoder.h - Text from token ids --------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_DECODER_H
#define EMBLEM_RUNTIME_TOKENIZER_DECODER_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/table_view.h"

#include <string_view>

namespace emblem::runtime {

/// All tokens' texts, as the vocabulary spells them.
struct TokenTexts {
  const char *bytes;
  const uint32_t *ends; // [count]
  int64_t count;

  /// Empty: there is no such token.
  std::string_view operator[](int32_t id) const {
    if (id < 0 || id >= count)
      return {};
    const uint32_t begin = id ? ends[id - 1] : 0;
    return begin < ends[id] ? std::string_view(bytes + begin, ends[id] - begin)
                            : std::string_view();
  }
};

/// Texts back to back: token i ends at ends[i].
struct TokenList {
  Buffer<uint8_t> bytes;
  Buffer<size_t> ends;

  size_t size() const { return ends.size(); }
  std::string_view operator[](size_t i) {
    const size_t begin = i ? ends.data()[i - 1] : 0;
    return {reinterpret_cast<const char *>(bytes.data()) + begin,
            ends.data()[i] - begin};
  }
  void clear() {
    bytes.clear();
    ends.clear();
  }
  /// Appends to the token that is being written. False: no memory.
  bool write(std::string_view text);
  /// Ends it.
  bool end() { return ends.push(bytes.size()); }
};

/// Runs the steps of a tokenizer's decoder over tokens. Allocates.
class Decoder {
public:
  Decoder(const TokenizerHeader &header, const TokenTexts &texts)
      : header(header), texts(texts) {}

  /// False: no memory. An id without a token adds none.
  bool add(int32_t id) {
    const std::string_view text = texts[id];
    return text.empty() || (tokens.write(text) && tokens.end());
  }

  /// Appends the text of all that was added. False: `problem` says why not.
  bool run(Buffer<uint8_t> &text, const char **problem);

private:
  /// From `tokens` to `next`. False: no memory.
  bool runStep(const DecoderStep &step);
  bool runWordPiece(const DecoderStep &step);
  bool runByteLevel();
  bool runMetaspace(const DecoderStep &step);
  bool runSuffix(const DecoderStep &step);
  bool runByteFallback();
  bool runStrip(const DecoderStep &step);
  bool runReplace(const DecoderStep &step);
  bool endBytes(Buffer<uint8_t> &waiting);

  const TokenizerHeader &header;
  TokenTexts texts;
  TokenList tokens, next;
  Buffer<uint8_t> repaired;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_DECODER_H
