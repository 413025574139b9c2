//===- emb_model.cpp - Syntax and verifiers of emb.model ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_dialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace emblem::emb;

// Offsets are i32.
static constexpr int64_t kMostPositions = INT32_MAX;

static RankedTensorType getIndicesType(MLIRContext *context) {
  return RankedTensorType::get({ShapedType::kDynamic},
                               IntegerType::get(context, 32));
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

// emb.model @name(%ids, %offsets[, %types]) max_tokens N max_positions N
//     [attributes {}] { ... }
// An argument that is no i32 has its type: %pixels : tensor<?x8x8x1xf32>.
ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr name;
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes))
    return failure();

  SMLoc argumentsLocation = parser.getCurrentLocation();
  SmallVector<OpAsmParser::Argument> arguments;
  auto parseOne = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    argument.type = getIndicesType(builder.getContext());
    if (parser.parseArgument(argument))
      return failure();
    return succeeded(parser.parseOptionalColon())
               ? parser.parseType(argument.type)
               : ParseResult(success());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne))
    return failure();
  if (arguments.size() != 2 && arguments.size() != 3)
    return parser.emitError(argumentsLocation)
           << "expected the token ids and the sequence offsets, and perhaps "
              "the token types, but there are "
           << arguments.size() << " arguments";

  int64_t maxTokens, maxPositions;
  if (parser.parseKeyword("max_tokens") || parser.parseInteger(maxTokens) ||
      parser.parseKeyword("max_positions") ||
      parser.parseInteger(maxPositions) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  result.addAttribute(getMaxTokensAttrName(result.name),
                      builder.getI64IntegerAttr(maxTokens));
  result.addAttribute(getMaxPositionsAttrName(result.name),
                      builder.getI64IntegerAttr(maxPositions));

  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments))
    return failure();
  return success();
}

void ModelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << '(';
  llvm::interleaveComma(getBody().getArguments(), printer, [&](Value argument) {
    printer << argument;
    if (argument.getType() != getIndicesType(getContext()))
      printer << " : " << argument.getType();
  });
  printer << ") max_tokens " << getMaxTokens() << " max_positions "
          << getMaxPositions();
  SmallVector<StringRef> printed = {
      getSymNameAttrName(), getMaxTokensAttrName(), getMaxPositionsAttrName()};
  if (getDistance() == Distance::Cosine) // what it is without
    printed.push_back(getDistanceAttrName());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), printed);
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void ModelOp::getAsmBlockArgumentNames(Region &region,
                                       OpAsmSetValueNameFn setName) {
  // Printing must not fail on a model that is not verified yet.
  bool pixels = region.getNumArguments() > 0 &&
                isa<FloatType>(getElementTypeOrSelf(region.getArgument(0)));
  StringRef names[] = {pixels ? "pixels" : "ids", "offsets", "types"};
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    setName(argument, name);
}

int64_t ModelOp::getDimension() {
  auto returned = cast<ReturnOp>(getBody().front().getTerminator());
  return cast<RankedTensorType>(returned.getVectors().front().getType())
      .getDimSize(1);
}

int64_t ModelOp::getVocabularySize() {
  if (getPixels())
    return 1;
  int64_t size = INT64_MAX;
  for (auto embedding : getBody().getOps<TokenEmbeddingOp>())
    size = std::min(size, embedding.getVocabularySize());
  return size;
}

int64_t ModelOp::getTokenTypeCount() {
  int64_t count = 0;
  for (auto op : getBody().getOps<SegmentEmbeddingOp>())
    if (op.getTypes())
      count = std::max(count, op.getTable().getType().getDimSize(0));
  return count;
}

//===----------------------------------------------------------------------===//
// Constraints 1 to 3: the model itself
//===----------------------------------------------------------------------===//

/// One prompt's entry of `prompt_rules`.
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

/// Ids that the model puts among a text's own.
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

/// What a picture becomes pixels by.
static LogicalResult verifyImage(ModelOp model, RankedTensorType pixels) {
  if (!isImages(pixels) ||
      (pixels.getDimSize(3) != 1 && pixels.getDimSize(3) != 3))
    return model.emitOpError()
           << "the pixels must be images of 1 or 3 channels, but are "
           << pixels;
  if (model.getPairs() || model.getPrompts() || model.getPromptRules() ||
      model.getTokenizer())
    return model.emitOpError("takes images, so it has neither pairs, prompts "
                             "nor a tokenizer");
  DictionaryAttr image = model.getImageAttr();
  if (!image)
    return success();
  for (NamedAttribute field : image) {
    StringRef name = field.getName();
    auto text = dyn_cast<StringAttr>(field.getValue());
    auto size = dyn_cast<IntegerAttr>(field.getValue());
    auto list = dyn_cast<ArrayAttr>(field.getValue());
    bool isRight = false;
    if (name == "resize")
      isRight = text && symbolizeResizeKind(text.getValue());
    else if (name == "filter")
      isRight = text && symbolizeResizeFilter(text.getValue());
    else if (name == "resize_height" || name == "resize_width")
      isRight = size && size.getInt() > 0 && size.getInt() <= INT32_MAX;
    else if (name == "scale" || name == "shift")
      isRight = list &&
                static_cast<int64_t>(list.size()) == pixels.getDimSize(3) &&
                llvm::all_of(list, llvm::IsaPred<FloatAttr>);
    if (!isRight)
      return model.emitOpError()
             << "image: " << name << " cannot be " << field.getValue();
  }
  auto resize = image.getAs<StringAttr>("resize");
  if (resize && resize.getValue() != "none" &&
      (!image.contains("resize_height") ||
       (resize.getValue() == "exact" && !image.contains("resize_width"))))
    return model.emitOpError("image: a picture that is resized needs "
                             "resize_height and, to be exact, resize_width");
  return success();
}

LogicalResult ModelOp::verify() {
  Block &block = getBody().front();
  RankedTensorType indices = getIndicesType(getContext());
  if (block.getNumArguments() != 2 && block.getNumArguments() != 3)
    return emitOpError() << "takes the token ids and the sequence offsets, and "
                            "perhaps the token types, but has "
                         << block.getNumArguments() << " arguments";
  if (getTokenTypes() && !getPairs())
    return emitOpError() << "takes token types, which only pairs have: say so "
                            "with the attribute 'pairs'";
  if (ArrayAttr text = getPairTextAttr()) {
    if (!getPairs())
      return emitOpError() << "has a pair_text, which only pairs have: say so "
                              "with the attribute 'pairs'";
    if (text.size() != 3)
      return emitOpError() << "pair_text must be what stands before, between "
                              "and after a pair's texts, but there are "
                           << text.size() << " strings";
  }
  auto input = dyn_cast<RankedTensorType>(block.getArgument(0).getType());
  bool seesImages = input && input.getRank() == 4;
  if (seesImages && failed(verifyImage(*this, input)))
    return failure();
  if (getImage() && !seesImages)
    return emitOpError("has 'image', but takes no pixels");
  if (std::optional<APFloat> threshold = getThreshold();
      threshold && !threshold->isFinite())
    return emitOpError("threshold must be finite");
  for (BlockArgument argument :
       block.getArguments().drop_front(seesImages ? 1 : 0))
    if (argument.getType() != indices)
      return emitOpError() << "argument #" << argument.getArgNumber()
                           << " must be " << indices << ", but is "
                           << argument.getType();
  if (!block.empty() && !isa<ReturnOp>(block.back()))
    return emitOpError() << "must end with emb.return, but ends with "
                         << block.back().getName();

  int64_t maxTokens = getMaxTokensAttr().getInt();
  int64_t maxPositions = getMaxPositionsAttr().getInt();
  if (maxTokens < 1)
    return emitOpError() << "max_tokens must be positive, but is " << maxTokens;
  if (maxTokens > maxPositions)
    return emitOpError() << "max_tokens is " << maxTokens
                         << ", but must be at most max_positions, "
                         << maxPositions;
  if (maxPositions > kMostPositions)
    return emitOpError() << "max_positions must be less than 2^31, but is "
                         << maxPositions;
  if (failed(verifyTextIds(*this)))
    return failure();
  return verifyPrompts(*this);
}

//===----------------------------------------------------------------------===//
// Constraints 4 to 6: how the operations fit together
//===----------------------------------------------------------------------===//

static LogicalResult verifyOffsets(ModelOp model, Operation *op,
                                   Value offsets) {
  if (offsets == model.getSequenceOffsets())
    return success();
  return op->emitOpError() << "must take the model's sequence offsets, its "
                              "second argument, as offsets";
}

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

/// Dense and sparse rows are pooled, the others are not.
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

LogicalResult ModelOp::verifyRegions() {
  if (DictionaryAttr rules = getPromptRulesAttr())
    for (NamedAttribute rule : rules)
      if (failed(verifyRule(*this, rule)))
        return failure();
  // Rows are of tokens until a pool makes them rows of texts. Images are such
  // rows from the first, until patches become tokens.
  llvm::DenseSet<Value> rowsOfTexts;
  if (getPixels()) {
    rowsOfTexts.insert(getPixels());
    auto cuts = getBody().getOps<PatchEmbeddingOp>();
    int64_t tokens = cuts.empty() ? 1 : (*cuts.begin()).getTokens();
    for (PatchEmbeddingOp cut : cuts)
      if (cut.getPixels() != getPixels() || cut.getTokens() != tokens)
        return cut.emitOpError("must cut the model's pixels, its first "
                               "argument, all into as many tokens");
    if (tokens != getMaxPositionsAttr().getInt() ||
        tokens != getMaxTokensAttr().getInt())
      return emitOpError() << "an image has " << tokens
                           << " tokens, so max_tokens and max_positions must "
                              "be "
                           << tokens;
  }
  for (Operation &op : getBody().front()) {
    // What takes offsets.
    Value offsets, tokens;
    llvm::TypeSwitch<Operation *>(&op)
        .Case<PositionalEncodingOp, AttentionOp, PoolOp, AttentionPoolOp>(
            [&](auto layer) {
              offsets = layer.getOffsets();
              tokens = layer.getInput();
            });
    if (offsets && failed(verifyOffsets(*this, &op, offsets)))
      return failure();
    if (tokens && rowsOfTexts.contains(tokens))
      return op.emitOpError() << "takes rows of tokens, but its input is "
                                 "pooled already, one row a text";

    if (auto embedding = dyn_cast<TokenEmbeddingOp>(op))
      if (embedding.getIds() != getTokenIds())
        return embedding.emitOpError()
               << "must take the model's token ids, its first argument, as ids";
    if (auto segments = dyn_cast<SegmentEmbeddingOp>(op))
      if (segments.getTypes() && segments.getTypes() != getTokenTypes())
        return segments.emitOpError()
               << "must take the model's token types, its third argument, as "
                  "types";
    if (auto positions = dyn_cast<PositionalEncodingOp>(op))
      if (failed(verifyPositions(*this, positions)))
        return failure();
    auto isOfTexts = [&](Value rows) { return rowsOfTexts.contains(rows); };
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
      if (failed(verifyOutputs(returned, isOfTexts)))
        return failure();

    bool ofTexts = isa<PoolOp, AttentionPoolOp>(op) ||
                   llvm::any_of(op.getOperands(), isOfTexts);
    if (ofTexts && !isa<PatchEmbeddingOp>(op))
      rowsOfTexts.insert_range(op.getResults());
  }
  return success();
}
