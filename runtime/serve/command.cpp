//===- command.cpp - PROGRAM serve: an HTTP server ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"

#include "runtime/command/diagnostics.h"
#include "runtime/command/open_model.h"
#include "runtime/platform/file.h"
#include "runtime/platform/whole_file.h"
#include "runtime/serve/server.h"
#include "runtime/table/outputs.h"

using namespace emblem;
using namespace emblem::command;

/// Has the system read the program, weights and all, into its memory.
static void preload() {
  const int file = platform::openOwnProgram();
  std::string block(size_t(1) << 20, '\0');
  while (file >= 0 && platform::readFile(file, block.data(), block.size()) > 0)
    ;
  if (file >= 0)
    (void)platform::closeFile(file);
}

static int runServe(const EmblemModelTable &table, const Options &given) {
  if (!given.operands.empty())
    return badUsage("serve takes no operands, and '%s' is one; an option's "
                    "value stands behind '='",
                    std::string(given.operands[0]).c_str());
  serve::Settings &settings = serve::settings();
  if (int code = serve::readEnvironment(settings))
    return code;
  if (settings.unixSocket && settings.sharesPort)
    return badUsage("--share-port goes with a port, not with --unix-socket");
  if (settings.defaultPrompt && *settings.defaultPrompt &&
      !runtime::promptOf(table, settings.defaultPrompt))
    return badUsage("no prompt is named '%s'; info lists the model's",
                    settings.defaultPrompt);
  if (!table.tokenizer && !settings.acceptsIds)
    return badInput("this model was compiled without a tokenizer; serve token "
                    "ids with --accept-token-ids");
  if (settings.ignored)
    warn("an option of TEI's is not used, %s: all that is in the program",
         settings.ignored);
  if (table.distance == EMBLEM_DOT)
    warn("this model is made for dot products, and answers have vectors of "
         "length 1 unless a request says normalize: false (/embed)");

  Options options = given;
  options.maxBatchTokens = settings.maxBatchTokens;
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  if (settings.preloads)
    preload();
  serve::Server server(table, model.get(), settings);
  return server.run();
}

static constexpr const char *serveExamples[] = {
    "serve --port=3000", "serve --host=0.0.0.0 --api-key=KEY --log-requests"};

extern "C" const Command emblem_serve_command = {
    "serve",
    "",
    "an HTTP server with the APIs of OpenAI, TEI, Cohere and Ollama",
    "Every option that TEI has, too, is also taken from its environment "
    "variable\n(PORT, API_KEY, MAX_CLIENT_BATCH_SIZE...), but for HOSTNAME. "
    "SIGTERM and SIGINT end\nthe server when what it has taken is answered; a "
    "second one ends it at once. TLS is\na proxy's to do. Models of images "
    "have no server yet.",
    serve::serveOptions,
    runServe,
    anyText,
    serveExamples};
