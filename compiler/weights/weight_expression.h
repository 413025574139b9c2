//===- weight_expression.h - A weight made of weights -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A weight is a tensor of the model's files, by its name, or is made of other
// weights: a small tree. In IR it is an attribute (dialects/emb/emb_weights.td,
// weight_attribute.h), in a description a name or a map.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_WEIGHT_EXPRESSION_H
#define EMBLEM_COMPILER_WEIGHTS_WEIGHT_EXPRESSION_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace emblem::frontend {

struct WeightExpression;

/// An operation on weights, and its operands. Each operation is the attribute
/// of its name, which has its definition.
struct WeightDerivation {
  struct Rows {
    int64_t first = 0, last = 0; // the last one is not among them
    bool operator==(const Rows &) const = default;
  };
  struct OnePlus {
    bool operator==(const OnePlus &) const = default;
  };
  struct ScaledRows { // operands: the weight, its rows' factors
    bool operator==(const ScaledRows &) const = default;
  };
  struct Difference { // operands: the weight, what is less
    bool operator==(const Difference &) const = default;
  };
  struct Transposed {
    bool operator==(const Transposed &) const = default;
  };
  struct Resized {
    int64_t from = 0, to = 0; // places along a side
    bool antialiased = false;
    bool operator==(const Resized &) const = default;
  };
  struct LowRankSum { // operands: the weight, up, down
    double scale = 1.0;
    bool operator==(const LowRankSum &) const = default;
  };
  struct Unpacked {
    int64_t bits = 8, rows = 0, columns = 0;
    bool operator==(const Unpacked &) const = default;
  };
  struct Dequantised { // operands: the integers, their scale, perhaps zeros
    int64_t axis = 0, block = 0; // 0: no blocks
    double zero = 0.0;           // where there are no zeros
    bool operator==(const Dequantised &) const = default;
  };

  std::variant<std::monostate, Rows, OnePlus, ScaledRows, Difference,
               Transposed, Resized, LowRankSum, Unpacked, Dequantised>
      operation;
  std::vector<WeightExpression> operands; // empty: it is no derivation

  bool operator==(const WeightDerivation &) const;
};

struct WeightExpression {
  std::string name;            // of a tensor; empty where there is a derivation
  WeightDerivation derivation; // of other weights

  WeightExpression() = default;
  WeightExpression(std::string name) : name(std::move(name)) {}
  WeightExpression(llvm::StringRef name) : name(name) {}
  WeightExpression(const char *name) : name(name) {}

  static WeightExpression rows(WeightExpression of, int64_t first,
                               int64_t last);
  static WeightExpression onePlus(WeightExpression of);
  static WeightExpression scaledRows(WeightExpression of, WeightExpression by);
  static WeightExpression difference(WeightExpression of,
                                     WeightExpression less);
  static WeightExpression transposed(WeightExpression of);
  static WeightExpression resized(WeightExpression of, int64_t from, int64_t to,
                                  bool antialiased);
  static WeightExpression lowRankSum(WeightExpression of, double scale,
                                     WeightExpression up,
                                     WeightExpression down);
  static WeightExpression unpacked(WeightExpression of, int64_t bits,
                                   int64_t rows, int64_t columns);
  /// An empty `zeros` is none.
  static WeightExpression dequantised(WeightExpression of,
                                      WeightExpression scale,
                                      WeightExpression zeros,
                                      WeightDerivation::Dequantised how);

  bool isTensor() const { return derivation.operands.empty(); }
  /// There is no such weight.
  bool empty() const { return isTensor() && name.empty(); }
  void clear() { *this = {}; }
  /// Null where it is not made so.
  template <typename Operation> const Operation *as() const {
    return std::get_if<Operation>(&derivation.operation);
  }
  const WeightExpression &operand(size_t index) const {
    return derivation.operands[index];
  }

  /// The tensors that it is made of, from left to right.
  void forEachName(llvm::function_ref<void(llvm::StringRef)> visit) const;
  /// The first of them.
  llvm::StringRef getTensorName() const;
  /// The same with another weight in each tensor's place.
  WeightExpression
  mapNames(llvm::function_ref<WeightExpression(llvm::StringRef)> map) const;

  /// For errors: "weight 'qkv' (rows 0 to 384)".
  std::string describe() const;

  bool operator==(const WeightExpression &) const = default;
};

inline bool WeightDerivation::operator==(const WeightDerivation &other) const {
  return operation == other.operation && operands == other.operands;
}

/// What is wrong with the operation, as a part of a sentence, or the empty
/// string. That the files have such tensors is not looked at.
std::string findProblem(const WeightDerivation &derivation);
/// The same of an operation anywhere in the tree.
std::string findProblem(const WeightExpression &weight);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_WEIGHT_EXPRESSION_H
