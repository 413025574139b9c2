//===- peft_adapter.h - PEFT's adapters, merged into a model ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A folder of PEFT's (github.com/huggingface/peft) has adapter_config.json and
// adapter_model.safetensors, or .bin, and names the model that it adapts. Of a
// layer "x" of that, "base_model.model.x.lora_A.weight" [rank, inputs] and
// "...lora_B.weight" [outputs, rank] are what LoRA adds, times lora_alpha / rank
// (or / sqrt(rank), where use_rslora); of a table "lora_embedding_A" [rank,
// rows] and "lora_embedding_B" [width, rank]. Tensors without such an ending
// stand in place of the model's own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_PEFT_ADAPTER_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_PEFT_ADAPTER_H

#include "compiler/description/description.h"
#include "compiler/frontend/architecture/model_folders.h"
#include "compiler/weights/weight_store.h"

namespace emblem::frontend {

/// Fills in `folders` where the transformer's folder holds an adapter. Its base
/// is the model in the same folder, if there is a config.json, as transformers
/// has it; else the folder that "base_model_name_or_path" names, or its place in
/// the Hugging Face cache. The error says what to do where that is not at hand.
/// A folder that has no tokenizer takes the base's.
llvm::Error findAdapterBase(ModelFolders &folders);

/// Fills in `model.adapted` with what the folder's adapter makes of the weights
/// in `base`, whose names for the transformer's begin with `prefix`. Settings
/// and tensors that are not known are refused by name.
llvm::Error mergeAdapter(const ModelFolders &folders, const WeightStore &base,
                         llvm::StringRef prefix, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_PEFT_ADAPTER_H
