//===- target_table.h - The machines that code is written for ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A target is a row of its architecture's table (in its folder): a name
// for --target, LLVM's names of its CPU and features, the bits of what the
// runtime has to find on a machine, and the sizes of target.h, measured.
//
// An architecture is a folder beside this file and a line of architectures.def.
// In the folder are its rows and its Isa (isa.h): its names, and the ops for its
// dot products, its rounding to bf16 and its scaling by powers of two. The
// runtime has a folder for it as well, runtime/cpu/<name>, that finds the bits.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_TARGET_TABLE_H
#define EMBLEM_COMPILER_TARGET_TARGET_TABLE_H

#include "compiler/target/target.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace emblem {

/// Every target; those of one architecture side by side, the least demanding
/// first.
llvm::ArrayRef<Target> allTargets();

/// The target of that name; "native" is the most demanding one that this
/// machine can run. The error for an unknown name lists those known.
llvm::Expected<const Target *> findTarget(llvm::StringRef name);

/// Whether this process can run the target's code: the same answer as a program
/// gives that was compiled for it (runtime/cpu/cpu_features.h).
bool runsHere(const Target &target);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_TARGET_TABLE_H
