//===- row_fold.h - One number of each row ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_ROW_FOLD_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_ROW_FOLD_H

#include <Halide.h>

#include <string>
#include <vector>

namespace emblem::halide {

/// Folds the columns of each row, `vectors` vectors of `lanes`: each lane its
/// own columns, in order, then the lanes in a tree.
struct RowFold {
  int lanes;
  Halide::Expr vectors;
  Halide::Var lane{"lane"}, row{"row"};

  /// Of term(column, row), from `first` on, by `join`.
  template <typename Term, typename Join>
  Halide::Func fold(const std::string &name, float first, Term term,
                    Join join) const {
    Halide::Func lanesOf(name + "_lanes"), all(name);
    Halide::RDom k(0, vectors, "k");
    lanesOf(lane, row) = first;
    lanesOf(lane, row) = join(lanesOf(lane, row), term(k * lanes + lane, row));
    std::vector<Halide::Expr> parts;
    for (int i = 0; i < lanes; ++i)
      parts.push_back(lanesOf(i, row));
    for (; parts.size() > 1; parts.resize(parts.size() / 2))
      for (size_t i = 0; i < parts.size() / 2; ++i)
        parts[i] = join(parts[i], parts[i + parts.size() / 2]);
    all(row) = parts[0];

    lanesOf.compute_at(all, row)
        .store_in(Halide::MemoryType::Register)
        .bound_extent(lane, lanes)
        .vectorize(lane);
    lanesOf.update().reorder(lane, k).vectorize(lane);
    return all;
  }

  template <typename Term>
  Halide::Func sum(const std::string &name, Term term) const {
    return fold(name, 0.0f, term,
                [](Halide::Expr a, Halide::Expr b) { return a + b; });
  }
};

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_GENERATOR_ROW_FOLD_H
