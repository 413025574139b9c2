//===- lanes.h - One function, lane by lane ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_LANES_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_LANES_H

#include "test/gpu/ptx_machine/warp.h"

#include <bit>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace emblem::ptx {

/// Calls `function` with the number of each lane of the mask. The loop over a
/// whole warp has no branches.
template <typename Function> void forLanes(uint32_t lanes, Function function) {
  if (lanes == ~0u) {
    for (int lane = 0; lane < 32; ++lane)
      function(lane);
    return;
  }
  for (; lanes; lanes &= lanes - 1)
    function(std::countr_zero(lanes));
}

/// A register's lanes as numbers of type T: a row has a word a lane, or two.
template <typename T> class LanesOf {
public:
  explicit LanesOf(uint32_t *row) : row(row) {}
  T get(int lane) const {
    if constexpr (sizeof(T) == 8)
      return std::bit_cast<T>(reinterpret_cast<const uint64_t *>(row)[lane]);
    else if constexpr (sizeof(T) == 4)
      return std::bit_cast<T>(row[lane]);
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(row[lane]);
    else
      return T(static_cast<uint16_t>(row[lane]));
  }
  void set(int lane, T value) {
    if constexpr (sizeof(T) == 8)
      reinterpret_cast<uint64_t *>(row)[lane] = std::bit_cast<uint64_t>(value);
    else if constexpr (sizeof(T) == 4)
      row[lane] = std::bit_cast<uint32_t>(value);
    else if constexpr (std::is_integral_v<T>)
      row[lane] = static_cast<std::make_unsigned_t<T>>(value);
    else
      row[lane] = value.bits;
  }

private:
  uint32_t *row;
};

namespace detail {

template <typename Operation, typename Result, typename... Sources,
          size_t... Index>
void elementwise(Warp &warp, const Instruction &instruction, uint32_t lanes,
                 std::index_sequence<Index...>) {
  LanesOf<Result> result(warp.row(instruction.destinations[0]));
  std::tuple<LanesOf<Sources>...> sources(
      LanesOf<Sources>(warp.row(instruction.sources[Index]))...);
  forLanes(lanes, [&](int lane) {
    result.set(lane, Operation()(std::get<Index>(sources).get(lane)...));
  });
}

} // namespace detail

/// A handler: the result is the operation of the sources, lane by lane.
template <typename Operation, typename Result, typename... Sources>
void elementwise(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  detail::elementwise<Operation, Result, Sources...>(
      warp, instruction, lanes, std::index_sequence_for<Sources...>());
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_LANES_H
