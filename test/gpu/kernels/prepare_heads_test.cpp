//===- prepare_heads_test.cpp - Norms and rotary positions of heads -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/row_programs.h"

using namespace emblem;
using namespace emblem::gpu_test;

namespace {

struct Heads {
  int heads, keyValueHeads, size, rotary;
  bool interleaved, normed;
};

std::ostream &operator<<(std::ostream &os, const Heads &heads) {
  return os << heads.heads << " heads of " << heads.size << ", " << heads.rotary
            << (heads.interleaved ? " interleaved" : "")
            << (heads.normed ? " normed" : "");
}

class PrepareHeads : public testing::TestWithParam<Heads> {
protected:
  int64_t getWidth() const {
    const Heads &shape = GetParam();
    return (shape.heads + 2 * shape.keyValueHeads) * shape.size;
  }
  std::string getText() const {
    const Heads &shape = GetParam();
    std::string rotary, norms;
    if (shape.rotary)
      rotary = std::string("rotary $R ") +
               (shape.interleaved ? "interleaved " : "") +
               "table(%t : tensor<210x$Rxf32>)";
    if (shape.normed)
      norms = "query_norm(%q : tensor<$Hxf32>) key_norm(%k : tensor<$Hxf32>) "
              "epsilon 1.0e-6 ";
    std::string table =
        "%t = kernel.weight table [\"table\"] : tensor<210x$Rxf32>\n";
    return fillIn((shape.rotary ? table : "") + R"(
      %q = kernel.weight row ["query_norm"] : tensor<$Hxf32>
      %k = kernel.weight row ["key_norm"] : tensor<$Hxf32>
      %0 = kernel.prepare_heads %rows, %offsets heads $Q key_value_heads $V
          head_size $H )" +
                      norms + rotary + R"(
          : tensor<?x$Wx$E>, tensor<?xi32> -> tensor<?x$Wx$E>
          {stage = "heads"}
      kernel.output %0 width $W : tensor<?x$Wx$E> {stage = "output"}
    )",
                  {{"$Q", std::to_string(shape.heads)},
                   {"$V", std::to_string(shape.keyValueHeads)},
                   {"$R", std::to_string(shape.rotary)},
                   {"$H", std::to_string(shape.size)}});
  }
  void setWeights(KernelProgram &program) const {
    if (GetParam().rotary)
      program.setWeight("table", table);
    if (GetParam().normed) {
      program.setWeight("query_norm", norms[0]);
      program.setWeight("key_norm", norms[1]);
    }
  }
  /// A head of a kind: 0 queries, 1 keys, 2 values.
  std::vector<double> prepare(const float *head, int kind, int place) const {
    const Heads &shape = GetParam();
    std::vector<double> x(head, head + shape.size);
    if (kind == 2)
      return x;
    if (shape.normed) {
      double squares = 0;
      for (double y : x)
        squares += y * y;
      for (int i = 0; i < shape.size; ++i)
        x[i] *= norms[kind][i] / std::sqrt(squares / shape.size + 1e-6);
    }
    for (int pair = 0; pair < shape.rotary / 2; ++pair) {
      double c = table[place * shape.rotary + pair],
             s = table[place * shape.rotary + shape.rotary / 2 + pair];
      double &a = x[shape.interleaved ? 2 * pair : pair];
      double &b = x[shape.interleaved ? 2 * pair + 1 : shape.rotary / 2 + pair];
      double turned = a * c - b * s;
      b = b * c + a * s;
      a = turned;
    }
    return x;
  }

  std::vector<float> table = makeNumbers(210 * GetParam().rotary, 2);
  std::vector<float> norms[2] = {makeNumbers(GetParam().size, 3),
                                 makeNumbers(GetParam().size, 4)};
};

} // namespace

TEST_P(PrepareHeads, Rows) {
  const Heads &shape = GetParam();
  for (std::string element : {"f32", "bf16", "f16"}) {
    RowProgram rows(getWidth(), getText(), element);
    setWeights(rows.program);
    Batch batch = makeBatch({1, 2, 7, 33, 200});
    Result found = rows.program.run(batch);
    EXPECT_EQ(found.faults, "");
    std::vector<double> expected;
    int64_t token = 0;
    for (int32_t length : batch.lengths)
      for (int32_t place = 0; place < length; ++place, ++token)
        for (int head = 0; head < shape.heads + 2 * shape.keyValueHeads;
             ++head) {
          int kind = (head >= shape.heads) +
                     (head >= shape.heads + shape.keyValueHeads);
          std::vector<double> prepared = prepare(
              rows.getRow(batch, token) + head * shape.size, kind, place);
          expected.insert(expected.end(), prepared.begin(), prepared.end());
        }
    expectNear(found.outputs[0], expected,
               element == "bf16"  ? 4e-3
               : element == "f16" ? 5e-4
                                  : 1e-5,
               1e-5);
    expectSameBits(rows.program, /*perText=*/false);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, PrepareHeads,
                         testing::Values(Heads{12, 12, 32, 32, false, false},
                                         Heads{4, 2, 64, 64, false, true},
                                         Heads{3, 1, 128, 64, false, true},
                                         Heads{5, 5, 80, 32, true, false},
                                         Heads{2, 1, 64, 64, true, true},
                                         Heads{2, 1, 256, 0, false, true},
                                         Heads{3, 3, 10, 6, false, true},
                                         Heads{3, 3, 9, 4, true, true},
                                         Heads{1, 1, 2, 2, false, false}));
