//===- code_point_set.h - Sets of characters --------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_CODE_POINT_SET_H
#define EMBLEM_COMPILER_TOKENIZER_CODE_POINT_SET_H

#include "runtime/tokenizer/tokenizer_tables.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <vector>

namespace emblem::frontend {

/// A set of code points, as sorted ranges that do not touch.
class CodePointSet {
public:
  using Range = runtime::CodePointRange;

  CodePointSet() = default;
  explicit CodePointSet(uint32_t c) : ranges({{c, c}}) {}
  static CodePointSet collect(llvm::function_ref<bool(uint32_t)> isMember);

  void insert(uint32_t first, uint32_t last);
  void insert(const CodePointSet &other);
  CodePointSet complement() const;

  bool contains(uint32_t c) const;
  bool empty() const { return ranges.empty(); }
  const std::vector<Range> &getRanges() const { return ranges; }

private:
  std::vector<Range> ranges;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_CODE_POINT_SET_H
