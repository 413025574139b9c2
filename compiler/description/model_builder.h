//===- model_builder.h - The operations of a description --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What build_model.cpp (from token ids to the last layer's rows),
// build_images.cpp (from pixels to rows) and build_outputs.cpp (from there to
// all that is returned) share.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_MODEL_BUILDER_H
#define EMBLEM_COMPILER_DESCRIPTION_MODEL_BUILDER_H

#include "compiler/description/build_model.h"
#include "compiler/weights/weight_attribute.h"

#include "mlir/IR/Builders.h"

namespace emblem::frontend {

/// Appends the operations of one model to a block. `place` names the locations.
class ModelBuilder {
public:
  ModelBuilder(const Description &description, mlir::OpBuilder &builder,
               mlir::Value input, mlir::Value offsets)
      : description(description), builder(builder), input(input),
        offsets(offsets) {}

  /// The rows of the last layer's tokens; of convolutions, those of images.
  mlir::Value encode() {
    if (!description.convolutions.empty())
      return convolve(description.convolutions);
    mlir::Value rows = embed();
    for (int64_t layer = 0; layer < description.layerCount; ++layer)
      rows = encode(rows, layer);
    if (description.finalNorm)
      rows = norm("final_norm", rows, *description.finalNorm, 0);
    return rows;
  }
  void build(const EncoderResult &encoded) {
    if (encoded.pooled)
      emb::ReturnOp::create(builder, at("vectors"), encoded.rows, nullptr,
                            nullptr, nullptr, nullptr);
    else
      finish(encoded.rows);
  }

private:
  emb::ModelOp getModel() {
    return mlir::cast<emb::ModelOp>(builder.getBlock()->getParentOp());
  }
  mlir::Location at(const llvm::Twine &place) {
    return mlir::NameLoc::get(builder.getStringAttr(place));
  }
  mlir::RankedTensorType rowsOf(int64_t features) {
    return mlir::RankedTensorType::get({mlir::ShapedType::kDynamic, features},
                                       builder.getF32Type());
  }

  WeightExpression adapt(llvm::StringRef name) const {
    auto found = description.adapted.find(name.str());
    return found == description.adapted.end() ? name : found->second;
  }

  /// A null value where there is no such weight.
  mlir::Value weight(const WeightExpression &named,
                     llvm::ArrayRef<int64_t> shape) {
    if (named.empty())
      return nullptr;
    WeightExpression weight =
        named.mapNames([&](llvm::StringRef name) { return adapt(name); });
    return emb::WeightOp::create(
        builder, at(weight.getTensorName()),
        mlir::RankedTensorType::get(shape, builder.getF32Type()),
        toAttribute(weight, *builder.getContext()), /*value=*/nullptr);
  }
  mlir::Value layerWeight(const WeightExpression &weight, int64_t layer,
                          llvm::ArrayRef<int64_t> shape) {
    auto expand = [&](llvm::StringRef name) -> WeightExpression {
      return expandLayer(name, layer);
    };
    return this->weight(weight.mapNames(expand), shape);
  }

  mlir::Value norm(const llvm::Twine &place, mlir::Value rows, const Norm &norm,
                   int64_t layer) {
    int64_t features =
        mlir::cast<mlir::RankedTensorType>(rows.getType()).getDimSize(1);
    mlir::Value scale = layerWeight(norm.scale, layer, {features});
    if (norm.kind == NormKind::Rms)
      return emb::RmsNormOp::create(builder, at(place), rows, scale,
                                    builder.getF64FloatAttr(norm.epsilon));
    mlir::Value shift = layerWeight(norm.shift, layer, {features});
    return emb::LayerNormOp::create(builder, at(place), rows, scale, shift,
                                    builder.getF64FloatAttr(norm.epsilon));
  }

  mlir::FloatAttr number(std::optional<double> value) {
    return value ? builder.getF64FloatAttr(*value) : mlir::FloatAttr();
  }
  mlir::IntegerAttr count(std::optional<int64_t> value) {
    return value ? builder.getI64IntegerAttr(*value) : mlir::IntegerAttr();
  }
  mlir::UnitAttr flag(bool value) {
    return value ? builder.getUnitAttr() : mlir::UnitAttr();
  }

  mlir::Value embed();
  mlir::Value embedTokens();
  mlir::Value cutIntoPatches(const ImageInput &image, const Patches &patches);
  mlir::Value convolve(llvm::ArrayRef<ImageLayer> layers);
  mlir::Value poolByAttention(const AttentionPooling &pooling,
                              mlir::Value rows);
  mlir::Value encode(mlir::Value rows, int64_t layer);
  mlir::Value attend(llvm::StringRef place, mlir::Value rows, int64_t layer);
  mlir::Value relativeRows(llvm::StringRef place,
                           const RelativePositions &positions,
                           const std::optional<Linear> &linear, int64_t layer);
  mlir::Value feedForward(llvm::StringRef place, mlir::Value rows,
                          int64_t layer);
  void finish(mlir::Value rows);
  mlir::Value pool(mlir::Value rows);
  mlir::Value applyModules(const llvm::Twine &place,
                           llvm::ArrayRef<Dense> modules, mlir::Value rows);
  mlir::Value sparse(mlir::Value rows, const Sparse &head);
  mlir::Value tokenWeights(mlir::Value rows, const TokenWeights &head);
  mlir::Value multiVector(mlir::Value rows, const MultiVector &head);

  const Description &description;
  mlir::OpBuilder &builder;
  mlir::Value input; // token ids, or pixels
  mlir::Value offsets;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_DESCRIPTION_MODEL_BUILDER_H
