//===- test_kernel.h - Small kernels around an instruction ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_TEST_KERNEL_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_TEST_KERNEL_H

#include "test/gpu/ptx_machine/machine.h"
#include "test/gpu/ptx_machine/parser.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace emblem::ptx {

/// A kernel "k" of two buffers, and what a launch of it did.
struct TestKernel {
  /// `body` goes between declarations and "ret". There are
  ///   %r<40>, %q<20> (64 bits), %h<20> (16 bits), %p<20>, %a to %d (32 bits)
  ///   %tid, %in and %out: the buffers, %mine and %yours: this thread's words
  ///   of them, 16 and 8 bytes each
  explicit TestKernel(const std::string &body, const std::string &shared = "");

  /// One word for each thread, twice, if nothing is said.
  Outcome run();
  /// The line of the text that has the words; 0 if there is none.
  int lineOf(const std::string &words) const;

  std::string text;
  Launch launch;
  std::vector<uint32_t> input;
  size_t outputBytes = 0;
  std::vector<uint8_t> output;

  template <typename T> T outputAt(size_t byte) const {
    T value;
    std::memcpy(&value, &output[byte], sizeof(T));
    return value;
  }
};

/// Whether there is this one fault, at the first line that has the words.
bool hasOnly(const TestKernel &kernel, const Outcome &outcome, FaultKind kind,
             const std::string &words);

/// What an instruction makes of each case, a lane for each. It writes %d and
/// reads %a, %b, %c, which have the widths of D and S; %p to %p3 are free.
template <typename D, typename S>
std::vector<D> apply(const std::string &instructions,
                     const std::vector<std::array<S, 3>> &cases);

extern template std::vector<uint32_t>
apply(const std::string &, const std::vector<std::array<uint32_t, 3>> &);
extern template std::vector<uint64_t>
apply(const std::string &, const std::vector<std::array<uint64_t, 3>> &);
extern template std::vector<uint64_t>
apply(const std::string &, const std::vector<std::array<uint32_t, 3>> &);
extern template std::vector<uint32_t>
apply(const std::string &, const std::vector<std::array<uint64_t, 3>> &);

using Cases32 = std::vector<std::array<uint32_t, 3>>;
using Cases64 = std::vector<std::array<uint64_t, 3>>;
inline std::vector<uint32_t> apply32(const std::string &instructions,
                                     const Cases32 &cases) {
  return apply<uint32_t, uint32_t>(instructions, cases);
}
inline std::vector<uint64_t> apply64(const std::string &instructions,
                                     const Cases64 &cases) {
  return apply<uint64_t, uint64_t>(instructions, cases);
}

using Words = std::vector<uint32_t>;
using Wide = std::vector<uint64_t>;

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_TEST_KERNEL_H
