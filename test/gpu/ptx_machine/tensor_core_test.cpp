//===- tensor_core_test.cpp - Layouts of ldmatrix and mma -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <gtest/gtest.h>

using namespace emblem::ptx;

namespace {

// The PTX ISA's "Matrix Fragments for mma", written out: where element i of
// lane's part of A (16 x K), B (K x 8) and C (16 x 8) lies.
struct Place {
  int row, column;
};
struct Layout {
  int depth;      // K
  int inRegister; // elements of 32 bits: 1, 2 or 4
  bool twoSteps;  // of K

  Place a(int lane, int i) const {
    int group = lane >> 2, inGroup = lane % 4;
    int half = i / inRegister;
    return {half % 2 ? group + 8 : group, inGroup * inRegister +
                                              i % inRegister +
                                              (half / 2) * 4 * inRegister};
  }
  Place b(int lane, int i) const {
    int group = lane >> 2, inGroup = lane % 4;
    return {inGroup * inRegister + i % inRegister +
                (i / inRegister) * 4 * inRegister,
            group};
  }
  static Place c(int lane, int i) {
    int group = lane >> 2, inGroup = lane % 4;
    return {i < 2 ? group : group + 8, inGroup * 2 + (i & 1)};
  }
  int countA() const { return inRegister * (twoSteps ? 4 : 2); }
  int countB() const { return inRegister * (twoSteps ? 2 : 1); }
};

using Encode = uint32_t (*)(int);

// Small integers, so that every sum is exact; C is 1000 row + column.
struct Product {
  Layout layout;
  std::string opcode;
  Encode encodeA, encodeB;
  int (*valueA)(int row, int k);
  int (*valueB)(int k, int column);
  bool integers;

  void check() const;
};

void Product::check() const {
  int registersA = layout.countA() / layout.inRegister;
  int registersB = layout.countB() / layout.inRegister;
  int bits = 32 / layout.inRegister;
  // Each lane has 16 words of input: A's, B's from 4 on, C's from 8 on.
  std::string body = "mad.wide.u32 %q1, %thread, 64, %in;\n"
                     "mad.wide.u32 %q2, %thread, 16, %out;\n";
  auto list = [&](int first, int count, int at) {
    std::string result;
    for (int i = 0; i < count; ++i) {
      std::string name = "%r" + std::to_string(first + i);
      body += "ld.global.b32 " + name + ", [%q1+" +
              std::to_string(4 * (at + i)) + "];\n";
      result += (i ? ", " : "") + name;
    }
    return "{" + result + "}";
  };
  std::string a = list(1, registersA, 0), b = list(11, registersB, 4),
              c = list(21, 4, 8);
  body += opcode + " {%r31, %r32, %r33, %r34}, " + a + ", " + b + ", " + c +
          ";\nst.global.v4.b32 [%q2], {%r31, %r32, %r33, %r34};";
  TestKernel kernel(body);
  kernel.input.assign(16 * 32, 0);
  kernel.outputBytes = 16 * 32;
  for (int lane = 0; lane < 32; ++lane) {
    uint32_t *words = &kernel.input[16 * lane];
    for (int i = 0; i < layout.countA(); ++i) {
      Place place = layout.a(lane, i);
      words[i / layout.inRegister] |= encodeA(valueA(place.row, place.column))
                                      << i % layout.inRegister * bits % 32;
    }
    for (int i = 0; i < layout.countB(); ++i) {
      Place place = layout.b(lane, i);
      words[4 + i / layout.inRegister] |=
          encodeB(valueB(place.row, place.column))
          << i % layout.inRegister * bits % 32;
    }
    for (int i = 0; i < 4; ++i) {
      Place place = Layout::c(lane, i);
      int value = 1000 * place.row + place.column;
      words[8 + i] = integers ? static_cast<uint32_t>(value)
                              : toBits(static_cast<float>(value));
    }
  }
  ASSERT_TRUE(kernel.run().faults.empty());
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 4; ++i) {
      Place place = Layout::c(lane, i);
      int want = 1000 * place.row + place.column;
      for (int k = 0; k < layout.depth; ++k)
        want += valueA(place.row, k) * valueB(k, place.column);
      auto word = kernel.outputAt<uint32_t>(16 * lane + 4 * i);
      int got =
          integers ? static_cast<int>(word) : static_cast<int>(fromBits(word));
      ASSERT_EQ(got, want) << opcode << " lane " << lane << " element " << i;
    }
}

uint32_t brain(int value) { return toBits(static_cast<float>(value)) >> 16; }
uint32_t single(int value) { return toBits(static_cast<float>(value)); }
uint32_t byte(int value) { return static_cast<uint8_t>(value); }
// Integers up to 2048 as binary16, by its definition.
uint32_t half(int value) {
  uint32_t sign = value < 0 ? 0x8000 : 0;
  uint32_t magnitude = static_cast<uint32_t>(value < 0 ? -value : value);
  if (!magnitude)
    return sign;
  int exponent = 31 - __builtin_clz(magnitude);
  return sign | static_cast<uint32_t>(exponent + 15) << 10 |
         ((magnitude << (10 - exponent)) & 0x3ff);
}

int left(int row, int k) { return (row * 7 + k * 3) % 19 - 9; }
int right(int k, int column) { return (column * 5 + k * 11) % 17 - 8; }
int leftByte(int row, int k) { return (row * 37 + k * 53) % 255 - 127; }
int leftUnsigned(int row, int k) { return (row * 37 + k * 53) % 256; }
int rightByte(int k, int column) { return (column * 41 + k * 29) % 255 - 127; }

TEST(TensorCore, ProductsOfBrainNumbers) {
  Product{{16, 2, true}, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32",
          brain,         brain,
          left,          right,
          false}
      .check();
  Product{{8, 2, false}, "mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32",
          brain,         brain,
          left,          right,
          false}
      .check();
}

TEST(TensorCore, ProductsOfHalfNumbers) {
  Product{{16, 2, true}, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32",
          half,          half,
          left,          right,
          false}
      .check();
}

TEST(TensorCore, ProductsOfTensorFloats) {
  Product{{8, 1, true}, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32",
          single,       single,
          left,         right,
          false}
      .check();
  Product{{4, 1, false}, "mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32",
          single,        single,
          left,          right,
          false}
      .check();
}

TEST(TensorCore, ProductsOfBytes) {
  Product{{32, 4, true}, "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32",
          byte,          byte,
          leftByte,      rightByte,
          true}
      .check();
  Product{{32, 4, true}, "mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32",
          byte,          byte,
          leftUnsigned,  rightByte,
          true}
      .check();
  Product{{16, 4, false},
          "mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32",
          byte,
          byte,
          leftByte,
          rightByte,
          true}
      .check();
}

TEST(TensorCore, IntegersWrapAroundOrSaturate) {
  auto sum = [](const std::string &saturation) {
    TestKernel kernel(
        "mov.b32 %r1, 0x01010101;\nmov.b32 %r2, 0x7fffffff;\n"
        "mma.sync.aligned.m16n8k32.row.col" +
        saturation +
        ".s32.s8.s8.s32 {%r3, %r4, %r5, %r6}, {%r1, %r1, %r1, %r1}, "
        "{%r1, %r1}, {%r2, %r2, %r2, %r2};\nst.global.b32 [%yours], %r3;");
    EXPECT_TRUE(kernel.run().faults.empty());
    return kernel.outputAt<uint32_t>(0);
  };
  EXPECT_EQ(sum(""), 0x8000001fu);
  EXPECT_EQ(sum(".satfinite"), 0x7fffffffu);
}

TEST(TensorCore, HalfNumbersOfEveryKind) {
  // One of A's elements in a row of zeros: subnormal, infinite, negative.
  for (auto [bits, value] : {std::pair<uint32_t, float>{0x0001, 0x1p-24f},
                             {0x83ff, -0x1.ff8p-15f},
                             {0x7bff, 65504.0f},
                             {0x8000, 0.0f}}) {
    TestKernel kernel(
        "mov.b32 %r1, " + std::to_string(bits) + ";\nmov.b32 %r2, 0;\n" +
        "mov.b32 %r7, 0x3c00;\n" +
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%r3, %r4, %r5, "
        "%r6}, {%r1, %r2, %r2, %r2}, {%r7, %r2}, {%r2, %r2, %r2, %r2};\n"
        "st.global.b32 [%yours], %r3;");
    EXPECT_TRUE(kernel.run().faults.empty());
    // Lane 0 has row 0; lanes 0 to 3 each give one product of `value`.
    EXPECT_EQ(kernel.outputAt<float>(0), 4 * value);
  }
}

TEST(TensorCore, SeveralProductsNeedTheWholeWarp) {
  TestKernel kernel(
      "mov.b32 %r1, 0;\nsetp.eq.u32 %p1, %thread, 3;\n@%p1 bra END;\n"
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%r3, %r4, %r5, "
      "%r6}, {%r1, %r1, %r1, %r1}, {%r1, %r1}, {%r1, %r1, %r1, %r1};\nEND:");
  EXPECT_TRUE(hasOnly(kernel, kernel.run(), FaultKind::PartialWarp, "mma."));
}

// Row r of matrix m begins at 16 (r + 8 m): element e there is 256 m + 8 r + e.
Words loadMatrices(int count, bool transposed) {
  std::string list;
  for (int i = 0; i < count; ++i)
    list += (i ? ", %r" : "%r") + std::to_string(20 + i);
  std::string body = "mov.u32 %r20, 0;\nmov.u32 %r21, 0;\nmov.u32 %r22, 0;\n"
                     "mov.u32 %r23, 0;\nshl.b32 %r1, %thread, 4;\n";
  // Each lane writes the row that it will point to.
  body += "shl.b32 %r3, %thread, 3;\nshr.u32 %r2, %thread, 3;\n"
          "mad.lo.u32 %r3, %r2, 192, %r3;\n"; // 256 m + 8 r
  for (int pair = 0; pair < 4; ++pair)
    body += "add.u32 %r4, %r3, " + std::to_string(2 * pair) +
            ";\nadd.u32 %r5, %r4, 1;\nshl.b32 %r5, %r5, 16;\n"
            "or.b32 %r6, %r4, %r5;\nst.shared.b32 [%r1+" +
            std::to_string(1024 + 4 * pair) + "], %r6;\n";
  body += "bar.warp.sync -1;\nldmatrix.sync.aligned.m8n8.x" +
          std::to_string(count) + (transposed ? ".trans" : "") +
          ".shared.b16 {" + list + "}, [%r1+1024];\n" +
          "mad.wide.u32 %q1, %thread, 16, %out;\n"
          "st.global.v4.b32 [%q1], {%r20, %r21, %r22, %r23};";
  TestKernel kernel(body, ".shared .align 16 .b8 tile[512];");
  kernel.outputBytes = 16 * 32;
  Outcome outcome = kernel.run();
  EXPECT_TRUE(outcome.faults.empty());
  Words result;
  for (size_t i = 0; i < 128; ++i)
    result.push_back(kernel.outputAt<uint32_t>(4 * i));
  return result;
}

// "each thread loads ... a fragment": lane 4 r + c has elements 2 c and 2 c + 1
// of row r, and, transposed, of column r.
TEST(TensorCore, MatricesAreLoaded) {
  for (int count : {1, 2, 4})
    for (bool transposed : {false, true}) {
      Words got = loadMatrices(count, transposed);
      for (int lane = 0; lane < 32; ++lane)
        for (int m = 0; m < count; ++m) {
          uint32_t r = lane / 4, c = 2 * (lane % 4), base = 256 * m;
          uint32_t low = transposed ? base + 8 * c + r : base + 8 * r + c;
          uint32_t high = transposed ? low + 8 : low + 1;
          ASSERT_EQ(got[4 * lane + m], low | high << 16)
              << count << transposed << " lane " << lane << " matrix " << m;
        }
    }
}

TEST(TensorCore, MatricesShowBankConflicts) {
  // Rows 128 bytes apart: all eight of a matrix begin in one bank.
  std::string body = "mov.b32 %r2, 0;\nshl.b32 %r1, %thread, 7;\n";
  for (int word = 0; word < 4; ++word)
    body +=
        "st.shared.b32 [%r1+" + std::to_string(1024 + 4 * word) + "], %r2;\n";
  body += "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r3, %r4, %r5, %r6}, "
          "[%r1+1024];";
  TestKernel kernel(body, ".shared .align 16 .b8 tile[4096];");
  Outcome outcome = kernel.run();
  EXPECT_TRUE(outcome.faults.empty());
  for (const Cost &cost : outcome.counters.wavefronts)
    if (cost.least == 4) {
      EXPECT_EQ(cost.actual, 32u);
    }
  EXPECT_EQ(Counters::total(outcome.counters.wavefronts).least, 4u + 4);
}

} // namespace
