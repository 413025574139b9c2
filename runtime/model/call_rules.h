//===- call_rules.h - Rules of one call for its texts -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_CALL_RULES_H
#define EMBLEM_RUNTIME_MODEL_CALL_RULES_H

#include "runtime/model/model.h"
#include "runtime/table/error.h"

#include <algorithm>
#include <cstring>

namespace emblem::runtime {

/// EmblemCallOptions, checked.
struct CallRules {
  CutRules cut;
  bool refusesLong = false;
  EmblemFinish finish = EMBLEM_FINISH_OF_MODEL;
  const char *prompt = nullptr;
};

/// `given` may be null.
EmblemStatus readCallOptions(const EmblemModel &model,
                             const EmblemCallOptions *given, CallRules &rules);

/// Copies a struct whose `size` the caller set, of an older or a later version.
template <typename T>
EmblemStatus readSized(const char *name, const T *given, T &read) {
  read = {};
  if (given->size < sizeof(size_t) || given->size > 4096)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "the size of %s is %zu; set it to that of the struct", name,
                given->size);
  const char *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = sizeof(T); i < given->size; ++i)
    if (bytes[i] != 0)
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "%s set what this version of the runtime does not have; "
                  "leave it 0, or use the runtime of their emblem.h",
                  name);
  std::memcpy(&read, given, std::min(given->size, sizeof(T)));
  return EMBLEM_OK;
}

/// The index of the inner output of that kind, or EMBLEM_NOT_KNOWN.
EmblemStatus findInner(const EmblemModel &model, EmblemOutputKind kind,
                       int64_t &index);

/// Which output gives what the call asks for in place of the first one.
EmblemStatus chooseOutput(const EmblemModel &model, EmblemFinish finish,
                          int64_t &index);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_CALL_RULES_H
