//===- vector_writer_test.cpp - Each format, byte by byte -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/vector_writer.h"
#include "test/unit/command/scratch_folder.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <sys/stat.h>
#include <thread>

using namespace emblem::command;

namespace {

const std::vector<std::vector<float>> twoVectors = {{1, -0.5f, 0.1f},
                                                    {0, 1e-7f, 3e20f}};

void writeAll(const std::vector<std::vector<float>> &vectors,
              VectorFormat format, OutputFile &output) {
  std::unique_ptr<VectorWriter> writer = makeVectorWriter(format, 3, output);
  for (size_t i = 0; i < vectors.size(); ++i)
    writer->write({static_cast<int64_t>(i), vectors[i],
                   static_cast<int64_t>(i + 4), i == 1});
  writer->finish();
}

std::string written(const std::vector<std::vector<float>> &vectors,
                    VectorFormat format) {
  ScratchFolder folder;
  OutputFile output;
  EXPECT_TRUE(output.open(folder.path("vectors").c_str()));
  writeAll(vectors, format, output);
  EXPECT_TRUE(output.commit());
  return folder.read("vectors");
}

std::string rawFloats(const std::vector<std::vector<float>> &vectors) {
  std::string bytes;
  for (const std::vector<float> &vector : vectors)
    bytes.append(reinterpret_cast<const char *>(vector.data()),
                 vector.size() * sizeof(float));
  return bytes;
}

/// Written by hand from NumPy's description of the format.
std::string npyHeader(const char *shape) {
  std::string header("\x93NUMPY\x01\x00\x76\x00", 10);
  header += "{'descr': '<f4', 'fortran_order': False, 'shape': ";
  header += shape;
  header += ", }";
  header.append(127 - header.size(), ' ');
  return header + "\n";
}

TEST(VectorWriter, JsonLines) {
  EXPECT_EQ(written(twoVectors, VectorFormat::JsonLines),
            "{\"index\":0,\"embedding\":[1,-0.5,0.1],\"tokens\":4,"
            "\"truncated\":false}\n"
            "{\"index\":1,\"embedding\":[0,1e-07,3e+20],\"tokens\":5,"
            "\"truncated\":true}\n");
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(
      written({{infinity, std::nanf(""), -infinity}}, VectorFormat::JsonLines),
      "{\"index\":0,\"embedding\":[null,null,null],\"tokens\":4,"
      "\"truncated\":false}\n");
}

TEST(VectorWriter, Text) {
  EXPECT_EQ(written(twoVectors, VectorFormat::Text),
            "1 -0.5 0.1\n0 1e-07 3e+20\n");
  EXPECT_EQ(written({}, VectorFormat::Text), "");
}

TEST(VectorWriter, Fvecs) {
  std::string dimension("\x03\x00\x00\x00", 4);
  EXPECT_EQ(written(twoVectors, VectorFormat::Fvecs),
            dimension + rawFloats({twoVectors[0]}) + dimension +
                rawFloats({twoVectors[1]}));
}

TEST(VectorWriter, Npy) {
  std::string bytes = written(twoVectors, VectorFormat::Npy);
  EXPECT_EQ(bytes, npyHeader("(2, 3)") + rawFloats(twoVectors));
  EXPECT_EQ((bytes.size() - rawFloats(twoVectors).size()) % 64, 0u);
  EXPECT_EQ(written({}, VectorFormat::Npy), npyHeader("(0, 3)"));
}

TEST(VectorWriter, NpyThroughAPipeIsTheSame) {
  ScratchFolder folder;
  std::string pipe = folder.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::vector<std::vector<float>> many(20'000, {1, 2, 3});
  std::string read;
  std::thread reader([&] { read = folder.read("pipe"); });
  OutputFile output;
  ASSERT_TRUE(output.open(pipe.c_str()));
  EXPECT_FALSE(output.seekable());
  writeAll(many, VectorFormat::Npy, output);
  EXPECT_TRUE(output.commit());
  reader.join();
  EXPECT_EQ(read, npyHeader("(20000, 3)") + rawFloats(many));
}

TEST(VectorWriter, AnUnfinishedNpyIsNoArray) {
  ScratchFolder folder;
  OutputFile output;
  ASSERT_TRUE(output.open(folder.path("vectors").c_str()));
  std::unique_ptr<VectorWriter> writer =
      makeVectorWriter(VectorFormat::Npy, 3, output);
  writer->write({0, twoVectors[0], 4, false});
  ASSERT_TRUE(output.commit());
  EXPECT_EQ(folder.read("vectors").substr(0, 6), std::string(6, '\0'));
}

TEST(VectorWriter, FloatsReadBackTheSame) {
  // Every exponent, with mantissas from a fixed sequence.
  uint32_t state = 1;
  for (uint32_t exponent = 0; exponent < 255; ++exponent)
    for (int i = 0; i < 200; ++i) {
      state = state * 1664525u + 1013904223u;
      uint32_t bits = (state & 0x807fffffu) | exponent << 23;
      std::string text;
      appendFloat(text, std::bit_cast<float>(bits));
      ASSERT_LE(text.size(), 17u);
      ASSERT_EQ(std::bit_cast<uint32_t>(strtof(text.c_str(), nullptr)), bits)
          << text;
    }
}

} // namespace
