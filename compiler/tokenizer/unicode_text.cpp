//===- unicode_text.cpp - Code points and UTF-8 ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/Support/ConvertUTF.h"

using namespace llvm;
using namespace emblem::frontend;

CodePoints emblem::frontend::decodeText(StringRef text) {
  CodePoints result;
  const auto *source = reinterpret_cast<const UTF8 *>(text.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(text.end());
  UTF32 c;
  while (source < end && convertUTF8Sequence(&source, end, &c,
                                             strictConversion) == conversionOK)
    result.push_back(c);
  return result;
}

std::string emblem::frontend::encodeText(ArrayRef<uint32_t> text) {
  std::string result;
  for (uint32_t c : text) {
    char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
    char *end = bytes;
    ConvertCodePointToUTF8(c, end);
    result.append(bytes, end);
  }
  return result;
}
