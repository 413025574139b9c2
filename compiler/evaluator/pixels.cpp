//===- pixels.cpp - The pixels of images, from a file ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/pixels.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

using namespace llvm;
using namespace emblem::evaluator;

// The format is numpy's own: a magic, a version, the header's length, and the
// header, a dictionary as Python writes it.
Expected<Pixels> emblem::evaluator::readPixels(StringRef path) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return createStringError("cannot read the pixels '" + path +
                             "': " + file.getError().message());
  StringRef bytes = (*file)->getBuffer();
  auto wrong = [&](const Twine &what) {
    return createStringError("'" + path + "' " + what +
                             "; save the pixels with numpy, as float32 "
                             "[images, height, width, channels]");
  };
  if (!bytes.consume_front(StringRef("\x93NUMPY\x01\x00", 8)) ||
      bytes.size() < 2)
    return wrong("is no *.npy file of version 1");
  size_t length = support::endian::read16le(bytes.data());
  StringRef header = bytes.substr(2, length);
  StringRef data = bytes.drop_front(std::min(bytes.size(), 2 + length));
  if (!header.contains("'descr': '<f4'") ||
      !header.contains("'fortran_order': False"))
    return wrong("does not hold float32 in C's order");

  SmallVector<StringRef> words;
  SplitString(header.split('(').second.split(')').first, words, ", ");
  SmallVector<int64_t> sides;
  int64_t count = 1;
  for (StringRef word : words) {
    int64_t side;
    if (word.getAsInteger(10, side) || side < 1 || side > INT32_MAX ||
        count > INT32_MAX / side)
      return wrong("has a side that is none");
    sides.push_back(side);
    count *= side;
  }
  if (sides.size() != 4)
    return wrong("has " + Twine(sides.size()) + " sides");
  if (data.size() != count * sizeof(float))
    return wrong("is cut off");
  Pixels pixels = {sides[0], sides[1], sides[2], sides[3], {}};
  pixels.values.resize(count);
  std::memcpy(pixels.values.data(), data.data(), data.size());
  return pixels;
}
