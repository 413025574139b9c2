//===- settings.h - Options of the server -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_SETTINGS_H
#define EMBLEM_RUNTIME_SERVE_SETTINGS_H

#include "runtime/command/options.h"

#include <cstdint>
#include <span>

namespace emblem::serve {

/// Null or -1: not given, until readEnvironment() has filled in the rest.
struct Settings {
  const char *host = nullptr;
  int64_t port = -1;
  const char *unixSocket = nullptr;
  const char *apiKey = nullptr;
  const char *corsOrigins = nullptr; // separated by commas
  const char *modelName = nullptr;
  const char *defaultPrompt = nullptr; // its name
  int64_t maxClientBatch = -1;
  int64_t maxConcurrent = -1;
  int64_t maxBatchTokens = -1;
  int64_t payloadLimit = -1;
  int64_t maxMemory = -1; // bytes
  int64_t maxConnections = -1;
  int64_t autoTruncate = -1; // 0 or 1
  bool sharesPort = false;
  bool acceptsIds = false;
  bool preloads = false;
  bool logsRequests = false;
  const char *ignored = nullptr; // an option of TEI's that does nothing here
};

/// What the command line has set: one server a process.
Settings &settings();

/// Takes what the command line has not set from the environment, by TEI's names,
/// and the rest from the defaults. Returns 0, or after a sentence an exit code.
int readEnvironment(Settings &settings);

extern const std::span<const command::Option *const> serveOptions;

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_SETTINGS_H
