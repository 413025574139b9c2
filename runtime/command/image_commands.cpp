//===- image_commands.cpp - Commands of models that take images -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/image_commands.h"

#include "runtime/command/diagnostics.h"

namespace emblem::command {

/// A model of texts with a partner that sees embeds either.
static int runEmbedEither(const EmblemModelTable &table,
                          const Options &options) {
  if (options.image)
    return runEmbedImages(table, options);
  if (options.skipBad)
    return badUsage("--on-error goes with --image");
  return runEmbed(table, options);
}

static const char *storeImage(Options &options, const char *) {
  options.image = true;
  return nullptr;
}

static constexpr Option image = {"--image", "", nullptr,
                                 "each operand or line is an image's file name",
                                 storeImage};
static constexpr Option imageLines = {
    "--image", "", nullptr, "each line of the file is an image's file name",
    storeImage};

static constexpr Option onError = {
    "--on-error", "", "stop|skip",
    "at an image that cannot be embedded stop (default), or leave it out",
    [](Options &options, const char *value) -> const char * {
      std::string_view word = value;
      if (word != "stop" && word != "skip")
        return "'stop' or 'skip'";
      options.skipBad = word == "skip";
      return nullptr;
    }};

static constexpr const Option *embedImageOptions[] = {
    &option::format,  &option::output, &option::dimension, &onError,
    &option::threads, &option::pin,    &option::device};
static constexpr const Option *embedEitherOptions[] = {&image,
                                                       &onError,
                                                       &option::format,
                                                       &option::output,
                                                       &option::dimension,
                                                       &option::prompt,
                                                       &option::ids,
                                                       &option::onOverflow,
                                                       &option::threads,
                                                       &option::pin,
                                                       &option::maxBatchTokens,
                                                       &option::device};
static constexpr const Option *similarityImageOptions[] = {
    &option::dimension, &option::threads, &option::pin, &option::device};
static constexpr const Option *similarityEitherOptions[] = {
    &option::dimension, &option::prompt, &option::onOverflow,
    &option::threads,   &option::pin,    &option::maxBatchTokens,
    &option::device};

static constexpr const Option *indexImageOptions[] = {
    &option::output, &option::dimension, &option::threads, &option::pin,
    &option::device};
static constexpr const Option *searchImageOptions[] = {
    &option::hits,    &option::hitFormat, &option::output, &option::dimension,
    &option::threads, &option::pin,       &option::device};
static constexpr const Option *indexEitherOptions[] = {
    &imageLines,      &option::output, &option::dimension,
    &option::prompt,  &option::ids,    &option::onOverflow,
    &option::threads, &option::pin,    &option::maxBatchTokens,
    &option::device};
static constexpr const Option *searchEitherOptions[] = {
    &imageLines,     &option::hits,           &option::hitFormat,
    &option::output, &option::dimension,      &option::prompt,
    &option::ids,    &option::onOverflow,     &option::threads,
    &option::pin,    &option::maxBatchTokens, &option::device};

static constexpr const char *embedImageExamples[] = {
    "embed cat.jpg dog.png", "embed --format=npy -o vectors.npy < names.txt"};
static constexpr const char *embedEitherExamples[] = {
    "embed \"a photo of a cat\"", "embed --image cat.jpg"};
static constexpr const char *similarityImageExamples[] = {
    "similarity a.png b.png"};
static constexpr const char *searchImageExamples[] = {
    "index names.txt -o pictures.index", "search pictures.index cat.jpg"};
static constexpr const char *searchEitherExamples[] = {
    "index --image names.txt -o pictures.index",
    "search pictures.index \"a photo of a cat\""};
static constexpr const char *similarityEitherExamples[] = {
    "similarity \"a photo of a cat\" cat.jpg dog.jpg"};

#define EMBLEM_IMAGE_FILES                                                     \
  "\nImages are PNG or JPEG files; the orientation that a camera writes "      \
  "beside the\npicture (EXIF) is not applied."

static constexpr Command table[] = {
    {"embed", "[IMAGE ...]", "vectors of images",
     "Without IMAGE each line of standard input is one file's name, and the "
     "output\nkeeps their order." EMBLEM_IMAGE_FILES,
     embedImageOptions, runEmbedImages, EMBLEM_TAKES_IMAGES,
     embedImageExamples},
    {"similarity", "A B [...]", "how alike the first image and each other are",
     "One number a line, in the order of the images: the cosine, from -1 to 1, "
     "or the\ndistance where the model is made for it; and behind a tab, where "
     "the model knows\nfrom where on, 'same' or "
     "'different'. " EMBLEM_IMAGE_FILES,
     similarityImageOptions, runSimilarityImages, EMBLEM_TAKES_IMAGES,
     similarityImageExamples},
    {"index",
     "[FILE]",
     "images' vectors, in one file to search in",
     "Each line of FILE, or of standard input, is one image's file name.",
     indexImageOptions,
     runIndex,
     EMBLEM_TAKES_IMAGES,
     {}},
    {"search", "INDEX [IMAGE ...]",
     "the nearest images by cosine, the best first",
     "INDEX is what 'index' wrote, or a file of images' names, which are then "
     "embedded\nfirst. Without IMAGE each line of standard input names one. "
     "One "
     "object a query; with\n--format=text a line a hit, of the score, the "
     "line's "
     "number from 0 and the name." EMBLEM_IMAGE_FILES,
     searchImageOptions, runSearch, EMBLEM_TAKES_IMAGES, searchImageExamples},
    {"embed", "[TEXT ...]", "vectors of texts, or with --image of images",
     "Without TEXT each line of standard input is one text, empty ones too, or "
     "one\nimage's file name; the output keeps their order. Texts and images "
     "have vectors in\none space." EMBLEM_IMAGE_FILES,
     embedEitherOptions, runEmbedEither, EMBLEM_TAKES_TEXTS,
     embedEitherExamples},
    {"similarity", "A B [...]",
     "cosine of the first text or image with each other",
     "One number a line, from -1 to 1, in the order of the operands. An "
     "operand is an\nimage where a file has that name, or where it ends with "
     ".png, .jpg or .jpeg; else\nit is a text." EMBLEM_IMAGE_FILES,
     similarityEitherOptions, runSimilarityImages, EMBLEM_TAKES_TEXTS,
     similarityEitherExamples},
    {"index",
     "[FILE]",
     "lines or images and their vectors, in one file to search in",
     "Each line of FILE, or of standard input, is one text, or with --image "
     "one "
     "image's\nfile name." EMBLEM_IMAGE_FILES,
     indexEitherOptions,
     runIndex,
     EMBLEM_TAKES_TEXTS,
     {}},
    {"search", "INDEX [QUERY ...]",
     "the nearest lines or images by cosine, the best first",
     "INDEX is what 'index' wrote, or any file of lines (with --image of "
     "images' "
     "names),\nwhich are then embedded first. A query is an image as for "
     "'similarity', else a text;\nwithout QUERY each line of standard input is "
     "one. One object a query; with\n--format=text a line a hit, of the score, "
     "the line's number from 0 and the line." EMBLEM_IMAGE_FILES,
     searchEitherOptions, runSearch, EMBLEM_TAKES_TEXTS, searchEitherExamples},
};

} // namespace emblem::command

extern "C" const emblem::command::ImageCommands emblem_image_commands = {
    emblem::command::table, emblem::command::makeImageBatch,
    emblem::command::describeImage};
