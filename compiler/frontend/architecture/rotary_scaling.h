//===- rotary_scaling.h - Rotary positions, stretched -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// How files say that a model's rotary positions reach further than those that
// it was first trained with.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ROTARY_SCALING_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ROTARY_SCALING_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

namespace emblem::frontend {

/// The kind that `scaling` names, "default" where it names none.
llvm::Expected<std::string> readRotaryKind(const JsonObject &scaling);

/// Applies `scaling` ("rope_scaling", or "rope_parameters" or a part of it) to
/// a rotary whose size and base are known. Its kinds, as transformers 5
/// computes them:
///   default   no scaling
///   linear    positions over a factor (Chen et al., "Extending Context Window
///             of Large Language Models via Position Interpolation", 2023)
///   dynamic   for texts past the original length alone, which are refused
///   yarn      slow pairs by a factor, fast ones not (Peng et al., "YaRN",
///             2023)
///   llama3    the same, cut elsewhere (Llama 3.1, 2024)
///   longrope  a factor for each pair (Ding et al., "LongRoPE", 2024); those
///             for texts past the original length are refused
/// Other kinds are refused; settings of another kind are ignored, but where
/// the folder brings code. `config` has the lengths: its own original one
/// counts, unless `scaling` is one kind of layer's (`isOfLayers`).
llvm::Error readRotaryScaling(const JsonObject &config,
                              const JsonObject &scaling, bool isOfLayers,
                              Rotary &rotary);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ROTARY_SCALING_H
