//===- printable_text.cpp - Strangers' text within a sentence -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/printable_text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

// Bytes of the character that `text` begins with; 0 where it is no UTF-8.
static size_t characterSize(StringRef text) {
  const auto *begin = reinterpret_cast<const UTF8 *>(text.data());
  size_t size = getNumBytesForUTF8(*begin);
  return size <= text.size() && isLegalUTF8Sequence(begin, begin + size) ? size
                                                                         : 0;
}

// Controls, ends of lines and paragraphs, and what turns the direction.
static bool isEscaped(UTF32 character) {
  auto within = [&](UTF32 first, UTF32 last) {
    return character >= first && character <= last;
  };
  return character < 0x20 || within(0x7F, 0x9F) || within(0x200E, 0x200F) ||
         within(0x2028, 0x202E) || within(0x2066, 0x2069) ||
         character == 0xFEFF;
}

static UTF32 decode(StringRef character) {
  const auto *at = reinterpret_cast<const UTF8 *>(character.data());
  UTF32 decoded = 0;
  (void)convertUTF8Sequence(&at, at + character.size(), &decoded,
                            strictConversion);
  return decoded;
}

static std::string escape(StringRef text) {
  std::string printed;
  while (!text.empty()) {
    size_t size = characterSize(text);
    StringRef character = text.take_front(std::max<size_t>(size, 1));
    text = text.drop_front(character.size());
    UTF32 code = size ? decode(character) : 0;
    if (character == "\n")
      printed += "\\n";
    else if (size && !isEscaped(code))
      printed += character;
    else if (code > 0xFF)
      printed += formatv("\\u{0:X-4}", code).str();
    else
      for (unsigned char byte : character)
        printed += {'\\', 'x', hexdigit(byte >> 4), hexdigit(byte & 15)};
  }
  return printed;
}

static bool continuesCharacter(char byte) { return (byte & 0xC0) == 0x80; }

std::string emblem::frontend::printableText(StringRef text, size_t most) {
  if (text.size() <= most)
    return escape(text);
  // A character is not cut: it has three bytes behind its first at most.
  size_t head = most * 2 / 3, tail = text.size() - most / 3;
  for (int i = 0; i < 3 && head > 0 && continuesCharacter(text[head]); ++i)
    --head;
  for (int i = 0; i < 3 && tail < text.size() && continuesCharacter(text[tail]);
       ++i)
    ++tail;
  return escape(text.take_front(head)) + "..." + escape(text.drop_front(tail));
}
