//===- emb_images.cpp - Verifiers and types of the layers over images -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each check cites its constraint in emb_images.td, in the order given there;
// those of emb.model's pixels are in emb_model.td.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::emb;

// Results are compared by the verifiers, which give one sentence.
#define COMPARED_BY_VERIFIER(Op)                                               \
  bool Op::isCompatibleReturnTypes(TypeRange, TypeRange) { return true; }
COMPARED_BY_VERIFIER(PatchEmbeddingOp)
COMPARED_BY_VERIFIER(Conv2dOp)
COMPARED_BY_VERIFIER(Pool2dOp)
COMPARED_BY_VERIFIER(FlattenOp)
COMPARED_BY_VERIFIER(AttentionPoolOp)
#undef COMPARED_BY_VERIFIER

static LogicalResult verifyResult(Operation *op, Type expected) {
  Type actual = op->getResult(0).getType();
  if (actual == expected)
    return success();
  return op->emitOpError() << "the result is " << actual << ", but must be "
                           << expected;
}

static LogicalResult verifyChannels(Operation *op, RankedTensorType weight,
                                    RankedTensorType images) {
  if (weight.getDimSize(1) == images.getDimSize(3))
    return success();
  return op->emitOpError() << "the weight has " << weight.getDimSize(1)
                           << " channels, but the images "
                           << images.getDimSize(3);
}

/// [outputs, channels, height, width], or an error.
static LogicalResult checkKernel(std::optional<Location> location, Value value,
                                 RankedTensorType &weight) {
  weight = dyn_cast<RankedTensorType>(value.getType());
  if (weight && weight.getRank() == 4)
    return success();
  return emitOptionalError(location, "the weight must have four sides, but is ",
                           value.getType());
}

//===----------------------------------------------------------------------===//
// emb.patch_embedding
//===----------------------------------------------------------------------===//

LogicalResult PatchEmbeddingOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, Adaptor adaptor,
    SmallVectorImpl<Type> &inferred) {
  RankedTensorType weight;
  if (failed(checkKernel(location, adaptor.getWeight(), weight)))
    return failure();
  inferred.push_back(getRowsType(context, height(weight)));
  return success();
}

LogicalResult PatchEmbeddingOp::verify() {
  RankedTensorType weight = getWeight().getType();
  RankedTensorType pixels = getPixels().getType();
  // patch_embedding_c1
  if (failed(verifyChannels(*this, weight, pixels)))
    return failure();
  if (getPatches() == 0)
    return emitOpError() << "a patch is "
                         << shape(weight.getDimSize(2), weight.getDimSize(3))
                         << ", larger than the images, "
                         << shape(pixels.getDimSize(1), pixels.getDimSize(2));
  // patch_embedding_c2
  if (failed(verifyBias(*this, "bias", getBias(), weight)))
    return failure();
  int64_t outputs = height(weight);
  for (auto [name, rows] : {std::pair("class token", getClassToken()),
                            std::pair("table of registers", getRegisters()),
                            std::pair("table of positions", getPositions())})
    if (rows && width(rows.getType()) != outputs)
      return emitOpError() << "the " << name << " is " << width(rows.getType())
                           << " wide, but the weight has " << outputs
                           << " outputs";
  // patch_embedding_c3
  if (getClassToken() && height(getClassToken().getType()) != 1)
    return emitOpError() << "the class token is one row, but there are "
                         << height(getClassToken().getType());
  int64_t placed = getPatches() + (getClassToken() ? 1 : 0);
  if (getPositions() && height(getPositions().getType()) != placed)
    return emitOpError() << "the positions are "
                         << height(getPositions().getType()) << ", but "
                         << placed << " tokens have one";
  // patch_embedding_c4
  return verifyResult(*this, getRowsType(getContext(), outputs));
}

//===----------------------------------------------------------------------===//
// emb.conv2d, emb.pool2d, emb.flatten
//===----------------------------------------------------------------------===//

/// The images that windows of `size` make of others, or null where none fits.
static RankedTensorType getWindows(RankedTensorType images,
                                   ArrayRef<int64_t> size,
                                   ArrayRef<int64_t> stride,
                                   ArrayRef<int64_t> padding,
                                   int64_t channels) {
  SmallVector<int64_t> sides = {ShapedType::kDynamic};
  for (int i : {0, 1}) {
    int64_t room = images.getDimSize(i + 1) + 2 * padding[i] - size[i];
    if (room < 0)
      return {};
    sides.push_back(room / stride[i] + 1);
  }
  sides.push_back(channels);
  return RankedTensorType::get(sides, images.getElementType());
}

/// Whether these are two numbers each, strides and sizes positive.
static bool areWindows(ArrayRef<int64_t> size, ArrayRef<int64_t> stride,
                       ArrayRef<int64_t> padding) {
  auto atLeast = [](ArrayRef<int64_t> sides, int64_t least) {
    return sides.size() == 2 && llvm::all_of(sides, [&](int64_t side) {
             return side >= least && side <= INT32_MAX;
           });
  };
  return atLeast(size, 1) && atLeast(stride, 1) && atLeast(padding, 0);
}

/// Infers the windows' images; what is not right is left to the verifier.
static LogicalResult inferWindows(Type input, ArrayRef<int64_t> size,
                                  ArrayRef<int64_t> stride,
                                  ArrayRef<int64_t> padding, int64_t channels,
                                  SmallVectorImpl<Type> &inferred) {
  auto images = dyn_cast<RankedTensorType>(input);
  RankedTensorType windows;
  if (images && images.getRank() == 4 && areWindows(size, stride, padding))
    windows = getWindows(images, size, stride, padding, channels);
  inferred.push_back(windows ? Type(windows) : input);
  return success();
}

static LogicalResult verifyWindows(Operation *op, RankedTensorType images,
                                   ArrayRef<int64_t> size,
                                   ArrayRef<int64_t> stride,
                                   ArrayRef<int64_t> padding,
                                   int64_t mostPadding, int64_t channels) {
  // conv2d_c2, pool2d_c1
  if (!areWindows(size, stride, padding))
    return op->emitOpError("sizes, strides and paddings are two numbers each, "
                           "of the height and of the width: sizes and strides "
                           "positive, paddings not negative");
  for (int i : {0, 1})
    if (padding[i] * mostPadding > size[i] ||
        (mostPadding == 1 && padding[i] == size[i]))
      return op->emitOpError() << "a padding of " << padding[i]
                               << " is too much for a window of " << size[i];
  RankedTensorType windows =
      getWindows(images, size, stride, padding, channels);
  if (!windows)
    return op->emitOpError() << "a window of " << shape(size[0], size[1])
                             << " does not fit into the padded images, "
                             << shape(images.getDimSize(1) + 2 * padding[0],
                                      images.getDimSize(2) + 2 * padding[1]);
  // conv2d_c3, pool2d_c2
  return verifyResult(op, windows);
}

LogicalResult Conv2dOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> location,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &inferred) {
  RankedTensorType weight;
  if (failed(checkKernel(location, adaptor.getWeight(), weight)))
    return failure();
  return inferWindows(adaptor.getInput().getType(),
                      weight.getShape().drop_front(2), adaptor.getStride(),
                      adaptor.getPadding(), height(weight), inferred);
}

LogicalResult Conv2dOp::verify() {
  RankedTensorType weight = getWeight().getType();
  // conv2d_c1
  if (failed(verifyChannels(*this, weight, getInput().getType())) ||
      failed(verifyBias(*this, "bias", getBias(), weight)))
    return failure();
  return verifyWindows(*this, getInput().getType(),
                       weight.getShape().drop_front(2), getStride(),
                       getPadding(), /*mostPadding=*/1, height(weight));
}

LogicalResult Pool2dOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> location,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &inferred) {
  auto input = dyn_cast<RankedTensorType>(adaptor.getInput().getType());
  return inferWindows(adaptor.getInput().getType(), adaptor.getSize(),
                      adaptor.getStride(), adaptor.getPadding(),
                      input && input.getRank() == 4 ? input.getDimSize(3) : 1,
                      inferred);
}

LogicalResult Pool2dOp::verify() {
  RankedTensorType input = getInput().getType();
  return verifyWindows(*this, input, getSize(), getStride(), getPadding(),
                       /*mostPadding=*/2, input.getDimSize(3));
}

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> location,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &inferred) {
  auto images = dyn_cast<RankedTensorType>(adaptor.getInput().getType());
  if (!images || images.getRank() != 4 || !isImages(images))
    return emitOptionalError(location, "the input must be images, but is ",
                             adaptor.getInput().getType());
  inferred.push_back(getRowsType(context, getImageSize(images)));
  return success();
}

LogicalResult FlattenOp::verify() {
  // flatten_c1
  return verifyResult(
      *this, getRowsType(getContext(), getImageSize(getInput().getType())));
}

//===----------------------------------------------------------------------===//
// emb.attention_pool
//===----------------------------------------------------------------------===//

LogicalResult AttentionPoolOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, Adaptor adaptor,
    SmallVectorImpl<Type> &inferred) {
  auto weight = dyn_cast<RankedTensorType>(adaptor.getOutputWeight().getType());
  if (!weight || weight.getRank() != 2)
    return emitOptionalError(location,
                             "the output weight must be a matrix, but is ",
                             adaptor.getOutputWeight().getType());
  inferred.push_back(getRowsType(context, height(weight)));
  return success();
}

LogicalResult AttentionPoolOp::verify() {
  // attention_pool_c1
  if (height(getProbe().getType()) != 1)
    return emitOpError() << "the probe is one row, but there are "
                         << height(getProbe().getType());
  RankedTensorType input = getInput().getType();
  RankedTensorType query = getQueryWeight().getType();
  if (failed(verifyWidth(*this, "probe", getProbe().getType(), input)))
    return failure();
  for (auto [name, weight] : {std::pair("query weight", getQueryWeight()),
                              std::pair("key weight", getKeyWeight()),
                              std::pair("value weight", getValueWeight())})
    if (failed(verifyWidth(*this, name, weight.getType(), input)))
      return failure();
  // attention_pool_c2
  for (auto [name, weight] : {std::pair("key weight", getKeyWeight()),
                              std::pair("value weight", getValueWeight())})
    if (height(weight.getType()) != height(query))
      return emitOpError() << "the " << name << " is "
                           << height(weight.getType())
                           << " high, but the query weight " << height(query);
  int64_t heads = getHeadsAttr().getInt();
  if (heads < 1 || height(query) % heads != 0)
    return emitOpError() << "heads is " << heads << ", and must divide "
                         << height(query) << ", the query weight's height";
  // attention_pool_c3
  RankedTensorType output = getOutputWeight().getType();
  if (width(output) != height(query))
    return emitOpError() << "the output weight is " << width(output)
                         << " wide, but the value weight " << height(query)
                         << " high";
  if (failed(verifyBias(*this, "query bias", getQueryBias(), query)) ||
      failed(verifyBias(*this, "key bias", getKeyBias(), query)) ||
      failed(verifyBias(*this, "value bias", getValueBias(), query)) ||
      failed(verifyBias(*this, "output bias", getOutputBias(), output)))
    return failure();
  // attention_pool_c4
  return verifyResult(*this, getRowsType(getContext(), height(output)));
}

//===----------------------------------------------------------------------===//
// emb.model's pixels
//===----------------------------------------------------------------------===//

// model_c1
LogicalResult emb::verifyPixels(ModelOp model, RankedTensorType pixels) {
  if (isImages(pixels) &&
      (pixels.getDimSize(3) == 1 || pixels.getDimSize(3) == 3))
    return success();
  return model.emitOpError()
         << "the pixels must be images of 1 or 3 channels, but are " << pixels;
}

// model_c5
LogicalResult emb::verifyImage(ModelOp model, RankedTensorType pixels) {
  if (model.getPairs() || model.getPrompts() || model.getPromptRules() ||
      model.getTokenizer())
    return model.emitOpError("takes images, so it has neither pairs, prompts "
                             "nor a tokenizer");
  DictionaryAttr image = model.getImageAttr();
  if (!image)
    return success();
  for (NamedAttribute field : image) {
    StringRef name = field.getName();
    auto text = dyn_cast<StringAttr>(field.getValue());
    auto size = dyn_cast<IntegerAttr>(field.getValue());
    auto list = dyn_cast<ArrayAttr>(field.getValue());
    bool isRight = false;
    if (name == "resize")
      isRight = text && symbolizeResizeKind(text.getValue());
    else if (name == "filter")
      isRight = text && symbolizeResizeFilter(text.getValue());
    else if (name == "resize_height" || name == "resize_width")
      isRight = size && size.getInt() > 0 && size.getInt() <= INT32_MAX;
    else if (name == "scale" || name == "shift")
      isRight = list &&
                static_cast<int64_t>(list.size()) == pixels.getDimSize(3) &&
                llvm::all_of(list, llvm::IsaPred<FloatAttr>);
    if (!isRight)
      return model.emitOpError()
             << "image: " << name << " cannot be " << field.getValue();
  }
  auto resize = image.getAs<StringAttr>("resize");
  if (resize && resize.getValue() != "none" &&
      (!image.contains("resize_height") ||
       (resize.getValue() == "exact" && !image.contains("resize_width"))))
    return model.emitOpError("image: a picture that is resized needs "
                             "resize_height and, to be exact, resize_width");
  return success();
}
