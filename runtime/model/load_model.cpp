//===- load_model.cpp - From a shared library to an open model ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The only file of a model's own that asks for the dynamic loader: a program
// does without both.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/model.h"
#include "runtime/platform/file.h"
#include "runtime/platform/shared_library.h"
#include "runtime/platform/whole_file.h"
#include "runtime/table/error.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>

using namespace emblem::runtime;
using namespace emblem::platform;

EmblemStatus emblem_load(const char *path, const EmblemOptions *options,
                         EmblemModel **model) {
  if (!model || !path)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", path ? "model" : "path");
  *model = nullptr;
  if (!isReadable(path))
    return fail(EMBLEM_CANNOT_LOAD, "%s: %s", path, std::strerror(errno));
  if (const int64_t missing = countMissingBytes(path))
    return fail(EMBLEM_CANNOT_LOAD,
                "%s: it is cut off, the last %" PRId64
                " bytes are missing; copy it again",
                path, missing);
  if (isForeign(path))
    return fail(EMBLEM_WRONG_CPU,
                "%s: it is for another CPU architecture; compile the model for "
                "this one",
                path);
  void *library = openLibrary(path);
  if (!library)
    return fail(EMBLEM_CANNOT_LOAD, "not a shared library: %s", openProblem());
  const void *table = findSymbol(library, EMBLEM_MODEL_SYMBOL);
  const EmblemStatus status =
      table ? openModel(static_cast<const EmblemModelTable *>(table), options,
                        model)
            : fail(EMBLEM_CANNOT_LOAD,
                   "%s: not a model that emblemc compiled with "
                   "--emit=shared: it does not define %s",
                   path, EMBLEM_MODEL_SYMBOL);
  if (status != EMBLEM_OK) {
    closeLibrary(library);
    return status;
  }
  (*model)->library = library;
  (*model)->closeLibrary = closeLibrary;
  return EMBLEM_OK;
}
