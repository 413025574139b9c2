//===- tasks.cpp - The choice among a model's tasks -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/tasks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;

Error Task::choose(StringRef path, ArrayRef<std::string> tasks) {
  used = true;
  if (is_contained(tasks, name))
    return Error::success();
  std::string names = join(tasks, "', '");
  if (name.empty())
    return createStringError("'" + path +
                             "' has a model for each of several tasks, and one "
                             "is compiled; say which with --task: '" +
                             names + "'");
  return createStringError("'" + path + "' has no task '" + name +
                           "'; its tasks are '" + names + "'");
}

Error Task::checkUsed(StringRef model) const {
  if (used || name.empty())
    return Error::success();
  return createStringError("'" + model +
                           "' has no tasks to choose from; leave out --task");
}
