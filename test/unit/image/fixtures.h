//===- fixtures.h - Pictures and what they must become ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_IMAGE_FIXTURES_H
#define EMBLEM_TEST_UNIT_IMAGE_FIXTURES_H

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// The bytes of a file in test/fixtures/images.
inline std::vector<uint8_t> readFixture(const std::string &name) {
  std::ifstream file(IMAGE_FIXTURES "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// FNV-1a, as make_images.py writes it.
inline std::string hashOf(const std::vector<uint8_t> &bytes) {
  uint64_t value = 0xcbf29ce484222325;
  for (const uint8_t byte : bytes)
    value = (value ^ byte) * 0x100000001b3;
  char text[17];
  snprintf(text, sizeof(text), "%016llx",
           static_cast<unsigned long long>(value));
  return text;
}

/// As noise() in make_images.py: bytes that look random, and of odd seeds only
/// 0 and 255.
inline std::vector<uint8_t> noise(uint32_t seed, size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) {
    uint32_t x = (uint32_t(i) + seed * 7919) * 2654435761u;
    x = (x ^ (x >> 15)) * 2246822519u;
    bytes[i] = uint8_t(x >> 24);
    if (seed % 2)
      bytes[i] = bytes[i] > 127 ? 255 : 0;
  }
  return bytes;
}

#endif // EMBLEM_TEST_UNIT_IMAGE_FIXTURES_H
