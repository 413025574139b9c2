//===- emb_model_verifiers.cpp - The constraints of emb.model -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The checks have the order and the numbers of the constraints in emb_model.td:
// 1 to 3 and the picture's are of the model itself, the others of its body.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace emblem::emb;

// Offsets are i32.
static constexpr int64_t kMostPositions = INT32_MAX;

//===----------------------------------------------------------------------===//
// The model itself
//===----------------------------------------------------------------------===//

/// The type of a model's pixels, or null where it takes none.
static RankedTensorType getPixelsType(ModelOp model) {
  auto input =
      dyn_cast<RankedTensorType>(model.getBody().getArgument(0).getType());
  return input && input.getRank() == 4 ? input : RankedTensorType();
}

/// One prompt's entry of `prompt_rules` (model_c3).
static LogicalResult verifyRule(ModelOp model, NamedAttribute entry) {
  auto error = [&]() {
    return model.emitOpError()
           << "prompt_rules of \"" << entry.getName().getValue() << "\": ";
  };
  DictionaryAttr prompts = model.getPromptsAttr();
  if (!prompts || !prompts.contains(entry.getName()))
    return error() << "there is no prompt of that name";
  auto rule = dyn_cast<DictionaryAttr>(entry.getValue());
  if (!rule)
    return error() << "must be a dictionary, but is " << entry.getValue();
  for (NamedAttribute field : rule) {
    StringRef name = field.getName();
    if (name == "keeps_all" && isa<UnitAttr>(field.getValue()))
      continue;
    auto number = dyn_cast<IntegerAttr>(field.getValue());
    if (!number ||
        (name != "max_tokens" && name != "marker" && name != "expansion"))
      return error()
             << "holds max_tokens, marker, expansion and keeps_all, but "
             << name << " is " << field.getValue();
    int64_t value = number.getInt();
    bool isLength = name == "max_tokens";
    int64_t least = isLength ? 1 : 0;
    int64_t most = isLength ? static_cast<int64_t>(model.getMaxTokens())
                            : model.getVocabularySize() - 1;
    if (value < least || value > most)
      return error() << name << " must be from " << least << " to " << most
                     << ", but is " << value;
  }
  if (rule.contains("expansion") && !rule.contains("max_tokens"))
    return error() << "an expansion needs max_tokens, up to which it fills";
  return success();
}

// model_c3
static LogicalResult verifyPrompts(ModelOp model) {
  DictionaryAttr prompts = model.getPromptsAttr();
  if (prompts)
    for (NamedAttribute prompt : prompts)
      if (!isa<StringAttr>(prompt.getValue()))
        return model.emitOpError()
               << "prompt \"" << prompt.getName().getValue()
               << "\" must be a string, but is " << prompt.getValue();

  std::optional<StringRef> chosen = model.getDefaultPrompt();
  if (chosen && !(prompts && prompts.contains(*chosen)))
    return model.emitOpError() << "default_prompt names \"" << *chosen
                               << "\", which is not among the prompts";
  return success();
}

/// Ids that the model puts among a text's own (model_c3).
static LogicalResult verifyTextIds(ModelOp model) {
  for (auto [name, id] : {std::pair("end_token", model.getEndToken()),
                          std::pair("padding", model.getPadding())}) {
    if (!id)
      continue;
    if (model.getPairs() || model.getPixels())
      return model.emitOpError()
             << "has '" << name << "', which only a model of single texts may";
    if (static_cast<int64_t>(*id) < 0 ||
        static_cast<int64_t>(*id) >= model.getVocabularySize())
      return model.emitOpError()
             << name << " must be from 0 to " << model.getVocabularySize() - 1
             << ", but is " << static_cast<int64_t>(*id);
  }
  return success();
}

// model_c1
static LogicalResult verifyArguments(ModelOp model) {
  Block &block = model.getBody().front();
  RankedTensorType indices = getIndicesType(model.getContext());
  if (block.getNumArguments() != 2 && block.getNumArguments() != 3)
    return model.emitOpError()
           << "takes the token ids and the sequence offsets, and perhaps the "
              "token types, but has "
           << block.getNumArguments() << " arguments";
  if (model.getTokenTypes() && !model.getPairs())
    return model.emitOpError()
           << "takes token types, which only pairs have: say so with the "
              "attribute 'pairs'";
  RankedTensorType pixels = getPixelsType(model);
  if (pixels && failed(verifyPixels(model, pixels)))
    return failure();
  for (BlockArgument argument : block.getArguments().drop_front(pixels ? 1 : 0))
    if (argument.getType() != indices)
      return model.emitOpError()
             << "argument #" << argument.getArgNumber() << " must be "
             << indices << ", but is " << argument.getType();
  if (!block.empty() && !isa<ReturnOp>(block.back()))
    return model.emitOpError() << "must end with emb.return, but ends with "
                               << block.back().getName();
  return success();
}

// model_c2
static LogicalResult verifyLengths(ModelOp model) {
  int64_t maxTokens = model.getMaxTokensAttr().getInt();
  int64_t maxPositions = model.getMaxPositionsAttr().getInt();
  if (maxTokens < 1)
    return model.emitOpError()
           << "max_tokens must be positive, but is " << maxTokens;
  if (maxTokens > maxPositions)
    return model.emitOpError()
           << "max_tokens is " << maxTokens
           << ", but must be at most max_positions, " << maxPositions;
  if (maxPositions > kMostPositions)
    return model.emitOpError()
           << "max_positions must be less than 2^31, but is " << maxPositions;
  return success();
}

// model_c3
static LogicalResult verifyPairText(ModelOp model) {
  ArrayAttr text = model.getPairTextAttr();
  if (!text)
    return success();
  if (!model.getPairs())
    return model.emitOpError()
           << "has a pair_text, which only pairs have: say so with the "
              "attribute 'pairs'";
  if (text.size() != 3)
    return model.emitOpError()
           << "pair_text must be what stands before, between and after a "
              "pair's texts, but there are "
           << text.size() << " strings";
  return success();
}

// model_c3
static LogicalResult verifyLabels(ModelOp model) {
  ArrayAttr labels = model.getLabelsAttr();
  if (!labels)
    return success();
  if (!model.getPairs())
    return model.emitOpError() << "has labels, which only the scores of pairs "
                                  "have: say so with the attribute 'pairs'";
  if (static_cast<int64_t>(labels.size()) != model.getDimension())
    return model.emitOpError() << "has " << labels.size() << " labels, but "
                               << model.getDimension() << " scores";
  return success();
}

LogicalResult ModelOp::verify() {
  if (failed(verifyArguments(*this)) || failed(verifyLengths(*this)) ||
      failed(verifyPairText(*this)) || failed(verifyTextIds(*this)) ||
      failed(verifyPrompts(*this)))
    return failure();
  // model_c3
  if (std::optional<APFloat> threshold = getThreshold();
      threshold && !threshold->isFinite())
    return emitOpError("threshold must be finite");
  // model_c5
  RankedTensorType pixels = getPixelsType(*this);
  if (getImage() && !pixels)
    return emitOpError("has 'image', but takes no pixels");
  return pixels ? verifyImage(*this, pixels) : success();
}

//===----------------------------------------------------------------------===//
// How the operations fit together
//===----------------------------------------------------------------------===//

static LogicalResult verifyOffsets(ModelOp model, Operation *op,
                                   Value offsets) {
  if (offsets == model.getSequenceOffsets())
    return success();
  return op->emitOpError() << "must take the model's sequence offsets, its "
                              "second argument, as offsets";
}

// model_c6
static LogicalResult verifyPositions(ModelOp model, PositionalEncodingOp op) {
  int64_t offset = op.getOffsetAttr().getInt();
  int64_t positions = model.getMaxPositionsAttr().getInt();
  if (!op.getTable()) {
    if (positions <= kMostPositions - offset)
      return success();
    return op.emitOpError()
           << "the positions from offset " << offset << " up to max_positions "
           << positions << " beyond it must stay below 2^31";
  }
  int64_t rows = op.getTable().getType().getDimSize(0);
  // Not offset + positions, which may overflow.
  if (positions <= rows - offset)
    return success();
  InFlightDiagnostic error =
      op.emitOpError() << "the table has " << rows
                       << " rows, too few for max_positions " << positions;
  if (offset != 0)
    error << " from offset " << offset;
  return error;
}

/// Dense and sparse rows are pooled, the others are not (model_c5).
static LogicalResult verifyOutputs(ReturnOp returned,
                                   llvm::function_ref<bool(Value)> isOfTexts) {
  for (auto [index, output] : llvm::enumerate(returned.getVectors())) {
    OutputKind kind = returned.getKind(index);
    bool ofTexts = kind == OutputKind::Dense || kind == OutputKind::Sparse;
    if (isOfTexts(output) == ofTexts)
      continue;
    if (!ofTexts)
      return returned.emitOpError()
             << stringifyOutputKind(kind)
             << " has one row a token, but its operand is pooled";
    if (!returned.getKinds())
      return returned.emitOpError() << "must return one row a text, but its "
                                       "operand is not pooled: add emb.pool";
    return returned.emitOpError() << stringifyOutputKind(kind)
                                  << " has one row a text, but its operand is "
                                     "not pooled: add emb.pool";
  }
  return success();
}

// model_c4
static LogicalResult verifyPlaces(ModelOp model, Operation &op) {
  Value offsets;
  llvm::TypeSwitch<Operation *>(&op)
      .Case<PositionalEncodingOp, AttentionOp, PoolOp, AttentionPoolOp>(
          [&](auto layer) { offsets = layer.getOffsets(); });
  if (offsets && failed(verifyOffsets(model, &op, offsets)))
    return failure();
  if (auto embedding = dyn_cast<TokenEmbeddingOp>(op))
    if (embedding.getIds() != model.getTokenIds())
      return embedding.emitOpError()
             << "must take the model's token ids, its first argument, as ids";
  if (auto segments = dyn_cast<SegmentEmbeddingOp>(op))
    if (segments.getTypes() && segments.getTypes() != model.getTokenTypes())
      return segments.emitOpError()
             << "must take the model's token types, its third argument, as "
                "types";
  return success();
}

// model_c5
static LogicalResult verifyImageTokens(ModelOp model) {
  if (!model.getPixels())
    return success();
  auto cuts = model.getBody().getOps<PatchEmbeddingOp>();
  int64_t tokens = cuts.empty() ? 1 : (*cuts.begin()).getTokens();
  for (PatchEmbeddingOp cut : cuts)
    if (cut.getPixels() != model.getPixels() || cut.getTokens() != tokens)
      return cut.emitOpError("must cut the model's pixels, its first "
                             "argument, all into as many tokens");
  if (tokens != model.getMaxPositionsAttr().getInt() ||
      tokens != model.getMaxTokensAttr().getInt())
    return model.emitOpError()
           << "an image has " << tokens
           << " tokens, so max_tokens and max_positions must be " << tokens;
  return success();
}

// model_c5
static LogicalResult verifyRows(Operation &op,
                                llvm::function_ref<bool(Value)> isOfTexts) {
  Value tokens;
  llvm::TypeSwitch<Operation *>(&op)
      .Case<PositionalEncodingOp, AttentionOp, PoolOp, AttentionPoolOp>(
          [&](auto layer) { tokens = layer.getInput(); });
  if (tokens && isOfTexts(tokens))
    return op.emitOpError() << "takes rows of tokens, but its input is pooled "
                               "already, one row a text";
  if (auto sum = dyn_cast<AddOp>(op))
    if (isOfTexts(sum.getLhs()) != isOfTexts(sum.getRhs()))
      return sum.emitOpError()
             << "adds rows of tokens to rows of texts: pool both or neither";
  if (auto joined = dyn_cast<ConcatenateOp>(op))
    if (llvm::any_of(joined.getInputs(), isOfTexts) !=
        llvm::all_of(joined.getInputs(), isOfTexts))
      return joined.emitOpError() << "puts rows of tokens beside rows of "
                                     "texts: pool all of them or none";
  if (auto returned = dyn_cast<ReturnOp>(op))
    return verifyOutputs(returned, isOfTexts);
  return success();
}

LogicalResult ModelOp::verifyRegions() {
  if (failed(verifyLabels(*this)))
    return failure();
  // model_c3
  if (DictionaryAttr rules = getPromptRulesAttr())
    for (NamedAttribute rule : rules)
      if (failed(verifyRule(*this, rule)))
        return failure();

  Block &block = getBody().front();
  for (Operation &op : block)
    if (failed(verifyPlaces(*this, op)))
      return failure();

  if (failed(verifyImageTokens(*this)))
    return failure();
  // Rows are of tokens until a pool makes them rows of texts. Images are such
  // rows from the first, until patches become tokens.
  llvm::DenseSet<Value> rowsOfTexts;
  if (getPixels())
    rowsOfTexts.insert(getPixels());
  auto isOfTexts = [&](Value rows) { return rowsOfTexts.contains(rows); };
  for (Operation &op : block) {
    if (failed(verifyRows(op, isOfTexts)))
      return failure();
    bool ofTexts = isa<PoolOp, AttentionPoolOp>(op) ||
                   llvm::any_of(op.getOperands(), isOfTexts);
    if (ofTexts && !isa<PatchEmbeddingOp>(op))
      rowsOfTexts.insert_range(op.getResults());
  }

  for (auto positions : getBody().getOps<PositionalEncodingOp>())
    if (failed(verifyPositions(*this, positions)))
      return failure();
  return success();
}
