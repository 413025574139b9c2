//===- evaluator.cpp - The reference evaluator of emb ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/evaluator.h"
#include "compiler/evaluator/images.h"
#include "compiler/evaluator/layers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace emblem;
using namespace emblem::evaluator;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// The input
//===----------------------------------------------------------------------===//

static Error checkOffsets(emb::ModelOp model, size_t tokens, Offsets offsets) {
  if (offsets.empty() || offsets.front() != 0 ||
      offsets.back() != static_cast<int64_t>(tokens))
    return createStringError("the offsets must begin with 0 and end with the "
                             "number of token ids, " +
                             Twine(tokens));
  int64_t positions = model.getMaxPositions();
  for (size_t s = 0; s + 1 < offsets.size(); ++s) {
    int64_t length = int64_t(offsets[s + 1]) - offsets[s];
    if (length < 1)
      return createStringError("text " + Twine(s + 1) +
                               " has no token ids: give each at least one");
    if (length > positions)
      return createStringError("text " + Twine(s + 1) + " has " +
                               Twine(length) + " tokens, but the model has " +
                               Twine(positions) + " positions");
  }
  return Error::success();
}

static Error checkIds(emb::ModelOp model, llvm::ArrayRef<int32_t> ids) {
  for (auto embedding : model.getBody().getOps<emb::TokenEmbeddingOp>()) {
    int64_t vocabulary = embedding.getVocabularySize();
    for (int32_t id : ids)
      if (id < 0 || id >= vocabulary)
        return createStringError(
            "token id " + Twine(id) +
            " is not in the vocabulary: ids go from 0 to " +
            Twine(vocabulary - 1));
  }
  return Error::success();
}

static Error checkTypes(emb::ModelOp model, size_t tokens,
                        llvm::ArrayRef<int32_t> types) {
  int64_t count = model.getTokenTypeCount();
  if (count == 0)
    return types.empty()
               ? Error::success()
               : createStringError("the model tells no token types apart: "
                                   "leave them out");
  if (types.size() != tokens)
    return createStringError("there are " + Twine(types.size()) +
                             " token types for " + Twine(tokens) +
                             " token ids: give each one");
  for (int32_t type : types)
    if (type < 0 || type >= count)
      return createStringError("token type " + Twine(type) +
                               " is not in the model: types go from 0 to " +
                               Twine(count - 1));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The weights
//===----------------------------------------------------------------------===//

static Expected<Matrix> readMatrix(emb::WeightOp op, WeightReader readWeight) {
  Expected<std::vector<float>> values = readWeight(op);
  if (!values)
    return values.takeError();
  auto type = llvm::cast<mlir::ShapedType>(op.getType());
  int64_t elements = type.getNumElements();
  if (static_cast<int64_t>(values->size()) != elements)
    return createStringError("weight '" + op.getTensorName() + "' has " +
                             Twine(values->size()) +
                             " values, but its type says " + Twine(elements));
  int64_t rows = type.getRank() >= 2 ? type.getDimSize(0) : 1;
  Matrix matrix(rows, elements / rows);
  matrix.values.assign(values->begin(), values->end());
  return matrix;
}

//===----------------------------------------------------------------------===//
// The model, operation by operation
//===----------------------------------------------------------------------===//

namespace {
class Evaluation {
public:
  Evaluation(llvm::ArrayRef<int32_t> ids, llvm::ArrayRef<int32_t> types,
             Offsets offsets, WeightReader readWeight)
      : ids(ids), types(types), offsets(offsets), readWeight(readWeight) {}

  /// Computes the operation's result from its operands' values.
  Error run(mlir::Operation *op);

  void set(mlir::Value value, Matrix matrix) {
    values[value] = std::move(matrix);
  }

  const Matrix &get(mlir::Value value) const {
    return values.find(value)->second;
  }

private:
  Expected<Matrix> evaluate(mlir::Operation *op);
  const Matrix *getOptional(mlir::Value value) const {
    return value ? &get(value) : nullptr;
  }
  Linear getLinear(mlir::Value weight, mlir::Value bias) const {
    return {get(weight), getOptional(bias)};
  }

  llvm::ArrayRef<int32_t> ids, types;
  Offsets offsets;
  WeightReader readWeight;
  llvm::DenseMap<mlir::Value, Matrix> values;
};
} // namespace

Expected<Matrix> Evaluation::evaluate(mlir::Operation *op) {
  return llvm::TypeSwitch<mlir::Operation *, Expected<Matrix>>(op)
      .Case([&](emb::WeightOp op) { return readMatrix(op, readWeight); })
      .Case([&](emb::TokenEmbeddingOp op) {
        return tokenEmbedding(ids, get(op.getTable()),
                              op.getScale().convertToDouble());
      })
      .Case([&](emb::PositionalEncodingOp op) {
        const Matrix &x = get(op.getInput());
        switch (op.getKind()) {
        case emb::PositionKind::Learned:
          return learnedPositions(x, offsets, get(op.getTable()),
                                  op.getOffset(), ids, op.getUncounted());
        case emb::PositionKind::Sinusoidal:
          return sinusoidalPositions(x, offsets, op.getOffset());
        }
        llvm_unreachable("a kind that emb_base.td does not list");
      })
      .Case([&](emb::SegmentEmbeddingOp op) {
        if (op.getTypes())
          return segmentEmbedding(get(op.getInput()), get(op.getTable()),
                                  types);
        std::vector<int32_t> same(ids.size(), op.getSegment());
        return segmentEmbedding(get(op.getInput()), get(op.getTable()), same);
      })
      .Case([&](emb::AttentionOp op) {
        return attention(get(op.getInput()), ids, offsets, op,
                         {getLinear(op.getQueryWeight(), op.getQueryBias()),
                          getLinear(op.getKeyWeight(), op.getKeyBias()),
                          getLinear(op.getValueWeight(), op.getValueBias()),
                          getLinear(op.getOutputWeight(), op.getOutputBias()),
                          getOptional(op.getQueryNorm()),
                          getOptional(op.getKeyNorm()),
                          getOptional(op.getPositionBias()),
                          getOptional(op.getPositionKeys()),
                          getOptional(op.getPositionQueries())});
      })
      .Case([&](emb::FeedForwardOp op) {
        std::optional<Linear> gate;
        if (op.getGateWeight())
          gate.emplace(getLinear(op.getGateWeight(), op.getGateBias()));
        return feedForward(get(op.getInput()), op.getActivation(),
                           getLinear(op.getUpWeight(), op.getUpBias()),
                           gate ? &*gate : nullptr,
                           getLinear(op.getDownWeight(), op.getDownBias()));
      })
      .Case([&](emb::DenseOp op) {
        return dense(get(op.getInput()), op.getActivation(),
                     getLinear(op.getWeight(), op.getBias()));
      })
      .Case([&](emb::LayerNormOp op) {
        return layerNorm(get(op.getInput()), getOptional(op.getScale()),
                         getOptional(op.getShift()),
                         op.getEpsilon().convertToDouble());
      })
      .Case([&](emb::RmsNormOp op) {
        return rmsNorm(get(op.getInput()), getOptional(op.getScale()),
                       op.getEpsilon().convertToDouble());
      })
      .Case([&](emb::AddOp op) {
        return add(get(op.getLhs()), get(op.getRhs()));
      })
      .Case([&](emb::PoolOp op) {
        return pool(get(op.getInput()), offsets, op.getKind());
      })
      .Case([&](emb::ConcatenateOp op) {
        llvm::SmallVector<const Matrix *> parts;
        for (mlir::Value input : op.getInputs())
          parts.push_back(&get(input));
        return concatenate(parts);
      })
      .Case([&](emb::NormalizeOp op) { return normalize(get(op.getInput())); })
      .Case([&](emb::PatchEmbeddingOp op) {
        return patchEmbedding(get(op.getPixels()), op,
                              {getLinear(op.getWeight(), op.getBias()),
                               getOptional(op.getClassToken()),
                               getOptional(op.getRegisters()),
                               getOptional(op.getPositions())});
      })
      .Case([&](emb::Conv2dOp op) {
        return conv2d(get(op.getInput()), op,
                      getLinear(op.getWeight(), op.getBias()));
      })
      .Case([&](emb::Pool2dOp op) { return pool2d(get(op.getInput()), op); })
      .Case([&](emb::FlattenOp op) { return flatten(get(op.getInput()), op); })
      .Case([&](emb::AttentionPoolOp op) {
        return attentionPool(
            get(op.getInput()), offsets, op.getHeads(), get(op.getProbe()),
            getLinear(op.getQueryWeight(), op.getQueryBias()),
            getLinear(op.getKeyWeight(), op.getKeyBias()),
            getLinear(op.getValueWeight(), op.getValueBias()),
            getLinear(op.getOutputWeight(), op.getOutputBias()));
      })
      .Default([](mlir::Operation *op) -> Expected<Matrix> {
        return createStringError("cannot evaluate " +
                                 op->getName().getStringRef() +
                                 ": only operations of emb have a reference");
      });
}

Error Evaluation::run(mlir::Operation *op) {
  Expected<Matrix> result = evaluate(op);
  if (!result)
    return result.takeError();
  values[op->getResult(0)] = std::move(*result);
  return Error::success();
}

/// All operations, and what the last returns.
static Expected<std::vector<Output>> runModel(emb::ModelOp model,
                                              Evaluation &evaluation) {
  mlir::Block &body = model.getBody().front();
  for (mlir::Operation &op : body.without_terminator())
    if (Error error = evaluation.run(&op))
      return error;

  auto returned = llvm::cast<emb::ReturnOp>(body.getTerminator());
  std::vector<Output> outputs;
  for (auto [index, output] : llvm::enumerate(returned.getVectors())) {
    const Matrix &y = evaluation.get(output); // [texts or tokens, width]
    Rows rows;
    for (int64_t r = 0; r < y.rows; ++r)
      rows.emplace_back(y.values.begin() + r * y.columns,
                        y.values.begin() + (r + 1) * y.columns);
    outputs.push_back({returned.getKind(index), std::move(rows)});
  }
  return outputs;
}

Expected<Rows> evaluator::evaluateImages(emb::ModelOp model,
                                         const Pixels &pixels,
                                         WeightReader readWeight) {
  if (!model.getPixels())
    return createStringError("the model takes token ids, not images");
  auto type = llvm::cast<mlir::ShapedType>(model.getPixels().getType());
  if (type.getShape().drop_front() !=
      llvm::ArrayRef{pixels.height, pixels.width, pixels.channels})
    return createStringError(
        "the images are " + Twine(pixels.height) + " x " + Twine(pixels.width) +
        " x " + Twine(pixels.channels) + ", but the model takes " +
        Twine(type.getDimSize(1)) + " x " + Twine(type.getDimSize(2)) + " x " +
        Twine(type.getDimSize(3)));
  int64_t tokens = model.getMaxPositions();
  std::vector<int32_t> ids(pixels.images * tokens), offsets;
  for (int64_t s = 0; s <= pixels.images; ++s)
    offsets.push_back(s * tokens);
  Matrix images(pixels.images, pixels.values.size() / pixels.images);
  images.values.assign(pixels.values.begin(), pixels.values.end());
  Evaluation evaluation(ids, {}, offsets, readWeight);
  evaluation.set(model.getPixels(), std::move(images));
  auto outputs = runModel(model, evaluation);
  if (!outputs)
    return outputs.takeError();
  return std::move(outputs->front().rows);
}

Expected<std::vector<Output>>
evaluator::evaluateOutputs(emb::ModelOp model, llvm::ArrayRef<int32_t> ids,
                           llvm::ArrayRef<int32_t> offsets,
                           WeightReader readWeight,
                           llvm::ArrayRef<int32_t> types) {
  if (model.getPixels())
    return createStringError("the model takes images, not token ids");
  if (Error error = checkOffsets(model, ids.size(), offsets))
    return error;
  if (Error error = checkIds(model, ids))
    return error;
  if (Error error = checkTypes(model, ids.size(), types))
    return error;

  Evaluation evaluation(ids, types, offsets, readWeight);
  return runModel(model, evaluation);
}

Expected<Rows> evaluator::evaluate(emb::ModelOp model,
                                   llvm::ArrayRef<int32_t> ids,
                                   llvm::ArrayRef<int32_t> offsets,
                                   WeightReader readWeight,
                                   llvm::ArrayRef<int32_t> types) {
  auto outputs = evaluateOutputs(model, ids, offsets, readWeight, types);
  if (!outputs)
    return outputs.takeError();
  return std::move(outputs->front().rows);
}
