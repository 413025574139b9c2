//===- lifter.h - From a graph to emb operations ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every node that the output depends on is folded (its inputs are constants),
// lifted (it is a part of a layer) or named in the error. lift_layers.cpp says
// which node is lifted where; emit.cpp turns whole layers into operations.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_LIFTER_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_LIFTER_H

#include "compiler/files/onnx/onnx_file.h"
#include "compiler/frontend/onnx/expand/expand.h"
#include "compiler/frontend/onnx/values/lifted_value.h"

#include "mlir/IR/Builders.h"

#include <cmath>
#include <set>

namespace emblem::frontend::onnx {

/// "No layer has such a node."
llvm::Error notKnown();
/// Null where the node leaves it out.
ValuePtr argument(llvm::ArrayRef<ValuePtr> inputs, size_t index);
/// Its values; null where it is missing or no constant.
const Tensor *constantAt(llvm::ArrayRef<ValuePtr> inputs, size_t index);

/// What a graph does by positions alone. Several formulas may agree on the
/// positions of a short text: those that hold for a longer one are tried first.
struct PositionFormulas {
  std::vector<Turn> turns;
  std::vector<std::optional<int64_t>> maxDistances; // of relative positions
};

class Lifter {
public:
  /// For a text of so many tokens. Operations are made where `builder` stands.
  /// `types` is null where all of a text is one segment. `formulas` grow.
  Lifter(const OnnxFile &file, mlir::OpBuilder &builder, mlir::Value ids,
         mlir::Value offsets, mlir::Value types, int64_t length,
         PositionFormulas &formulas)
      : file(file), builder(builder), ids(ids), offsets(offsets), types(types),
        length(length), formulas(formulas), isHalf(hasHalves(file)) {}

  /// The rows of the graph's output of this name, and whether they are pooled.
  /// The error lists the nodes that cannot be lifted.
  llvm::Expected<Rows> lift(llvm::StringRef output);

  /// What ids are compared with, but for the padding that positions count from:
  /// it is taken to be in no text.
  const std::set<int64_t> &getComparedIds() const { return comparedIds; }
  /// Of the tables that are read at each position, the rows of the shortest.
  std::optional<int64_t> getTableLimit() const { return tableLimit; }
  /// The least number, from `length` on, that positions are compared with: it
  /// may be a window, which texts up to there do not show. Or `length`, where
  /// it shows too little of relative positions.
  std::optional<int64_t> getNextBound() const { return nextBound; }

private:
  using Lifted = llvm::Expected<ValuePtr>;
  using Inputs = llvm::ArrayRef<ValuePtr>;

  // graph_inputs.cpp
  llvm::Error addInputs();
  Lifted makeInput(const Port &input);

  // lifter.cpp
  void visit(const Node &node);
  llvm::Expected<std::vector<ValuePtr>> liftBranch(const Node &node,
                                                   Inputs inputs);
  llvm::Expected<std::vector<ValuePtr>> liftNode(const Node &node,
                                                 Inputs inputs);
  llvm::Expected<std::vector<ValuePtr>> expand(Expansion expansion,
                                               const Node &node, Inputs inputs);
  llvm::Expected<std::vector<ValuePtr>> foldConstants(const Node &node,
                                                      Inputs inputs);
  Lifted liftShape(const Node &node, const ValuePtr &input);
  Lifted liftIds(const Node &node, Inputs inputs);
  void noteLimits(const Node &node, Inputs inputs);
  llvm::Error report(llvm::StringRef output) const;

  // lift_layers.cpp
  Lifted liftLayer(const Node &node, Inputs inputs);
  Lifted liftConcat(const Node &node, Inputs inputs);
  Lifted liftProduct(const Node &node, Inputs inputs);
  Lifted liftLayerNorm(const Node &node, Inputs inputs);

  // lift_tokens.cpp
  Lifted liftGather(const Node &node, Inputs inputs);
  Lifted liftGatherND(const Node &node, Inputs inputs);
  Lifted scaleTaken(const TakenIntegers &taken, const ValuePtr &scale,
                    const ValuePtr &zero);
  Lifted dequantiseTaken(const Node &node, const TakenIntegers &taken,
                         const ValuePtr &constant, bool constantFirst);
  Lifted takeToken(const ValuePtr &input, int64_t token, bool keepSide);
  Lifted liftReduction(const Node &node, Inputs inputs);
  Lifted reduceFeatures(llvm::StringRef kind, const ValuePtr &input,
                        llvm::ArrayRef<int64_t> shape);

  // lift_shapes.cpp
  Lifted liftSlice(const Node &node, Inputs inputs);
  llvm::Expected<std::vector<ValuePtr>> liftSplit(const Node &node,
                                                  Inputs inputs);
  Lifted takeFeatures(const ValuePtr &input, int64_t first, int64_t last);
  Lifted liftReshape(const Node &node, const ValuePtr &input,
                     llvm::ArrayRef<int64_t> shape);
  Lifted liftWhere(Inputs inputs);

  // lift_elements.cpp
  Lifted liftUnary(const Node &node, Inputs inputs);
  Lifted liftBinary(const Node &node, const ValuePtr &a, const ValuePtr &b);
  Lifted liftWithConstant(const Node &node, const ValuePtr &value,
                          const ValuePtr &constant, bool constantFirst);
  Lifted liftPair(const Node &node, const ValuePtr &a, const ValuePtr &b);
  Lifted addLookups(const ValuePtr &value, const ValuePtr &constant);
  Lifted addTypes(const ValuePtr &value, const TypeRows &segments);
  Lifted divideByRoot(const Node &node, const ValuePtr &value,
                      const Function &root);

  // lift_heads.cpp
  /// The node's results; none where it is no node between a projection and the
  /// scores, or between these and the output.
  llvm::Expected<std::vector<ValuePtr>> liftHeads(const Node &node,
                                                  Inputs inputs);
  /// What the value's example says: [..., tokens, size], or with these two
  /// transposed.
  llvm::Expected<HeadGroup> readHeadGroup(const ValuePtr &value,
                                          bool isTransposed);

  // lift_attention.cpp
  Lifted multiplyHeads(const ValuePtr &a, const ValuePtr &b);
  Lifted makeScores(llvm::ArrayRef<int64_t> shape, HeadGroup query,
                    HeadGroup key);
  ValuePtr makeContext(llvm::ArrayRef<int64_t> shape, const ValuePtr &attended,
                       HeadGroup values);
  Lifted foldIntoScores(const ValuePtr &value);
  Lifted addTerm(const ValuePtr &value, const ValuePtr &term);
  Lifted liftSoftmax(const Node &node, const ValuePtr &input);
  Lifted cutHeads(const ValuePtr &input, int64_t count);
  llvm::Error addScoreSettings(const Node &node, Inputs inputs,
                               int64_t headSize, LiftedValue &value);
  Lifted joinContext(const ValuePtr &context);
  Lifted liftAttention(const Node &node, Inputs inputs);

  // lift_positions.cpp
  Lifted multiplyTable(const ValuePtr &heads, const ValuePtr &table);
  Lifted takePositions(const Node &node, Inputs inputs);
  Lifted exchangeTokens(const Node &node, const ValuePtr &input);
  Lifted addRelative(const ValuePtr &a, const ValuePtr &b);
  struct RelativeTables {
    mlir::Value keys, queries;
    std::optional<int64_t> maxDistance;
  };
  llvm::Expected<RelativeTables> emitRelative(const Scores &scores);

  // emit_attention.cpp
  /// Of queries, keys and values.
  struct HeadWeights {
    mlir::Value weights[3], biases[3], norms[3];
    std::optional<double> epsilon; // of the norms
  };
  llvm::Expected<mlir::Value> emitAttention(const Projection &output);
  /// The rows that all three are projected from.
  llvm::Expected<mlir::Value>
  emitInput(llvm::ArrayRef<const HeadGroup *> groups);
  llvm::Expected<HeadWeights>
  emitHeadWeights(llvm::ArrayRef<const HeadGroup *> groups);

  // emit.cpp
  /// The value as an operation's result.
  llvm::Expected<mlir::Value> emit(const ValuePtr &value);
  llvm::Expected<mlir::Value> emitForm(const ValuePtr &value);
  llvm::Expected<mlir::Value> emitProjection(const Projection &projection,
                                             emb::Activation activation);
  llvm::Expected<mlir::Value> emitFeedForward(const Projection &down);
  llvm::Expected<mlir::Value> emitFunction(const Function &function);
  /// The same lookup with a scale; null where the rows are none.
  ValuePtr scaleEmbedding(llvm::ArrayRef<int64_t> shape, const Rows &rows,
                          double factor);
  llvm::Expected<mlir::Value> emitPool(const TokenSum &sum);
  /// A constant as a weight; null for null.
  mlir::Value emitWeight(const ValuePtr &constant);
  ValuePtr makeRows(llvm::ArrayRef<int64_t> shape, mlir::Value value,
                    bool pooled = false);
  bool isPooled(const ValuePtr &value) const;
  /// Whether a scale is the root of a width. In half precision it was rounded,
  /// perhaps twice.
  bool isRoot(double scale, double root) const {
    return std::fabs(scale - root) <= (isHalf ? 5e-3 : 1e-6) * root;
  }
  mlir::Location at() const;
  mlir::RankedTensorType rowsOf(int64_t features);

  const OnnxFile &file;
  mlir::OpBuilder &builder;
  mlir::Value ids, offsets, types;
  int64_t length;
  PositionFormulas &formulas;
  bool isHalf; // some of its weights are
  static bool hasHalves(const OnnxFile &file);

  std::map<std::string, ValuePtr, std::less<>> values;
  llvm::StringMap<Quantisation> quantised; // by the integers' name
  std::vector<std::string> problems;       // "MatMul 'name' (why)"
  std::set<int64_t> comparedIds; // that the graph compares the ids with
  const Node *node = nullptr;    // that is being lifted
  std::optional<int64_t> tableLimit, nextBound;
};

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_LIFTER_H
