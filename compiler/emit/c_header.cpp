//===- c_header.cpp - The C header of a compiled library ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/c_header.h"
#include "compiler/emit/runtime_files.h"
#include "compiler/emit/table_symbol.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace emblem;
using namespace emblem::emit;
namespace path = llvm::sys::path;

std::string emblem::emit::headerPath(llvm::StringRef library) {
  llvm::SmallString<128> header(path::parent_path(library));
  path::append(header, libraryName(library) + ".h");
  return header.str().str();
}

// {0} name, {1} macro, {2} dimension, {3} max tokens, {4} target, {5} what to
// link, {6} the header's name, {7} emblem.h, {8} what becomes a vector, {9}
// how, {10} more sizes, {11} the table's symbol.
static constexpr char text[] = R"(/* {6} - {0}, compiled by Emblem for {4}.

   {8} Link the program with
   {5}:

     EmblemModel *model;
     if (emblem_open({1}_MODEL, NULL, &model) != EMBLEM_OK)
       fail(emblem_last_error());
{9}     emblem_free(model);
*/

{7}
#ifndef {1}_H
#define {1}_H

#define {1}_DIMENSION {2}
#define {1}_MAX_TOKENS {3}
{10}
#ifdef __cplusplus
extern "C" {{
#endif

/* {0}, for emblem_open(). */
EMBLEM_API extern const struct EmblemModelTable {11};
#define {1}_MODEL (&{11})

#ifdef __cplusplus
}}
#endif

#endif /* {1}_H */
)";

static std::string sentenceOf(const package::ModelSummary &model) {
  std::string images;
  if (!model.image.empty())
    images = fmt::format("An image of {0} x {1} pixels of {2} floats becomes "
                         "{3} floats.",
                         model.image[0], model.image[1], model.image[2],
                         model.dimension);
  if (!model.texts)
    return images;
  std::string texts =
      fmt::format("{0} becomes {1} floats, and is cut at {2} tokens.",
                  model.pairs      ? "A pair of texts"
                  : model.perToken ? "Each token of a text"
                                   : "A text",
                  model.dimension, model.maxTokens);
  return images.empty() ? texts : texts + "\n   " + images;
}

/// Of a model of images: the sides of its pixels.
static std::string sizesOf(const package::ModelSummary &model,
                           const std::string &macro) {
  if (model.image.empty())
    return "";
  return fmt::format("#define {0}_HEIGHT {1}\n#define {0}_WIDTH {2}\n"
                     "#define {0}_CHANNELS {3}\n",
                     macro, model.image[0], model.image[1], model.image[2]);
}

/// Of a model of texts, of pairs or of images; {0} is the macro.
static std::string exampleOf(const package::ModelSummary &model,
                             const std::string &macro) {
  std::string pixels;
  if (!model.image.empty())
    pixels = fmt::format(
        "     float pixels[{0}_HEIGHT * {0}_WIDTH * {0}_CHANNELS] = ...;\n"
        "     emblem_embed_pixels(model, pixels, 1, vector);\n",
        macro);
  if (!model.texts)
    return fmt::format("     float vector[{0}_DIMENSION];\n", macro) + pixels;
  if (model.pairs)
    return fmt::format("     float score[{0}_DIMENSION];\n"
                       "     EmblemPair pair = {{{{\"a query\", 7}}, "
                       "{{\"a passage\", 9}}}};\n"
                       "     emblem_score(model, &pair, 1, score, NULL);\n",
                       macro);
  if (model.perToken) {
    std::string others; // outputs that are not asked for
    for (size_t i = 1; i < model.outputs; ++i)
      others += ", NULL";
    return fmt::format(
        "     int32_t ids[{0}_MAX_TOKENS];\n"
        "     size_t count;\n"
        "     EmblemText text = {{\"hello\", 5}};\n"
        "     emblem_encode(model, NULL, text, ids, {0}_MAX_TOKENS, &count, "
        "NULL);\n"
        "     int64_t offsets[] = {{0, (int64_t)count}};\n"
        "     float vectors[{0}_MAX_TOKENS * {0}_DIMENSION];\n"
        "     float *outputs[] = {{vectors{1}}};\n"
        "     emblem_run(model, ids, offsets, 1, outputs);\n",
        macro, others);
  }
  return fmt::format("     float vector[{0}_DIMENSION];\n"
                     "     EmblemText text = {{\"hello\", 5}};\n"
                     "     emblem_embed(model, &text, 1, vector, NULL);\n",
                     macro) +
         pixels;
}

void emblem::emit::writeHeader(llvm::raw_ostream &out,
                               const package::ModelSummary &model,
                               llvm::StringRef targets,
                               const EmissionInfo &emission,
                               llvm::StringRef library,
                               llvm::StringRef symbol) {
  std::string link = path::filename(library).str();
  if (!emission.linked)
    link += " -lm -ldl -pthread";
  std::string header = headerPath(library);
  std::string macro = llvm::StringRef(identifierOf(library)).upper();
  out << fmt::format(text, model.name, macro, model.dimension, model.maxTokens,
                     targets.str(), link, path::filename(header).str(),
                     interfaceHeader().str(), sentenceOf(model),
                     exampleOf(model, macro), sizesOf(model, macro),
                     symbol.str());
}
