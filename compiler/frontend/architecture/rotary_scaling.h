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

/// Applies `scaling` ("rope_scaling", or "rope_parameters") to a rotary whose
/// size and base are known. Its kinds, as transformers 5 computes them:
///   default   no scaling
///   linear    positions over a factor (Chen et al., "Extending Context Window
///             of Large Language Models via Position Interpolation", 2023)
///   dynamic   for texts past the original length alone, which are refused
///   yarn      slow pairs by a factor, fast ones not (Peng et al., "YaRN",
///   2023) llama3    the same, cut elsewhere (Llama 3.1, 2024) longrope  a
///   factor for each pair (Ding et al., "LongRoPE", 2024); those for
///             texts past the original length are refused
/// Other kinds and settings are refused. `config` has the lengths.
llvm::Error readRotaryScaling(const JsonObject &config,
                              const JsonObject &scaling, Rotary &rotary);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ROTARY_SCALING_H
