//===- lifted_value.h - The meaning of a graph's value ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The lifter walks a graph once, for one text of a given length that sees all
// of itself. Whatever does not depend on the ids is then a constant; for the
// rest these forms say what part of a model a value is. Layers come in several
// nodes, so most forms are of layers that are not whole yet.
//
// Shapes are the graph's, with a batch of 1: n is the text's length, H the
// width of its rows.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_VALUES_LIFTED_VALUE_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_VALUES_LIFTED_VALUE_H

#include "compiler/files/onnx/tensor.h"
#include "compiler/weights/weight_expression.h"
#include "dialects/emb/emb_dialect.h"

#include "mlir/IR/Value.h"

#include <functional>
#include <memory>
#include <variant>

namespace emblem::frontend::onnx {

struct LiftedValue;
using ValuePtr = std::shared_ptr<LiftedValue>;

/// Rows `ids` of a weight.
struct Lookup {
  ValuePtr table;
  std::vector<int64_t> ids;
};

/// Integers and what they are less: one number, or one for each place along the
/// axis.
struct LessZero {
  ValuePtr integers, zero;
  int64_t axis;
};

/// What does not depend on the ids. A weight is read only where its values
/// matter.
struct Constant {
  std::function<Tensor()> read;
  /// Where its values lie in a file, as they are; none: nowhere.
  std::optional<WeightView> stored;
  std::optional<Tensor> tensor; // once read
  /// As the weight files have it; empty where the graph computes it.
  WeightExpression weight;
  /// It is the sum of these, in this order. Empty: of nothing known.
  std::vector<Lookup> lookups;
  /// As the weight files have the integers that it is; they are no weight
  /// before they have a scale.
  WeightExpression integers;
  std::optional<LessZero> less; // it is this difference
  bool isDequantised = false;   // of such
};

/// [1, n]
struct TokenIds {};

/// [1, n]: of which text of a pair each token is.
struct TokenTypes {};

/// [1, n, H]: the table's row of each token's type.
struct TypeRows {
  ValuePtr table;
};

/// Rows of a table of integers, one for each of these: what dequantises them
/// may be done to the table.
struct TakenIntegers {
  ValuePtr table;
  ValuePtr indices; // TokenIds or TokenTypes
};

/// [1, n, H] or [n, H], one row a token; pooled, one row a text: [1, H].
struct Rows {
  mlir::Value value;
  bool pooled = false;
};

/// source * transpose(weight) + bias. The source is rows; a Function or a Gated
/// of such, inside a feed-forward; or a Context, inside an attention.
struct Projection {
  ValuePtr source;
  ValuePtr weight; // [output size, input size]
  ValuePtr bias;   // [output size], or null
};

/// f(base), element by element; f is its values at `samplePoints(base)`.
struct Function {
  ValuePtr base;
  std::vector<double> samples;
};

/// gate . up, inside a feed-forward.
struct Gated {
  ValuePtr gate; // a Function of a Projection
  ValuePtr up;   // a Projection
};

/// Each row less its mean.
struct Centered {
  ValuePtr rows;
};

enum class Reduction { Mean, MeanSquare, SumSquare };

/// One number a row.
struct Reduced {
  ValuePtr rows; // or a Centered
  Reduction kind;
};

/// A norm, whose scale and shift may still come.
struct Normed {
  ValuePtr rows;
  bool centered; // a layer norm, or else an RMS norm
  double epsilon;
  ValuePtr scale, shift; // [H], or null
};

/// What is made of the features of a projection, or of heads that were normed,
/// by moving, repeating, scaling and turning them. Exporters write this in many
/// ways; it is told by an example: what the graph makes of `exampleOf(base)`.
struct Heads {
  ValuePtr base; // a Projection or a Normed
  Tensor example;
};

/// By how much heads are turned: emb.attention has the formula.
struct Turn {
  int64_t features; // the first ones of each head
  bool interleaved;
  double base, factor;
  /// A frequency a pair, where there is no base that they follow from.
  std::vector<double> frequencies;

  /// Of a token's angle, in its position.
  double frequency(int64_t pair) const;
};

/// Heads as attention needs them: head h is of the features from
/// `first + h / shared * size` of the projection.
struct HeadGroup {
  ValuePtr projection;
  int64_t first, size;
  int64_t count, shared; // heads of the projection; each stands for so many
  ValuePtr norm;         // a Normed, or null
  double scale;
  std::optional<Turn> turn;
};

/// scale * heads * table: [heads, n, rows]; and then what each pair of tokens
/// takes of it: [heads, n, n].
struct PositionScores {
  HeadGroup heads; // of queries, or of keys
  ValuePtr table;  // a constant, [heads, size, rows]
  double scale;
  std::vector<int64_t> taken; // [n, n], the table's row of each pair
  bool transposed;            // a row is of a key, and a column of a query
};

/// The sum of some.
struct RelativeScores {
  std::vector<PositionScores> parts;
};

/// scale * query * transpose(key), and what is added: [1, heads, n, n].
struct Scores {
  HeadGroup query, key;
  double scale;
  std::optional<double> softcap;
  std::vector<PositionScores> relative;
  std::vector<ValuePtr> terms; // constants that broadcast to it
};

/// Their softmax.
struct Attended {
  ValuePtr scores;
};

/// What heads have gathered, and where it has been moved since; by an example,
/// too, which was made in the shape [heads, n, size].
struct Context {
  ValuePtr attended;
  HeadGroup values;
  Tensor example;
};

/// Rows times a weight for each token; then their sum.
struct TokenSum {
  ValuePtr rows;
  std::vector<double> weights; // [n]
  bool summed = false;
};

/// A node before it could not be lifted, and has been named already.
struct Unknown {};

struct LiftedValue {
  Shape shape;
  std::variant<Unknown, Constant, TokenIds, TokenTypes, TypeRows, TakenIntegers,
               Rows, Projection, Function, Gated, Centered, Reduced, Normed,
               Heads, RelativeScores, Scores, Attended, Context, TokenSum>
      form;
  mlir::Value rows; // once it is built; not part of what it is

  template <typename T> T *as() { return std::get_if<T>(&form); }
};

template <typename T>
ValuePtr makeValue(llvm::ArrayRef<int64_t> shape, T form) {
  return std::make_shared<LiftedValue>(
      LiftedValue{Shape(shape), std::move(form), {}});
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

ValuePtr makeConstant(Tensor tensor);
ValuePtr makeWeight(llvm::StringRef name, const WeightView &view);
/// Of a Constant.
const Tensor &read(LiftedValue &constant);
/// The same, which is not kept: for weights.
Tensor readOnce(LiftedValue &constant);
/// A matrix with its sides exchanged; a weight stays one.
ValuePtr transposed(const ValuePtr &matrix);
/// The same elements in another shape.
ValuePtr reshaped(const ValuePtr &constant, llvm::ArrayRef<int64_t> shape);
/// Rows of what lies in a file, without reading the others: a tensor whose
/// first side is that of `ids`. Each is a row that there is.
Tensor readRows(const WeightView &view, llvm::ArrayRef<int64_t> ids);
/// Rows first to last - 1 of a matrix or a vector.
ValuePtr sliced(const ValuePtr &constant, int64_t first, int64_t last);

/// (integers - zero) * scale, all constants; a null `zero` is 0. The scales lie
/// as WeightDerivation::Dequantised has them. A weight where the integers and
/// their scales are in the files.
ValuePtr dequantised(const ValuePtr &integers, const ValuePtr &scale,
                     const ValuePtr &zero, int64_t axis, int64_t block);
/// Integers less their zero, whose scale may still come.
ValuePtr lessZero(const ValuePtr &integers, const ValuePtr &zero, int64_t axis);
/// Whether it is one of these, or integers as the files have them.
bool isIntegers(const ValuePtr &constant);
/// A weight whose rows are multiplied by a factor each, or by one.
ValuePtr scaledRows(const ValuePtr &weight, const ValuePtr &factors);

/// Numbers between -1 and 1 that look like noise, the same ones in each call.
Tensor exampleOf(llvm::ArrayRef<int64_t> shape);

//===----------------------------------------------------------------------===//
// Functions of one number
//===----------------------------------------------------------------------===//

/// Where a function of `base` is sampled: what is squared is not negative.
llvm::ArrayRef<double> samplePoints(LiftedValue &base);
/// The base and the samples of a Function; any other value is its own base.
Function asFunction(const ValuePtr &value);
/// Whether two functions' values are the same but for their rounding.
bool areClose(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b);
/// c, where f(x) = c x.
std::optional<double> linearFactor(LiftedValue &base,
                                   llvm::ArrayRef<double> samples);
/// The activation whose values these are, or nearly, as where the constants of
/// its formula are in half precision.
std::optional<emb::Activation> findActivation(llvm::ArrayRef<double> points,
                                              llvm::ArrayRef<double> samples,
                                              bool isHalf);
/// The activation g of f(x) = g(x)^2, or the identity, as its samples; none
/// where there is no such.
std::optional<std::vector<double>>
findSquareRoot(llvm::ArrayRef<double> points, llvm::ArrayRef<double> samples);
/// Of f(x) = cap * tanh(scale * x / cap).
struct Softcap {
  double scale, cap;
};
std::optional<Softcap> findSoftcap(LiftedValue &base,
                                   llvm::ArrayRef<double> samples);
/// e, where f(x) = sqrt(x + e), or its reciprocal where `inverse`.
std::optional<double> rootEpsilon(llvm::ArrayRef<double> points,
                                  llvm::ArrayRef<double> samples, bool inverse);
/// Whether f(x) = max(sqrt(x), e) for an e that is next to nothing, or its
/// reciprocal where `inverse`.
bool isLength(llvm::ArrayRef<double> points, llvm::ArrayRef<double> samples,
              bool inverse);
/// The double that a float was meant to be: 1e-12 for the float next to it.
double asWritten(double value);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_VALUES_LIFTED_VALUE_H
