//===- architectures.cpp - The architectures of transformers --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures.h"

#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace llvm;
using namespace emblem::frontend;

// A declaration of each, and below a row of each.
#define EMBLEM_ARCHITECTURE(name)                                              \
  namespace emblem::frontend {                                                 \
  Architecture name();                                                         \
  }
#include "compiler/frontend/transformers/architectures.def"

ArrayRef<const Architecture *> emblem::frontend::allArchitectures() {
#define EMBLEM_ARCHITECTURE(name) name(),
  static const Architecture rows[] = {
#include "compiler/frontend/transformers/architectures.def"
  };
  static const auto pointers = llvm::to_vector(llvm::make_pointer_range(rows));
  return pointers;
}

static Expected<const Architecture *>
findArchitecture(const JsonObject &config) {
  auto type = config.string("model_type", "");
  if (!type)
    return type.takeError();
  std::set<StringRef> known;
  const Architecture *unmarked = nullptr;
  for (const Architecture *architecture : allArchitectures()) {
    known.insert(architecture->modelTypes.begin(),
                 architecture->modelTypes.end());
    if (!is_contained(architecture->modelTypes, *type))
      continue;
    if (architecture->mark.empty())
      unmarked = architecture;
    else if (config.find(architecture->mark))
      return architecture;
  }
  if (unmarked)
    return unmarked;
  return config.error("model_type", "the architectures that are known are '" +
                                        llvm::join(known, "', '") + "'");
}

Expected<Description>
emblem::frontend::describeTransformer(const JsonObject &config,
                                      Purpose purpose) {
  auto architecture = findArchitecture(config);
  if (!architecture)
    return architecture.takeError();
  return describe(**architecture, config, purpose);
}

Error emblem::frontend::finishText(const ModelFolders &folders,
                                   const JsonObject &config,
                                   Description &model) {
  auto architecture = findArchitecture(config);
  if (!architecture || !(*architecture)->finishText)
    return architecture.takeError();
  return (*architecture)
      ->finishText(folders, config.withDefaults((*architecture)->defaults),
                   model);
}
