//===- call_rules.cpp - Rules of one call for its texts -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/call_rules.h"

#include <cinttypes>

using namespace emblem::runtime;

EmblemStatus emblem::runtime::readCallOptions(const EmblemModel &model,
                                              const EmblemCallOptions *given,
                                              CallRules &rules) {
  EmblemCallOptions options = {};
  if (given)
    if (EmblemStatus status = readSized("the call's options", given, options);
        status != EMBLEM_OK)
      return status;
  auto check = [](const char *name, int32_t value, int32_t most) {
    return value >= 0 && value <= most
               ? EMBLEM_OK
               : fail(EMBLEM_INVALID_ARGUMENT,
                      "%s is %" PRId32 "; it must be 0 to %" PRId32, name,
                      value, most);
  };
  if (EmblemStatus status = check("cut", options.cut, EMBLEM_CUT_REFUSE);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = check("side", options.side, EMBLEM_SIDE_LEFT);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = check("finish", options.finish, EMBLEM_FINISH_RAW);
      status != EMBLEM_OK)
    return status;
  const int64_t most = model.table->max_tokens;
  if (options.max_tokens < 0 || options.max_tokens > most)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "max_tokens is %" PRId64 "; it must be 1 to %" PRId64
                ", or 0 for that",
                options.max_tokens, most);
  rules.cut.mostTokens = options.max_tokens ? options.max_tokens : most;
  rules.cut.side = options.side == EMBLEM_SIDE_LEFT    ? CutSide::Left
                   : options.side == EMBLEM_SIDE_RIGHT ? CutSide::Right
                                                       : CutSide::OfTokenizer;
  rules.refusesLong = options.cut == EMBLEM_CUT_REFUSE ||
                      (options.cut == EMBLEM_CUT_AS_OPENED &&
                       model.options.overflow == EMBLEM_ERROR);
  rules.finish = EmblemFinish(options.finish);
  rules.prompt = options.prompt;
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::findInner(const EmblemModel &model,
                                        EmblemOutputKind kind, int64_t &index) {
  index = innerOutput(*model.table, kind);
  if (index >= 0)
    return EMBLEM_OK;
  const bool ofDevice = model.table->stage_count == 0;
  return fail(EMBLEM_NOT_KNOWN, "%s is not to be had of this model%s",
              kind == EMBLEM_TOKENS ? "a vector a token"
                                    : "what is before its last step",
              ofDevice ? ", which was compiled for a device alone; compile it "
                         "with --target=native,cuda"
                       : "");
}

EmblemStatus emblem::runtime::chooseOutput(const EmblemModel &model,
                                           EmblemFinish finish,
                                           int64_t &index) {
  index = 0;
  if (finish != EMBLEM_FINISH_RAW ||
      model.table->last_step == EMBLEM_ENDS_AS_IT_IS)
    return EMBLEM_OK;
  return findInner(model, EMBLEM_RAW, index);
}
