//===- build_images.cpp - From pixels to rows -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/model_builder.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using mlir::Value;

// The tokens of each image.
Value ModelBuilder::cutIntoPatches(const ImageInput &image,
                                   const Patches &patches) {
  int64_t hidden = description.hiddenSize;
  Value projection =
      weight(patches.linear.weight,
             {hidden, image.channels, patches.size, patches.size});
  Value bias = weight(patches.linear.bias, {hidden});
  Value classToken = weight(patches.classToken, {1, hidden});
  Value registers = weight(patches.registers, {patches.registerCount, hidden});
  int64_t placed = getMaxPositions(description) - patches.registerCount;
  Value positions = weight(patches.positions, {placed, hidden});
  return emb::PatchEmbeddingOp::create(builder, at("patch_embedding"),
                                       rowsOf(hidden), input, projection, bias,
                                       classToken, registers, positions);
}

// One row an image.
Value ModelBuilder::convolve(ArrayRef<ImageLayer> layers) {
  Value images = input;
  for (auto [index, layer] : llvm::enumerate(layers)) {
    auto type = cast<mlir::RankedTensorType>(images.getType());
    int64_t stride[] = {layer.stride, layer.stride};
    int64_t padding[] = {layer.padding, layer.padding};
    int64_t size[] = {layer.size, layer.size};
    if (layer.pool) {
      images =
          emb::Pool2dOp::create(builder, at("pool2d." + Twine(index)),
                                *layer.pool, images, size, stride, padding);
      continue;
    }
    Value kernels =
        weight(layer.linear.weight,
               {layer.outputs, type.getDimSize(3), layer.size, layer.size});
    Value bias = weight(layer.linear.bias, {layer.outputs});
    images =
        emb::Conv2dOp::create(builder, at("conv2d." + Twine(index)), images,
                              layer.activation, kernels, bias, stride, padding);
  }
  return emb::FlattenOp::create(builder, at("flatten"), images);
}

// What the probe sees, and then a feed-forward block of its own.
Value ModelBuilder::poolByAttention(const AttentionPooling &pooling,
                                    Value rows) {
  int64_t hidden = description.hiddenSize;
  auto layer = [&](const Linear &linear) {
    // Braces, for they fix the order in which the two are built.
    return std::pair<Value, Value>{weight(linear.weight, {hidden, hidden}),
                                   weight(linear.bias, {hidden})};
  };
  Value probe = weight(pooling.probe, {1, hidden});
  auto [query, queryBias] = layer(pooling.query);
  auto [key, keyBias] = layer(pooling.key);
  auto [value, valueBias] = layer(pooling.value);
  auto [output, outputBias] = layer(pooling.output);
  Value pooled = emb::AttentionPoolOp::create(
      builder, at("attention_pool"), rowsOf(hidden), rows, offsets,
      pooling.heads, probe, query, queryBias, key, keyBias, value, valueBias,
      output, outputBias);
  Value normed = norm("attention_pool_norm", pooled, pooling.norm, 0);
  int64_t inner = pooling.innerSize;
  Value up = weight(pooling.up.weight, {inner, hidden});
  Value upBias = weight(pooling.up.bias, {inner});
  Value down = weight(pooling.down.weight, {hidden, inner});
  Value downBias = weight(pooling.down.bias, {hidden});
  Value fed = emb::FeedForwardOp::create(
      builder, at("attention_pool_feed_forward"), rowsOf(hidden), normed,
      pooling.activation, up, upBias, nullptr, nullptr, down, downBias);
  return emb::AddOp::create(builder, at("attention_pool_add"), fed, pooled);
}
