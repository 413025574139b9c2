//===- convert_images.cpp - Image encoder ops: emb to kernel --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/emb_converter.h"

#include "compiler/transforms/passes.h"

#include <cmath>

using namespace mlir;
using namespace emblem;

/// The weight's rows become as images lie in kernels.
void Converter::setChannels(Value weight, Value images) {
  weight.getDefiningOp<kernel::WeightOp>().setChannels(
      imageOf(images).getDimSize(3));
}

// A class token and registers are rows of zeros until the last: there every
// token gains what its position and its being such a token say.
void Converter::convert(emb::PatchEmbeddingOp op) {
  RankedTensorType pixels = imageOf(op.getPixels());
  ArrayRef<int64_t> kernels = op.getWeight().getType().getShape();
  int64_t inputs = kernels[1] * kernels[2] * kernels[3];
  auto patches = kernel::PatchesOp::createValueForm(
      builder, op.getLoc(), stageName("patches"),
      emb::getRowsType(op.getContext(), inputs), mapped(op.getPixels()),
      pixels.getShape().drop_front(), kernels.drop_front(2),
      op.getPrefixTokens());
  Value weight = this->weight<kernel::MatrixLayoutAttr>(op.getWeight(),
                                                        {kernels[0], inputs});
  setChannels(weight, op.getPixels());
  Value rows = matmulWith(patches.getResult(), weight, row(op.getBias()),
                          emb::Activation::Identity, "patch_projection");
  if (op.getPrefixTokens() != 0 || op.getPositions()) {
    Value positions = computed<kernel::PatchPositionsLayoutAttr>(
        {op.getTokens(), kernels[0]}, kernels[0], sourceOf(op.getClassToken()),
        sourceOf(op.getRegisters()), sourceOf(op.getPositions()),
        sourceOf(op.getBias()));
    kernel::GatherOp added =
        gather(op.getLoc(), op.getType(), "patch_position");
    added.getInputMutable().assign(rows);
    added.getPositionsMutable().assign(positions);
    rows = added.getResult();
  }
  mapping.map(op.getResult(), rows);
}

void Converter::convert(emb::Conv2dOp op) {
  std::string stage = ("conv2d." + Twine(imageLayers++)).str();
  Value input = mapped(op.getInput());
  SmallVector<int64_t> image(imageOf(op.getInput()).getShape().drop_front());
  if (llvm::any_of(op.getPadding(), [](int64_t side) { return side != 0; })) {
    SmallVector<int64_t> padded = {image[0] + 2 * op.getPadding()[0],
                                   image[1] + 2 * op.getPadding()[1], image[2]};
    input = kernel::Pad2dOp::createValueForm(
                builder, op.getLoc(), stageName(stage + ".padding"),
                emb::getRowsType(op.getContext(),
                                 padded[0] * padded[1] * padded[2]),
                input, image, op.getPadding())
                .getResult();
    image = padded;
  }
  ArrayRef<int64_t> kernels = op.getWeight().getType().getShape();
  Value weight = this->weight<kernel::MatrixLayoutAttr>(
      op.getWeight(), {kernels[0], kernels[1] * kernels[2] * kernels[3]});
  setChannels(weight, op.getInput());
  auto activation = op.getActivation() == emb::Activation::Identity
                        ? emb::ActivationAttr()
                        : op.getActivationAttr();
  auto conv = kernel::Conv2dOp::createValueForm(
      builder, op.getLoc(), stageName(stage), rowsOf(op.getType()), input,
      weight, row(op.getBias()), activation,
      builder.getDenseI64ArrayAttr(image),
      builder.getDenseI64ArrayAttr(kernels.drop_front(2)), op.getStrideAttr(),
      builder.getI64IntegerAttr(kernels[0]));
  mapping.map(op.getResult(), conv.getResult());
}

void Converter::convert(emb::Pool2dOp op) {
  auto pool = kernel::Pool2dOp::createValueForm(
      builder, op.getLoc(), stageName("pool2d." + Twine(imageLayers++)),
      rowsOf(op.getType()), op.getKind(), mapped(op.getInput()),
      imageOf(op.getInput()).getShape().drop_front(), op.getSize(),
      op.getStride(), op.getPadding());
  mapping.map(op.getResult(), pool.getResult());
}

// Nothing is moved: who reads it has its weights in the order of images.
void Converter::convert(emb::FlattenOp op) {
  mapping.map(op.getResult(), mapped(op.getInput()));
}

LogicalResult emblem::checkFlatten(emb::FlattenOp op) {
  RankedTensorType images = imageOf(op.getInput());
  bool sameOrder = images.getDimSize(3) == 1 ||
                   images.getDimSize(1) * images.getDimSize(2) == 1;
  if (!sameOrder && !llvm::all_of(op->getUsers(), llvm::IsaPred<emb::DenseOp>))
    return op.emitOpError("of images with more than one channel and pixel "
                          "must be read by emb.dense alone");
  if (isa<BlockArgument>(op.getInput()))
    return op.emitOpError("of the pixels themselves has no kernel: put a "
                          "convolution or patches before");
  return success();
}

void Converter::convert(emb::AttentionPoolOp op) {
  std::string prefix = "attention_pool.";
  Value joined =
      matmul(mapped(op.getInput()), {op.getKeyWeight(), op.getValueWeight()},
             {op.getKeyBias(), op.getValueBias()}, emb::Activation::Identity,
             prefix + "key_value");
  int64_t size = height(op.getQueryWeight());
  Value query = computed<kernel::ProbeQueryLayoutAttr>(
      size, sourceOf(op.getProbe()), sourceOf(op.getQueryWeight()),
      sourceOf(op.getQueryBias()));
  auto pooled = kernel::AttentionPoolOp::createValueForm(
      builder, op.getLoc(), stageName(prefix + "attention"),
      emb::getRowsType(op.getContext(), size), joined, mapped(op.getOffsets()),
      query, op.getHeads(), op.getHeadSize(),
      APFloat(1.0 / std::sqrt(double(op.getHeadSize()))));
  mapping.map(op.getResult(),
              matmul(pooled.getResult(), op.getOutputWeight(),
                     op.getOutputBias(), emb::Activation::Identity,
                     prefix + "output"));
}

/// What emb.model leaves out has its value here.
DictionaryAttr Converter::makeImageFacts() {
  NamedAttrList facts(model.getImageAttr() ? model.getImageAttr()
                                           : builder.getDictionaryAttr({}));
  ArrayRef<int64_t> sides = imageOf(model.getPixels()).getShape();
  auto integer = [&](StringRef name, int64_t value) {
    if (!facts.get(name))
      facts.set(name, builder.getI64IntegerAttr(value));
  };
  auto number = [&](StringRef name, auto symbolize, auto usual) {
    auto text = dyn_cast_or_null<StringAttr>(facts.get(name));
    auto value = text ? *symbolize(text.getValue()) : usual;
    facts.set(name, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  };
  auto floats = [&](StringRef name, double usual) {
    if (!facts.get(name))
      facts.set(name,
                builder.getF64ArrayAttr(SmallVector<double>(sides[3], usual)));
  };
  integer("height", sides[1]);
  integer("width", sides[2]);
  integer("channels", sides[3]);
  integer("resize_height", 0);
  integer("resize_width", 0);
  number(
      "resize", [](StringRef s) { return emb::symbolizeResizeKind(s); },
      emb::ResizeKind::None);
  number(
      "filter", [](StringRef s) { return emb::symbolizeResizeFilter(s); },
      emb::ResizeFilter::Bilinear);
  floats("scale", 1);
  floats("shift", 0);
  return facts.getDictionary(builder.getContext());
}
