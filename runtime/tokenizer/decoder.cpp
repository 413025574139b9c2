//===- decoder.cpp - Text from token ids ----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/decoder.h"

#include "runtime/tokenizer/pattern_scan.h"
#include "runtime/tokenizer/utf8.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace emblem::runtime;

bool TokenList::write(std::string_view text) {
  if (text.empty())
    return true;
  if (!bytes.reserve(bytes.size() + text.size()))
    return false;
  std::memcpy(bytes.data() + bytes.size(), text.data(), text.size());
  bytes.advance(text.size());
  return true;
}

static std::string_view stepText(const TokenizerHeader &header,
                                 const DecoderStep &step) {
  return {sectionData<char>(header, step.text), size_t(step.text.count)};
}

/// Appends `text` with `to` for each `from` in it.
static bool writeReplaced(TokenList &list, std::string_view text,
                          std::string_view from, std::string_view to) {
  while (true) {
    const size_t at = from.empty() ? text.npos : text.find(from);
    if (!list.write({text.data(), std::min(at, text.size())}))
      return false;
    if (at == text.npos)
      return true;
    if (!list.write(to))
      return false;
    text.remove_prefix(at + from.size());
  }
}

//===----------------------------------------------------------------------===//
// The steps
//===----------------------------------------------------------------------===//

/// What the reference takes back of the spaces that a tokenizer put in, one
/// after the other.
static constexpr std::string_view cleanups[][2] = {
    {" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
    {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
    {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

bool Decoder::runWordPiece(const DecoderStep &step) {
  const std::string_view prefix = stepText(header, step);
  TokenList one, cleaned;
  for (size_t i = 0; i < tokens.size(); ++i) {
    std::string_view token = tokens[i];
    one.clear();
    const bool continues = i > 0 && token.starts_with(prefix);
    if (continues)
      token.remove_prefix(prefix.size());
    if ((i > 0 && !continues && !one.write(" ")) || !one.write(token) ||
        !one.end())
      return false;
    for (const auto &[from, to] : cleanups) {
      if (!(step.flags & DecoderCleansUp))
        break;
      cleaned.clear();
      if (!writeReplaced(cleaned, one[0], from, to) || !cleaned.end())
        return false;
      std::swap(one, cleaned);
    }
    if (!next.write(one[0]) || !next.end())
      return false;
  }
  return true;
}

/// The byte that one of GPT-2's letters stands for, or -1.
static int byteOf(uint32_t letter) {
  if ((letter >= 0x21 && letter <= 0x7E) ||
      (letter >= 0xA1 && letter <= 0xAC) || (letter >= 0xAE && letter <= 0xFF))
    return int(letter);
  // The others in their order, from U+0100 on.
  const uint32_t rank = letter - 0x100;
  if (rank <= 0x20)
    return int(rank);
  if (rank <= 0x42)
    return int(rank - 0x21 + 0x7F);
  return rank == 0x43 ? 0xAD : -1;
}

bool Decoder::runByteLevel() {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i];
    const size_t before = next.bytes.size();
    const auto *at = reinterpret_cast<const uint8_t *>(token.data());
    for (const uint8_t *end = at + token.size(); at < end;) {
      uint32_t length = characterLength(*at);
      const int byte =
          length <= size_t(end - at) ? byteOf(decodeCharacter(at, length)) : -1;
      at += length;
      if (byte >= 0 && next.bytes.push(uint8_t(byte)))
        continue;
      if (byte >= 0)
        return false;
      // A token with any other letter stands for itself.
      while (next.bytes.size() > before)
        next.bytes.dropLast();
      if (!next.write(token))
        return false;
      break;
    }
  }
  if (tokens.size() == 0)
    return true;
  std::string_view all(reinterpret_cast<const char *>(next.bytes.data()),
                       next.bytes.size());
  if (!repairUtf8(all, repaired))
    return false;
  if (all.data() == reinterpret_cast<const char *>(next.bytes.data()))
    return next.end();
  next.bytes.clear();
  return next.write(all) && next.end();
}

bool Decoder::runMetaspace(const DecoderStep &step) {
  uint8_t space[4];
  const std::string_view from(reinterpret_cast<const char *>(space),
                              encodeCharacter(step.character, space));
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool drops = i == 0 && (step.flags & DecoderDropsFirst);
    if (!writeReplaced(next, tokens[i], from, drops ? "" : " ") || !next.end())
      return false;
  }
  return true;
}

bool Decoder::runSuffix(const DecoderStep &step) {
  for (size_t i = 0; i < tokens.size(); ++i)
    if (!writeReplaced(next, tokens[i], stepText(header, step),
                       i + 1 == tokens.size() ? "" : " ") ||
        !next.end())
      return false;
  return true;
}

/// The byte of "<0x41>", or -1.
static int spelledByte(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>')
    return -1;
  auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  const int high = digit(token[3]), low = digit(token[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// Bytes that are no UTF-8 together become U+FFFD each, tokens of their own.
bool Decoder::endBytes(Buffer<uint8_t> &waiting) {
  if (waiting.empty())
    return true;
  std::string_view text(reinterpret_cast<const char *>(waiting.data()),
                        waiting.size());
  const char *data = text.data();
  if (!repairUtf8(text, repaired))
    return false;
  if (text.data() == data) {
    if (!next.write(text) || !next.end())
      return false;
  } else {
    for (size_t i = 0; i < waiting.size(); ++i)
      if (!next.write("\xEF\xBF\xBD") || !next.end())
        return false;
  }
  waiting.clear();
  return true;
}

bool Decoder::runByteFallback() {
  Buffer<uint8_t> waiting;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const int byte = spelledByte(tokens[i]);
    if (byte >= 0) {
      if (!waiting.push(uint8_t(byte)))
        return false;
      continue;
    }
    if (!endBytes(waiting) || !next.write(tokens[i]) || !next.end())
      return false;
  }
  return endBytes(waiting);
}

bool Decoder::runStrip(const DecoderStep &step) {
  uint8_t bytes[4];
  const std::string_view one(reinterpret_cast<const char *>(bytes),
                             encodeCharacter(step.character, bytes));
  for (size_t i = 0; i < tokens.size(); ++i) {
    std::string_view token = tokens[i];
    for (uint32_t k = 0; k < step.start && token.starts_with(one); ++k)
      token.remove_prefix(one.size());
    for (uint32_t k = 0; k < step.stop && token.ends_with(one); ++k)
      token.remove_suffix(one.size());
    if (!next.write(token) || !next.end())
      return false;
  }
  return true;
}

bool Decoder::runReplace(const DecoderStep &step) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i];
    const auto *begin = reinterpret_cast<const uint8_t *>(token.data());
    PatternScan scan({header, step.pattern}, begin, begin + token.size());
    PatternScan::Part part;
    while (scan.next(part))
      if (!next.write(
              part.isMatch
                  ? stepText(header, step)
                  : std::string_view(reinterpret_cast<const char *>(part.begin),
                                     size_t(part.end - part.begin))))
        return false;
    if (!next.end())
      return false;
  }
  return true;
}

bool Decoder::runStep(const DecoderStep &step) {
  switch (step.kind) {
  case DecoderStepKind::WordPiece:
    return runWordPiece(step);
  case DecoderStepKind::ByteLevel:
    return runByteLevel();
  case DecoderStepKind::Metaspace:
    return runMetaspace(step);
  case DecoderStepKind::Suffix:
    return runSuffix(step);
  case DecoderStepKind::ByteFallback:
    return runByteFallback();
  case DecoderStepKind::Fuse:
    return next.write({reinterpret_cast<const char *>(tokens.bytes.data()),
                       tokens.bytes.size()}) &&
           next.end();
  case DecoderStepKind::Strip:
    return runStrip(step);
  case DecoderStepKind::Replace:
    return runReplace(step);
  case DecoderStepKind::Unknown:
    break;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

bool Decoder::run(Buffer<uint8_t> &text, const char **problem) {
  static constexpr const char *noMemory = "there is no memory to decode tokens";
  const auto *steps = sectionData<DecoderStep>(header, header.decoder);
  for (uint64_t i = 0; i < header.decoder.count; ++i) {
    if (steps[i].kind == DecoderStepKind::Unknown) {
      static thread_local char sentence[160];
      const std::string_view name = stepText(header, steps[i]);
      std::snprintf(sentence, sizeof(sentence),
                    "the model's tokenizer decodes by '%.*s', which is not "
                    "supported",
                    int(std::min<size_t>(name.size(), 60)), name.data());
      *problem = sentence;
      return false;
    }
    next.clear();
    if (!runStep(steps[i])) {
      *problem = noMemory;
      return false;
    }
    std::swap(tokens, next);
  }
  const bool spaces = header.flags & TokenizerJoinsBySpaces;
  TokenList joined;
  for (size_t i = 0; i < tokens.size(); ++i)
    if ((spaces && i > 0 && !joined.write(" ")) || !joined.write(tokens[i])) {
      *problem = noMemory;
      return false;
    }
  if (!text.reserve(text.size() + joined.bytes.size())) {
    *problem = noMemory;
    return false;
  }
  if (joined.bytes.size())
    std::memcpy(text.data() + text.size(), joined.bytes.data(),
                joined.bytes.size());
  text.advance(joined.bytes.size());
  return true;
}
