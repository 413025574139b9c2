//===- image_problems.cpp - Problems of models of images ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/problem_checks.h"

using namespace emblem;
using namespace emblem::frontend;

// Pixels of an image are counted in int32.
static constexpr int64_t maxSide = 1 << 14;

std::string emblem::frontend::findProblem(const ImageInput &image) {
  auto checkChannels = [&](std::string_view key,
                           const std::vector<double> &values, bool positive) {
    if (values.empty())
      return std::string();
    if (static_cast<int64_t>(values.size()) != image.channels)
      return fmt::format("'{0}' has {1} numbers, and must have one for each of "
                         "{2} channels",
                         key, values.size(), image.channels);
    for (double value : values)
      if (!std::isfinite(value) || (positive && value <= 0))
        return fmt::format("'{0}' has {1}, and must be {2}", key, value,
                           positive ? "positive" : "finite");
    return std::string();
  };
  bool resizes = image.resize != ResizeKind::None;
  std::string problem =
      first({checkSize("height", image.height, 1, maxSide),
             checkSize("width", image.width, 1, maxSide),
             image.channels == 1 || image.channels == 3
                 ? ""
                 : fmt::format("'channels' is {0}, and must be 1 or 3",
                               image.channels),
             checkSize("resize_height", image.resizeHeight, 0, maxSide),
             checkSize("resize_width", image.resizeWidth, 0, maxSide),
             !resizes && (image.resizeHeight || image.resizeWidth)
                 ? "without 'resize' there is no 'resize_height' or "
                   "'resize_width'"
                 : "",
             checkPositive("rescale", image.rescale),
             checkChannels("mean", image.mean, /*positive=*/false),
             checkChannels("std", image.std, /*positive=*/true)});
  if (!problem.empty() || !resizes)
    return problem;
  // What is cropped must be there.
  bool exact = image.resize == ResizeKind::Exact;
  int64_t height = image.resizeHeight ? image.resizeHeight : image.height;
  int64_t width = !exact              ? height
                  : image.resizeWidth ? image.resizeWidth
                                      : image.width;
  if (height >= image.height && width >= image.width)
    return "";
  return fmt::format("pictures are resized to {0} x {1}, which is less than "
                     "the {2} x {3} that are cropped",
                     height, width, image.height, image.width);
}

std::string emblem::frontend::findProblem(const Patches &patches) {
  return first({checkSize("size", patches.size, 1, maxSide),
                findProblem(patches.linear),
                checkSize("register_count", patches.registerCount, 0, 1 << 20),
                (patches.registerCount == 0) != patches.registers.empty()
                    ? "'registers' and 'register_count' come together"
                    : ""});
}

std::string emblem::frontend::findProblem(const ImageLayer &layer) {
  int64_t most = layer.pool ? layer.size / 2 : layer.size - 1;
  std::string problem = first({checkSize("size", layer.size, 1, maxSide),
                               checkSize("stride", layer.stride, 1, maxSide),
                               checkSize("padding", layer.padding, 0, most)});
  if (!problem.empty())
    return problem;
  if (!layer.pool)
    return first(
        {checkSize("outputs", layer.outputs), findProblem(layer.linear)});
  if (layer.outputs || !layer.linear.weight.empty() ||
      !layer.linear.bias.empty() || layer.activation != Activation::Identity)
    return "a layer with 'pool' has neither outputs, weight, bias nor "
           "activation";
  return "";
}

std::string emblem::frontend::findProblem(const AttentionPooling &pooling) {
  return first({checkSize("heads", pooling.heads),
                pooling.probe.empty() ? "'probe' is missing" : "",
                within("query", findProblem(pooling.query)),
                within("key", findProblem(pooling.key)),
                within("value", findProblem(pooling.value)),
                within("output", findProblem(pooling.output)),
                within("norm", findProblem(pooling.norm)),
                checkSize("inner_size", pooling.innerSize),
                within("up", findProblem(pooling.up)),
                within("down", findProblem(pooling.down))});
}

std::string emblem::frontend::checkImages(const Description &description) {
  std::string problem = first({within("image", findProblem(description.image)),
                               optionally("patches", description.patches)});
  for (const ImageLayer &layer : description.convolutions)
    if (problem.empty())
      problem = within("convolutions", findProblem(layer));
  if (!problem.empty())
    return problem;
  const ImageInput &image = description.image;
  bool convolves = !description.convolutions.empty();
  if (convolves == description.patches.has_value())
    return "a model of images has either 'patches' or 'convolutions'";
  if (description.patches &&
      description.patches->size > std::min(image.height, image.width))
    return fmt::format("a patch of {0} pixels is larger than the images, {1} x "
                       "{2}",
                       description.patches->size, image.height, image.width);
  if (description.patches)
    return checkSize("hidden_size", description.hiddenSize);
  if (description.layerCount || description.embeddingNorm ||
      description.finalNorm || description.attentionPooling)
    return "behind 'convolutions' there are neither layers nor their norms";
  std::optional<int64_t> size = getConvolvedSize(description);
  if (!size || *size > maxSize)
    return "a window of 'convolutions' does not fit into what the layer before "
           "it gives";
  int64_t channels = description.image.channels;
  for (const ImageLayer &layer : description.convolutions)
    channels = layer.pool ? channels : layer.outputs;
  // In which order would a vector have them?
  return description.dense.empty() && channels > 1 && *size > channels
             ? "behind 'convolutions' there must be a layer in 'dense', or one "
               "pixel"
             : "";
}
