//===- emb_converter.h - One model, from emb to kernel ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_EMB_CONVERTER_H
#define EMBLEM_COMPILER_TRANSFORMS_EMB_CONVERTER_H

#include "compiler/transforms/weight_builder.h"

#include "mlir/IR/IRMapping.h"

namespace emblem {

/// [images, height, width, channels] in emb, and the rows of kernels for it.
inline mlir::RankedTensorType imageOf(mlir::Value images) {
  return mlir::cast<mlir::RankedTensorType>(images.getType());
}
inline mlir::RankedTensorType rowsOf(mlir::RankedTensorType images) {
  return emb::getRowsType(images.getContext(), emb::getImageSize(images));
}

/// Whether whoever reads the flat rows may have them in the order of images.
llvm::LogicalResult checkFlatten(emb::FlattenOp op);

/// A model is a straight line, so the conversion is one walk that carries a
/// mapping from emb values to kernel values.
class Converter : WeightBuilder {
public:
  Converter(emb::ModelOp model, mlir::OpBuilder &builder)
      : WeightBuilder(builder, model.getLoc()), model(model) {}

  llvm::LogicalResult run();

private:
  void convert(emb::TokenEmbeddingOp op);
  void convert(emb::PositionalEncodingOp op);
  void convert(emb::SegmentEmbeddingOp op);
  void convert(emb::AttentionOp op);
  void convert(emb::FeedForwardOp op);
  void convert(emb::DenseOp op);
  void convert(emb::LayerNormOp op);
  void convert(emb::RmsNormOp op);
  void convert(emb::AddOp op);
  void convert(emb::PoolOp op);
  void convert(emb::ConcatenateOp op);
  void convert(emb::NormalizeOp op);
  void convert(emb::PatchEmbeddingOp op);
  void convert(emb::Conv2dOp op);
  void convert(emb::Pool2dOp op);
  void convert(emb::FlattenOp op);
  void convert(emb::AttentionPoolOp op);

  mlir::Value matmul(mlir::Value input, llvm::ArrayRef<mlir::Value> matrices,
                     llvm::ArrayRef<mlir::Value> biases,
                     emb::Activation activation, const llvm::Twine &stage,
                     mlir::Value multiplier = {});
  /// The same with a weight and a bias of kernels.
  mlir::Value matmulWith(mlir::Value input, mlir::Value packed,
                         mlir::Value bias, emb::Activation activation,
                         const llvm::Twine &stage, mlir::Value multiplier = {});
  void setChannels(mlir::Value weight, mlir::Value images);
  /// The joined queries, keys and values, normed and turned as `op` says.
  mlir::Value prepareHeads(emb::AttentionOp op, mlir::Value joined,
                           llvm::StringRef prefix);
  mlir::Value norm(mlir::Operation *op, kernel::NormKind kind,
                   mlir::Value input, mlir::Value scale, mlir::Value shift,
                   llvm::APFloat epsilon, llvm::StringRef stage);
  kernel::GatherOp gather(mlir::Location loc, mlir::Type type,
                          const llvm::Twine &stage);
  /// A kernel for each output.
  void convert(emb::ReturnOp op);
  static kernel::ModelOutputAttr describeOutput(emb::ReturnOp returned,
                                                unsigned index);
  kernel::InterfaceAttr makeInterface();
  mlir::DictionaryAttr makeImageFacts();

  mlir::Value mapped(mlir::Value value) { return mapping.lookup(value); }
  mlir::StringAttr stageName(const llvm::Twine &name) {
    return builder.getStringAttr(name);
  }
  emb::ModelOp model;
  mlir::IRMapping mapping;
  // Names of stages: "layer.<n>.", one layer an attention.
  int64_t layer = -1;
  int64_t denseCount = 0, imageLayers = 0;
};

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_EMB_CONVERTER_H
