//===- error_sentence.cpp - An error as it is printed ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/error_sentence.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

std::string emblem::frontend::toSentence(Error error) {
  std::string sentence;
  for (unsigned char c : toString(std::move(error)))
    if (c == '\n')
      sentence += "\\n";
    else if (c < 0x20 || c == 0x7F)
      sentence += {'\\', 'x', hexdigit(c >> 4), hexdigit(c & 15)};
    else
      sentence += static_cast<char>(c);
  return sentence;
}
