//===- verify.h - Whether a program is as it was compiled -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_VERIFY_H
#define EMBLEM_RUNTIME_COMMAND_VERIFY_H

namespace emblem::command {

/// Reads the whole program, code and weights, and says whether its checksum
/// (checksum.h) holds. Returns an exit code.
int verifyProgram();

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_VERIFY_H
