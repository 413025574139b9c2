//===- parser.h - A module from its text ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_PARSER_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_PARSER_H

#include "test/gpu/ptx_machine/memory.h"
#include "test/gpu/ptx_machine/program.h"

#include <string_view>

namespace emblem::ptx {

/// Reads PTX. The module's own variables get their places in `memory`; who
/// unloads the module releases them. Throws ProgramError.
Module parseModule(std::string_view text, GlobalMemory &memory);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_PARSER_H
