//===- model_folders.cpp - Places of a model's files ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/model_folders.h"

#include "compiler/description/description.h"
#include "compiler/files/model_file.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

StringRef emblem::frontend::findWeightFile(StringRef folder) {
  for (StringRef file : {"model.safetensors", "model.safetensors.index.json",
                         "pytorch_model.bin", "pytorch_model.bin.index.json"})
    if (isThere(resolvePath(folder, file)))
      return file;
  return "";
}

// A folder of the Hub's cache has a hash for its name,
// ".../models--owner--name/snapshots/<hash>", and the name further up.
std::string emblem::frontend::nameOfFolder(StringRef folder) {
  StringRef parent = sys::path::parent_path(folder);
  StringRef name = sys::path::filename(folder);
  if (sys::path::filename(parent) == "snapshots")
    name =
        sys::path::filename(sys::path::parent_path(parent)).rsplit("--").second;
  return symbolOf(name);
}
