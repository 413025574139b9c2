//===- gather_test.cpp - A token, its position and its segment ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/kernels/kernel_program.h"
#include "test/gpu/kernels/numbers.h"

using namespace emblem;
using namespace emblem::gpu_test;

TEST(Gather, Rows) {
  KernelProgram program(R"(
    kernel.program @p(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
      %x = kernel.weight table ["x"] : tensor<37x48xf32>
      %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
          table(%ids, %x : tensor<?xi32>, tensor<37x48xf32>)
          -> tensor<?x48xf32> {stage = "rows"}
      kernel.output %0 width 48 : tensor<?x48xf32> {stage = "output"}
    })");
  std::vector<float> x = makeNumbers(37 * 48);
  program.setWeight("x", x);
  Batch batch = {.lengths = {1, 2, 7, 33}, .ids = countFrom(5, 43, 37)};
  Result result = program.run(batch);
  EXPECT_EQ(result.faults, "");
  std::vector<double> expected;
  for (int32_t id : batch.ids)
    expected.insert(expected.end(), x.begin() + id * 48,
                    x.begin() + (id + 1) * 48);
  expectNear(result.outputs[0], expected, 0);
}
