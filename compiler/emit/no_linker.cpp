//===- no_linker.cpp - An emblemc that was built without lld --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/in_process_linker.h"

std::unique_ptr<emblem::emit::Linker>
emblem::emit::findInProcessLinker(const RuntimeFiles &) {
  return nullptr;
}
