//===- error.h - The calling thread's last error ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TABLE_ERROR_H
#define EMBLEM_RUNTIME_TABLE_ERROR_H

#include "emblem/emblem.h"

namespace emblem::runtime {

/// Keeps one sentence (printf's format, cut at 1023 bytes) for the calling
/// thread's emblem_last_error(), and returns `status`.
[[gnu::format(printf, 2, 3)]] EmblemStatus fail(EmblemStatus status,
                                                const char *format, ...);

/// The sentence that fail() kept; "" before the first.
const char *lastError();

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TABLE_ERROR_H
