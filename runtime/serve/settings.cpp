//===- settings.cpp - Options of the server -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/settings.h"

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/platform/process.h"
#include "runtime/platform/socket.h"

using namespace emblem;
using namespace emblem::serve;
using command::Option;
using command::Options;
using command::parseInteger;

static Settings given;
Settings &serve::settings() { return given; }

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

using Store = const char *(*)(Options &, const char *);

template <const char *Settings::*Field>
static const char *storeWord(Options &, const char *value) {
  given.*Field = value;
  return *value ? nullptr : "a word";
}

template <int64_t Settings::*Field, int64_t Least, int64_t Most>
static const char *storeNumber(Options &, const char *value) {
  return parseInteger(value, Least, Most, given.*Field) ? nullptr
         : Least == 0 ? "a whole number from 0"
                      : "a whole number from 1";
}

template <bool Settings::*Field>
static const char *storeTrue(Options &, const char *) {
  given.*Field = true;
  return nullptr;
}

static const char *storeHost(Options &, const char *value) {
  given.host = value;
  return platform::isAddress(value)
             ? nullptr
             : "an address such as 127.0.0.1, 0.0.0.0 or ::, or localhost";
}

static const char *storePort(Options &, const char *value) {
  return parseInteger(value, 0, 65535, given.port)
             ? nullptr
             : "a whole number from 0 to 65535";
}

static const char *storeTruncate(Options &, const char *value) {
  const std::string_view word = value ? value : "true";
  given.autoTruncate = word == "true" || word == "1";
  return given.autoTruncate || word == "false" || word == "0"
             ? nullptr
             : "'true' or 'false'";
}

/// What the container's image of TEI is given and a compiled model has in it.
static const char *ignore(Options &, const char *value) {
  given.ignored = "one that chooses the model, its files or their precision";
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

constexpr int64_t most = int64_t(1) << 40;

static constexpr Option host = {
    "--host", "", "ADDRESS", "listen there (default 127.0.0.1; all: 0.0.0.0)",
    storeHost};
static constexpr Option hostname = {"--hostname", "", "ADDRESS",
                                    "TEI's name for --host", storeHost};
static constexpr Option port = {"--port", "-p", "N",
                                "default 3000; 0: any that is free", storePort};
static constexpr Option unixSocket = {"--unix-socket", "", "PATH",
                                      "listen there instead",
                                      storeWord<&Settings::unixSocket>};
static constexpr Option udsPath = {"--uds-path", "", "PATH",
                                   "TEI's name for --unix-socket",
                                   storeWord<&Settings::unixSocket>};
static constexpr Option sharePort = {
    "--share-port", "", nullptr,
    "others with this option may listen on the port, too (SO_REUSEPORT)",
    storeTrue<&Settings::sharesPort>};
static constexpr Option apiKey = {
    "--api-key", "", "KEY",
    "refuse requests without 'Authorization: Bearer KEY'",
    storeWord<&Settings::apiKey>};
static constexpr Option cors = {
    "--cors-allow-origin", "", "ORIGIN",
    "let pages of that origin read answers, or of all (*); default: none",
    storeWord<&Settings::corsOrigins>};
static constexpr Option modelName = {"--served-model-name", "", "NAME",
                                     "what the model is called in answers",
                                     storeWord<&Settings::modelName>};
static constexpr Option defaultPrompt = {
    "--default-prompt-name", "", "NAME",
    "of the model's prompts, for requests that name none; empty: none",
    [](Options &, const char *value) -> const char * {
      given.defaultPrompt = value;
      return nullptr;
    }};
static constexpr Option maxClientBatch = {
    "--max-client-batch-size", "", "N",
    "texts of one request, at most (default 4096)",
    storeNumber<&Settings::maxClientBatch, 1, most>};
static constexpr Option maxConcurrent = {
    "--max-concurrent-requests", "", "N",
    "requests that are worked on or wait (default 512); then 429",
    storeNumber<&Settings::maxConcurrent, 1, most>};
static constexpr Option maxBatchTokens = {
    "--max-batch-tokens", "", "N",
    "tokens that are computed at once; bounds the memory (default 16384)",
    storeNumber<&Settings::maxBatchTokens, 1, 1 << 24>};
static constexpr Option payloadLimit = {
    "--payload-limit", "", "BYTES", "of a request's body (default 16000000)",
    storeNumber<&Settings::payloadLimit, 1, most>};
static constexpr Option maxMemory = {
    "--max-memory", "", "BYTES",
    "of all requests and answers together (default 1000000000); then 429",
    storeNumber<&Settings::maxMemory, 1, most>};
static constexpr Option maxConnections = {
    "--max-connections", "", "N",
    "that are open at once (default 10000, or fewer by the system's limit)",
    storeNumber<&Settings::maxConnections, 1, most>};
static constexpr Option autoTruncate = {
    "--auto-truncate",
    "",
    "true|false",
    "cut texts that are too long where a request does not say (default true)",
    storeTruncate,
    /*mayLackValue=*/true};
static constexpr Option acceptIds = {
    "--accept-token-ids", "", nullptr,
    "take token ids in place of texts; they must be of this model's tokenizer",
    storeTrue<&Settings::acceptsIds>};
static constexpr Option preload = {
    "--preload", "", nullptr, "read the whole program before the first request",
    storeTrue<&Settings::preloads>};
static constexpr Option logRequests = {
    "--log-requests", "", nullptr,
    "one line of JSON on standard error for each",
    storeTrue<&Settings::logsRequests>};
static constexpr Option jsonOutput = {"--json-output", "", nullptr,
                                      "TEI's name for --log-requests",
                                      storeTrue<&Settings::logsRequests>};

#define EMBLEM_IGNORED(id, name)                                               \
  static constexpr Option id = {                                               \
      name, "", "VALUE", "taken from TEI's command line, and does nothing",    \
      ignore};
EMBLEM_IGNORED(modelId, "--model-id")
EMBLEM_IGNORED(revision, "--revision")
EMBLEM_IGNORED(dtype, "--dtype")
EMBLEM_IGNORED(pooling, "--pooling")
EMBLEM_IGNORED(workers, "--tokenization-workers")
EMBLEM_IGNORED(cache, "--huggingface-hub-cache")
#undef EMBLEM_IGNORED

static constexpr const Option *table[] = {&host,
                                          &port,
                                          &unixSocket,
                                          &sharePort,
                                          &apiKey,
                                          &cors,
                                          &modelName,
                                          &defaultPrompt,
                                          &autoTruncate,
                                          &acceptIds,
                                          &maxClientBatch,
                                          &maxConcurrent,
                                          &maxBatchTokens,
                                          &payloadLimit,
                                          &maxMemory,
                                          &maxConnections,
                                          &preload,
                                          &logRequests,
                                          &command::option::threads,
                                          &command::option::pin,
                                          &command::option::device,
                                          &hostname,
                                          &udsPath,
                                          &jsonOutput,
                                          &modelId,
                                          &revision,
                                          &dtype,
                                          &pooling,
                                          &workers,
                                          &cache};
constexpr std::span<const Option *const> serve::serveOptions = table;

//===----------------------------------------------------------------------===//
// The environment, and defaults
//===----------------------------------------------------------------------===//

namespace {
struct Number {
  int64_t Settings::*field;
  const char *variable; // null: TEI has none
  const Option &option;
  int64_t usual;
};
struct Word {
  const char *Settings::*field;
  const char *variable;
  const Option &option;
};
} // namespace

static constexpr Number numbers[] = {
    {&Settings::port, "PORT", port, 3000},
    {&Settings::maxClientBatch, "MAX_CLIENT_BATCH_SIZE", maxClientBatch, 4096},
    {&Settings::maxConcurrent, "MAX_CONCURRENT_REQUESTS", maxConcurrent, 512},
    {&Settings::maxBatchTokens, "MAX_BATCH_TOKENS", maxBatchTokens, 0},
    {&Settings::payloadLimit, "PAYLOAD_LIMIT", payloadLimit, 16'000'000},
    {&Settings::maxMemory, nullptr, maxMemory, 1'000'000'000},
    {&Settings::maxConnections, nullptr, maxConnections, 10'000},
    {&Settings::autoTruncate, "AUTO_TRUNCATE", autoTruncate, 1}};
static constexpr Word words[] = {
    {&Settings::apiKey, "API_KEY", apiKey},
    {&Settings::corsOrigins, "CORS_ALLOW_ORIGIN", cors},
    {&Settings::modelName, "SERVED_MODEL_NAME", modelName},
    {&Settings::defaultPrompt, "DEFAULT_PROMPT_NAME", defaultPrompt},
    {&Settings::unixSocket, "UDS_PATH", udsPath}};

/// Returns 0, or after a sentence 2.
static int takeVariable(const char *variable, const Option &option) {
  const char *value =
      variable ? platform::environmentVariable(variable) : nullptr;
  // An empty one is as if it were not set, as in a container's file.
  if (!value || !*value)
    return 0;
  Options unused;
  if (const char *expected = option.store(unused, value))
    return command::badUsage(
        "serve: '%s' is no value for the environment's %s; expected %s", value,
        variable, expected);
  return 0;
}

int serve::readEnvironment(Settings &settings) {
  for (const Number &one : numbers) {
    if (settings.*one.field < 0)
      if (int code = takeVariable(one.variable, one.option))
        return code;
    if (settings.*one.field < 0)
      settings.*one.field = one.usual;
  }
  for (const Word &one : words)
    if (!(settings.*one.field))
      if (int code = takeVariable(one.variable, one.option))
        return code;
  if (!settings.host)
    settings.host = "127.0.0.1";
  return 0;
}
