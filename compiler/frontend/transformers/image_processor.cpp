//===- image_processor.cpp - From pictures to pixels ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/image_processor.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace emblem::frontend;

namespace {

/// A height and a width.
using Sides = std::pair<int64_t, int64_t>;

/// An image processor of transformers, and what it takes where its file says
/// nothing.
struct Processor {
  StringLiteral name;
  ResizeFilter filter;
  bool crops;       // its middle, after resizing
  bool keepsSquare; // one number in `size` is both sides, not the shorter one
};

} // namespace

static constexpr Processor processors[] = {
    {"BitImageProcessor", ResizeFilter::Bicubic, true, false},
    {"CLIPImageProcessor", ResizeFilter::Bicubic, true, false},
    {"SiglipImageProcessor", ResizeFilter::Bicubic, false, true},
    {"ViTImageProcessor", ResizeFilter::Bilinear, false, true}};

/// Two sides: [height, width], or one number for both.
static Expected<Sides> readSides(const JsonObject &config, StringRef key) {
  const json::Value *value = config.find(key);
  const json::Array *list = value ? value->getAsArray() : nullptr;
  if (!list) {
    auto side = config.size(key);
    if (!side)
      return side.takeError();
    return Sides(*side, *side);
  }
  if (list->size() == 2) {
    auto height = (*list)[0].getAsInteger(), width = (*list)[1].getAsInteger();
    if (height && width && *height > 0 && *width > 0)
      return Sides(*height, *width);
  }
  return config.error(key, "it must be a positive integer, or two");
}

Error emblem::frontend::readImageSizes(const JsonObject &config,
                                       Description &model) {
  auto image = readSides(config, "image_size");
  if (!image)
    return image.takeError();
  auto patch = readSides(config, "patch_size");
  if (!patch)
    return patch.takeError();
  if (patch->first != patch->second)
    return config.error("patch_size", "only square patches are supported");
  std::tie(model.image.height, model.image.width) = *image;
  model.patches->size = patch->first;
  if (patch->first > std::min(image->first, image->second))
    return config.error("patch_size", "it must fit into the image");
  if (!config.find("num_channels"))
    return Error::success();
  return config.size("num_channels").moveInto(model.image.channels);
}

static Expected<JsonObject> readProcessorFile(const ModelFolders &folders) {
  std::string file =
      resolvePath(folders.transformer, "preprocessor_config.json");
  if (sys::fs::exists(file))
    return JsonObject::read(file);
  file = resolvePath(folders.transformer, "processor_config.json");
  if (sys::fs::exists(file)) {
    auto whole = JsonObject::read(file);
    if (!whole)
      return whole.takeError();
    if (const json::Value *part = whole->find("image_processor"))
      if (const json::Object *object = part->getAsObject())
        return JsonObject(file, *object, "image_processor.");
  }
  return createStringError("'" + folders.transformer +
                           "' has no preprocessor_config.json, which says how "
                           "a picture becomes pixels; save the model's image "
                           "processor there with transformers");
}

static Expected<const Processor *> findProcessor(const JsonObject &config) {
  // The second is the first's older name.
  StringRef key = config.find("feature_extractor_type") &&
                          !config.find("image_processor_type")
                      ? "feature_extractor_type"
                      : "image_processor_type";
  auto type = config.string(key, "");
  if (!type)
    return type.takeError();
  StringRef name = *type;
  name.consume_back("Fast");
  name.consume_back("Pil");
  std::string current = name.str();
  if (name.consume_back("FeatureExtractor")) // its name before 2022
    current = (name + "ImageProcessor").str();
  std::string known;
  for (const Processor &processor : processors) {
    if (processor.name == current)
      return &processor;
    known += (known.empty() ? "" : ", ") + processor.name.str();
  }
  return config.error(key, "the image processors that are known are " + known);
}

/// The sides in {"height": h, "width": w}, or in one number.
static Expected<Sides> readObjectSides(const JsonObject &config,
                                       StringRef key) {
  const json::Value *value = config.find(key);
  const json::Object *object = value ? value->getAsObject() : nullptr;
  if (!object)
    return readSides(config, key);
  auto height = object->getInteger("height");
  auto width = object->getInteger("width");
  if (object->size() == 2 && height && width && *height > 0 && *width > 0)
    return Sides(*height, *width);
  return config.error(key, "only a height and a width are supported");
}

static Error readResize(const JsonObject &config, const Processor &processor,
                        ImageInput &image) {
  // PIL's numbers.
  static constexpr ResizeFilter filters[] = {
      ResizeFilter::Nearest, ResizeFilter::Lanczos, ResizeFilter::Bilinear,
      ResizeFilter::Bicubic};
  image.filter = processor.filter;
  if (const json::Value *resample = config.find("resample")) {
    auto number = resample->getAsInteger();
    if (!number || *number < 0 || *number > 3)
      return config.error("resample", "it must be 0 (nearest), 1 (Lanczos), 2 "
                                      "(bilinear) or 3 (bicubic)");
    image.filter = filters[*number];
  }
  const json::Value *size = config.find("size");
  const json::Object *object = size ? size->getAsObject() : nullptr;
  bool isNumber = size && size->getAsInteger();
  if ((object && object->get("shortest_edge")) ||
      (isNumber && !processor.keepsSquare)) {
    auto edge =
        object ? object->getInteger("shortest_edge") : size->getAsInteger();
    if ((object && object->size() != 1) || !edge || *edge < 1 ||
        *edge > INT32_MAX)
      return config.error("size", "beside a shortest_edge, a positive "
                                  "integer, nothing is supported");
    image.resize = ResizeKind::ShortestEdge;
    image.resizeHeight = image.resizeWidth = *edge;
    return Error::success();
  }
  image.resize = ResizeKind::Exact;
  auto sides = readObjectSides(config, "size");
  if (!sides)
    return sides.takeError();
  std::tie(image.resizeHeight, image.resizeWidth) = *sides;
  return Error::success();
}

/// A number for each channel.
static Error readChannels(const JsonObject &config, StringRef key,
                          int64_t channels, std::vector<double> &into) {
  const json::Value *value = config.find(key);
  const json::Array *list = value ? value->getAsArray() : nullptr;
  if (!list || static_cast<int64_t>(list->size()) != channels)
    return config.error(key, "it must be a list with a number for each "
                             "channel, " +
                                 Twine(channels));
  for (const json::Value &entry : *list) {
    std::optional<double> number = entry.getAsNumber();
    if (!number)
      return config.error(key, "it must be of numbers");
    into.push_back(*number);
  }
  return Error::success();
}

/// Models whose positions transformers resizes to whatever comes.
struct ResizingModel {
  StringLiteral type; // config.json's "model_type"
  bool antialiased;
};
static constexpr ResizingModel resizingModels[] = {
    {"dinov2", false}, {"dinov2_with_registers", true}};

/// Makes the model take images of the size that is given.
static Error fitSize(const JsonObject &config, StringRef key, Sides given,
                     StringRef modelType, Description &model) {
  ImageInput &image = model.image;
  if (given == Sides(image.height, image.width))
    return Error::success();
  const ResizingModel *resizing =
      find_if(resizingModels, [&](const ResizingModel &candidate) {
        return candidate.type == modelType;
      });
  Patches &patches = *model.patches;
  if (resizing != std::end(resizingModels) && given.first == given.second &&
      image.height == image.width && given.first >= patches.size) {
    int64_t from = image.height / patches.size, to = given.first / patches.size;
    patches.positions = WeightExpression::resized(patches.positions, from, to,
                                                  resizing->antialiased);
    std::tie(image.height, image.width) = given;
    return Error::success();
  }
  return config.error(key, "the model takes " + Twine(image.height) + " x " +
                               Twine(image.width) +
                               " pixels, and its positions are not "
                               "interpolated for others");
}

static Error refuseUnread(const JsonObject &config) {
  // Where and how it is run, and what every picture here becomes: RGB.
  static constexpr StringLiteral harmless[] = {"_valid_processor_keys",
                                               "auto_map",
                                               "crop_pct",
                                               "data_format",
                                               "device",
                                               "disable_grouping",
                                               "do_convert_rgb",
                                               "image_processor_type",
                                               "input_data_format",
                                               "processor_class",
                                               "return_tensors"};
  for (StringRef key : config.getUnread())
    if (!is_contained(harmless, key))
      return config.error(key, "this setting is not known, and may change the "
                               "pixels");
  return Error::success();
}

Error emblem::frontend::addImageProcessor(const ModelFolders &folders,
                                          const JsonObject &modelConfig,
                                          Description &model) {
  auto modelType = modelConfig.string("model_type", "");
  if (!modelType)
    return modelType.takeError();
  auto config = readProcessorFile(folders);
  if (!config)
    return config.takeError();
  auto processor = findProcessor(*config);
  if (!processor)
    return processor.takeError();
  ImageInput &image = model.image;
  auto isOn = [&](StringRef key, bool usual, bool &on) {
    return config->boolean(key, usual).moveInto(on);
  };
  bool resizes = true, crops = false, rescales = true, normalizes = true,
       pads = false;
  if (Error error = isOn("do_resize", true, resizes))
    return error;
  if (Error error = isOn("do_center_crop", (*processor)->crops, crops))
    return error;
  if (Error error = isOn("do_rescale", true, rescales))
    return error;
  if (Error error = isOn("do_normalize", true, normalizes))
    return error;
  if (Error error = isOn("do_pad", false, pads))
    return error;
  if (pads)
    return config->error("do_pad", "padding is not supported");

  image.resize = ResizeKind::None;
  if (resizes)
    if (Error error = readResize(*config, **processor, image))
      return error;
  if (crops) {
    auto sides = readObjectSides(*config, "crop_size");
    if (!sides)
      return sides.takeError();
    if (Error error = fitSize(*config, "crop_size", *sides, *modelType, model))
      return error;
  } else if (image.resize == ResizeKind::Exact) {
    Sides sides(image.resizeHeight, image.resizeWidth);
    if (Error error = fitSize(*config, "size", sides, *modelType, model))
      return error;
  } else {
    return config->error(resizes ? "size" : "do_resize",
                         "pictures must all get the model's size: give an "
                         "exact one, or crop them");
  }
  (void)config->find("size"), (void)config->find("resample");
  (void)config->find("crop_size");

  auto factor = config->number("rescale_factor", 1.0 / 255);
  if (!factor)
    return factor.takeError();
  image.rescale = rescales ? *factor : 1.0;
  image.mean.clear();
  image.std.clear();
  if (normalizes)
    for (auto [key, into] : {std::pair("image_mean", &image.mean),
                             std::pair("image_std", &image.std)})
      if (Error error = readChannels(*config, key, image.channels, *into))
        return error;
  (void)config->find("image_mean"), (void)config->find("image_std");
  return refuseUnread(*config);
}
