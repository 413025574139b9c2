//===- matrix.h - The evaluator's one data structure ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EVALUATOR_MATRIX_H
#define EMBLEM_COMPILER_EVALUATOR_MATRIX_H

#include <cstdint>
#include <vector>

namespace emblem::evaluator {

/// Doubles, row by row. A vector is a matrix of one row.
struct Matrix {
  Matrix() = default;
  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), values(rows * columns) {}

  double &operator()(int64_t row, int64_t column) {
    return values[row * columns + column];
  }
  double operator()(int64_t row, int64_t column) const {
    return values[row * columns + column];
  }

  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<double> values;
};

} // namespace emblem::evaluator

#endif // EMBLEM_COMPILER_EVALUATOR_MATRIX_H
