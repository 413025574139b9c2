//===- outputs.h - Outputs of a model ---------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TABLE_OUTPUTS_H
#define EMBLEM_RUNTIME_TABLE_OUTPUTS_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"

#include <cstring>

namespace emblem::runtime {

/// Where each output's rows go, from the first text on; null: nowhere.
struct OutputRows {
  float *of[EMBLEM_MOST_OUTPUTS] = {};
};

/// What the model returns; behind these are the inner outputs.
inline int64_t outputCount(const EmblemModelTable &table) {
  return table.outputs ? table.output_count : 1;
}
inline int64_t allOutputCount(const EmblemModelTable &table) {
  return outputCount(table) + table.inner_count;
}

/// An output of the table, or the one that a table without a list has.
inline EmblemOutput outputOf(const EmblemModelTable &table, int64_t index) {
  if (index >= outputCount(table))
    return table.inner[index - outputCount(table)];
  if (table.outputs)
    return table.outputs[index];
  return {"dense",
          EMBLEM_DENSE,
          EMBLEM_ROWS_ARE_SEQUENCES,
          table.dimension,
          nullptr,
          0,
          0};
}

/// The index of the inner output of that kind, or -1.
inline int64_t innerOutput(const EmblemModelTable &table, int32_t kind) {
  for (int64_t i = 0; i < table.inner_count; ++i)
    if (table.inner[i].kind == kind)
      return outputCount(table) + i;
  return -1;
}

/// Bit i: nobody asks for output i.
inline uint32_t unwantedOf(const EmblemModelTable &table,
                           const OutputRows &rows) {
  uint32_t unwanted = 0;
  for (int64_t i = 0; i < allOutputCount(table); ++i)
    unwanted |= uint32_t(!rows.of[i]) << i;
  return unwanted;
}

/// Whether a batch runs the stage.
inline bool isNeeded(const EmblemStage &stage, uint32_t unwanted) {
  if (stage.output >= 0 && (unwanted >> stage.output & 1))
    return false;
  return stage.needed_for == 0 || (stage.needed_for & ~unwanted);
}

/// `rows` once `texts` texts of `tokens` tokens have been written.
inline OutputRows advance(const EmblemModelTable &table, OutputRows rows,
                          int64_t texts, int64_t tokens) {
  for (int64_t i = 0; i < allOutputCount(table); ++i) {
    const EmblemOutput output = outputOf(table, i);
    if (rows.of[i])
      rows.of[i] += output.width *
                    (output.rows == EMBLEM_ROWS_ARE_TOKENS ? tokens : texts);
  }
  return rows;
}

/// Floats of an image's pixels; 0 for texts.
inline int64_t pixelsPerImage(const EmblemModelTable &table) {
  const EmblemImageInput *image = table.image;
  return image ? image->height * image->width * image->channels : 0;
}

/// The prompt of that name (null: the default one), or null.
inline const EmblemPrompt *promptOf(const EmblemModelTable &table,
                                    const char *name) {
  if (!name)
    name = table.default_prompt;
  for (int64_t i = 0; name && i < table.prompt_count; ++i)
    if (std::strcmp(table.prompts[i].name, name) == 0)
      return &table.prompts[i];
  return nullptr;
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TABLE_OUTPUTS_H
