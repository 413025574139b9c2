//===- warm_up.h - The first text, which nobody sent ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_WARM_UP_H
#define EMBLEM_RUNTIME_SERVE_WARM_UP_H

#include "emblem/model_table.h"
#include "runtime/serve/work.h"

#include <memory>

namespace emblem::serve {

/// Has the model run once, all of it that a text needs.
std::unique_ptr<Work> makeWarmUp(const EmblemModelTable &table);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_WARM_UP_H
