//===- no_polly.cpp - Polly, which is not linked --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// Debian's LLVM has Polly among the passes of link time, which lld runs on
// bitcode; emblemc links none.

#include "llvm/Plugins/PassPlugin.h"

llvm::PassPluginLibraryInfo getPollyPluginInfo();

llvm::PassPluginLibraryInfo getPollyPluginInfo() { return {}; }
