//===- test_kernel.cpp - Small kernels around an instruction --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/test_kernel.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>

namespace emblem::ptx {

TestKernel::TestKernel(const std::string &body, const std::string &shared)
    : text(R"(.version 8.0
.target sm_80
.address_size 64
)" + shared +
           R"(
.visible .entry k(
  .param .u64 .ptr .global .align 16 k_param_0,
  .param .u64 .ptr .global .align 16 k_param_1
)
{
  .reg .b32 %r<40>;
  .reg .b64 %q<20>;
  .reg .b16 %h<20>;
  .reg .pred %p<20>;
  .reg .b32 %a, %b, %c, %d, %thread;
  .reg .b64 %in, %out, %mine, %yours;
  ld.param.u64 %in, [k_param_0];
  ld.param.u64 %out, [k_param_1];
  mov.u32 %thread, %tid.x;
  mad.wide.u32 %mine, %thread, 16, %in;
  mad.wide.u32 %yours, %thread, 8, %out;
)" + body + R"(
  ret;
}
)") {}

Outcome TestKernel::run() {
  size_t threads = launch.threads[0] * launch.grid[0];
  if (input.empty())
    input.assign(4 * threads, 1);
  if (!outputBytes)
    outputBytes = 8 * threads;
  GlobalMemory memory;
  Module module = parseModule(text, memory);
  uint64_t addresses[2] = {memory.allocate(4 * input.size(), false),
                           memory.allocate(outputBytes)};
  memory.write(addresses[0], input.data(), 4 * input.size());
  launch.parameters.resize(sizeof(addresses));
  std::memcpy(launch.parameters.data(), addresses, sizeof(addresses));
  Outcome outcome = ptx::run(*module.entries.at("k"), memory, launch);
  const uint8_t *bytes = memory.hostBytes(addresses[1], outputBytes);
  output.assign(bytes, bytes + outputBytes);
  return outcome;
}

int TestKernel::lineOf(const std::string &words) const {
  size_t place = text.find(words);
  if (place == std::string::npos)
    return 0;
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + place, '\n'));
}

bool hasOnly(const TestKernel &kernel, const Outcome &outcome, FaultKind kind,
             const std::string &words) {
  std::vector<Fault> faults = outcome.faults.list();
  if (faults.size() == 1 && faults[0].kind == kind &&
      faults[0].line == kernel.lineOf(words))
    return true;
  std::cerr << kernel.text << "faults:\n";
  for (const Fault &fault : faults)
    std::cerr << format(fault) << "\n";
  return false;
}

template <typename D, typename S>
std::vector<D> apply(const std::string &instructions,
                     const std::vector<std::array<S, 3>> &cases) {
  std::string source = sizeof(S) == 8 ? "b64" : "b32";
  std::string result = sizeof(D) == 8 ? "b64" : "b32";
  TestKernel kernel("{\n.reg ." + source + " %a, %b, %c;\n.reg ." + result +
                    " %d;\n.reg .pred %p, %p1, %p2, %p3;\n.reg .b64 %place;\n"
                    "mad.wide.u32 %place, %thread, 32, %in;\n" +
                    "ld.global." + source + " %a, [%place];\nld.global." +
                    source + " %b, [%place+8];\nld.global." + source +
                    " %c, [%place+16];\n" + instructions + "\nst.global." +
                    result + " [%yours], %d;\n}");
  kernel.launch.threads = {static_cast<uint32_t>(cases.size()), 1, 1};
  kernel.input.assign(8 * cases.size(), 0);
  for (size_t i = 0; i < cases.size(); ++i)
    for (size_t j = 0; j < 3; ++j)
      std::memcpy(&kernel.input[8 * i + 2 * j], &cases[i][j], sizeof(S));
  Outcome outcome = kernel.run();
  for (const Fault &fault : outcome.faults.list())
    ADD_FAILURE() << format(fault);
  std::vector<D> results;
  for (size_t i = 0; i < cases.size(); ++i)
    results.push_back(kernel.outputAt<D>(8 * i));
  return results;
}

template std::vector<uint32_t>
apply(const std::string &, const std::vector<std::array<uint32_t, 3>> &);
template std::vector<uint64_t>
apply(const std::string &, const std::vector<std::array<uint64_t, 3>> &);
template std::vector<uint64_t>
apply(const std::string &, const std::vector<std::array<uint32_t, 3>> &);
template std::vector<uint32_t>
apply(const std::string &, const std::vector<std::array<uint64_t, 3>> &);

} // namespace emblem::ptx
