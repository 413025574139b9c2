//===- pre_tokenizer_compiler.cpp - A pre-tokenizer becomes steps ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/part_compilers.h"
#include "compiler/tokenizer/unicode_facts.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

/// GPT-2's words (Radford et al., "Language Models are Unsupervised Multitask
/// Learners", and its published encoder).
static constexpr StringRef gpt2Pattern =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|"
    "\\s+(?!\\S)|\\s+";

namespace {
class PartCompiler {
public:
  PartCompiler(TableWriter &writer, std::vector<WordStep> &steps)
      : writer(writer), steps(steps) {}

  Error operator()(const BertPreTokenizer &) {
    CodePointSet punctuation = CodePointSet::collect(isPunctuation);
    CodePointSet between = CodePointSet::collect(isWhitespace);
    between.insert(punctuation);
    return addWords(PatternNode::alternation(
        {PatternNode::repeat(PatternNode::one(between.complement()), 1),
         PatternNode::one(punctuation)}));
  }
  Error operator()(const Whitespace &) {
    CodePointSet word = CodePointSet::collect(isWordCharacter);
    CodePointSet wordOrSpace = CodePointSet::collect(isWhitespace);
    wordOrSpace.insert(word);
    return addWords(PatternNode::alternation(
        {PatternNode::repeat(PatternNode::one(word), 1),
         PatternNode::repeat(PatternNode::one(wordOrSpace.complement()), 1)}));
  }
  Error operator()(const WhitespaceSplit &) {
    return addSplit(PatternNode::one(CodePointSet::collect(isWhitespace)),
                    SplitBehavior::Removed);
  }
  Error operator()(const CharDelimiterSplit &part) {
    return addSplit(PatternNode::one(CodePointSet(part.delimiter)),
                    SplitBehavior::Removed);
  }
  Error operator()(const Punctuation &part) {
    return addSplit(PatternNode::one(CodePointSet::collect(isPunctuation)),
                    part.behavior);
  }
  Error operator()(const Digits &part) {
    return addSplit(PatternNode::one(CodePointSet::collect(isNumeric)),
                    part.individual ? SplitBehavior::Isolated
                                    : SplitBehavior::Contiguous);
  }
  Error operator()(const Split &part) {
    Expected<PatternNode> pattern =
        part.pattern.isRegex ? parsePattern(part.pattern.text)
                             : PatternNode::literal(part.pattern.text);
    Error error = pattern ? addSplit(*pattern, part.behavior, part.invert)
                          : pattern.takeError();
    if (!error)
      return error;
    return createStringError("the pre_tokenizer's pattern '" +
                             part.pattern.text + "' " +
                             toString(std::move(error)));
  }
  Error operator()(const Metaspace &part) {
    std::string replacement = encodeText(part.replacement);
    WordStep step = {};
    step.kind = WordStepKind::Rewrite;
    step.from = ' ';
    step.text = writer.append(replacement);
    if (part.prepends != Metaspace::Prepends::Never)
      step.prefix = writer.append(replacement);
    if (part.prepends == Metaspace::Prepends::First)
      step.flags = RewriteAtStartOnly;
    steps.push_back(step);
    if (!part.split)
      return Error::success();
    return addSplit(PatternNode::one(CodePointSet(part.replacement)),
                    SplitBehavior::MergedWithNext);
  }
  Error operator()(const ByteLevel &part) {
    if (part.addPrefixSpace) {
      WordStep step = {};
      step.kind = WordStepKind::Rewrite;
      step.from = codePoints;
      step.prefix = writer.append(" ");
      steps.push_back(step);
    }
    if (!part.useRegex)
      return Error::success();
    return addSplit(*parsePattern(gpt2Pattern), SplitBehavior::Isolated);
  }

private:
  /// The matches are words, and the rest is nothing.
  Error addWords(const PatternNode &pattern) {
    return addSplit(pattern, SplitBehavior::Removed, /*inverted=*/true);
  }

  Error addSplit(const PatternNode &pattern, SplitBehavior behavior,
                 bool inverted = false) {
    Expected<PatternTables> tables = buildAutomaton(pattern);
    if (!tables)
      return tables.takeError();
    WordStep step = {};
    step.kind = WordStepKind::Split;
    step.behavior = behavior;
    step.flags = inverted ? SplitInverted : 0u;
    step.from = codePoints;
    step.pattern = writer.append(*tables);
    steps.push_back(step);
    return Error::success();
  }

  TableWriter &writer;
  std::vector<WordStep> &steps;
};
} // namespace

Expected<std::vector<WordStep>>
emblem::frontend::compilePreTokenizer(ArrayRef<PreTokenizerPart> parts,
                                      TableWriter &writer, bool &takesBytes) {
  std::vector<WordStep> steps;
  takesBytes = false;
  for (const PreTokenizerPart &part : parts) {
    if (takesBytes)
      return createStringError("the pre_tokenizer goes on behind a ByteLevel, "
                               "which is only supported as its last step");
    if (Error error = std::visit(PartCompiler(writer, steps), part))
      return error;
    takesBytes = std::holds_alternative<ByteLevel>(part);
  }
  if (count_if(steps, [](const WordStep &step) {
        return step.kind == WordStepKind::Rewrite;
      }) > maxRewrites)
    return createStringError("the pre_tokenizer has more than " +
                             Twine(maxRewrites) +
                             " steps that rewrite (Metaspace, and ByteLevel "
                             "with add_prefix_space), which is not supported");
  return steps;
}
