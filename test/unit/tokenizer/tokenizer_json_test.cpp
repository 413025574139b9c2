//===- tokenizer_json_test.cpp - tokenizer.json, taken or refused ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"

#include "compiler/tokenizer/read/json_escapes.h"
#include "compiler/tokenizer/read/tokenizer_json.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

static const char *const wholeFile = R"({
  "version": "1.0", "truncation": null, "padding": null,
  "added_tokens": [
    {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false, "special": true},
    {"id": 5, "content": "new", "single_word": true, "lstrip": true,
     "rstrip": true, "normalized": true, "special": false}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true,
    "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
    "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                       "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}},
  "decoder": null,
  "model": {"type": "WordPiece", "unk_token": "[UNK]",
    "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
    "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##b": 4}}
})";

namespace {
/// The whole file, with some places changed.
class Edited {
public:
  Edited() : value(cantFail(json::parse(wholeFile))) {}

  /// Puts JSON text at a path such as "model.vocab.a".
  Edited &set(StringRef path, StringRef text) {
    json::Value *place = &value;
    SmallVector<StringRef> keys;
    path.split(keys, '.');
    for (StringRef key : keys) {
      unsigned index;
      if (json::Array *array = place->getAsArray();
          array && !key.getAsInteger(10, index))
        place = &(*array)[index];
      else
        place = &(*place->getAsObject())[key.str()];
    }
    *place = cantFail(json::parse(text));
    return *this;
  }

  Expected<TokenizerDescription> read() {
    return parseTokenizerJson(formatv("{0}", value).str(), "t.json");
  }
  std::string error() {
    Expected<TokenizerDescription> tokenizer = read();
    return tokenizer ? "accepted" : toString(tokenizer.takeError());
  }

private:
  json::Value value;
};
} // namespace

static Ids idsOf(ArrayRef<runtime::TemplatePiece> pieces) {
  Ids ids;
  for (const runtime::TemplatePiece &piece : pieces)
    ids.push_back(piece.id);
  return ids;
}

static std::string errorAt(StringRef path, StringRef text) {
  return Edited().set(path, text).error();
}

TEST(TokenizerJson, ReadsEveryPart) {
  TokenizerDescription tokenizer = cantFail(Edited().read());
  EXPECT_EQ(wordPiece(tokenizer).vocabulary.size(), 5u);
  EXPECT_EQ(wordPiece(tokenizer).unknownId, 0);
  EXPECT_EQ(wordPiece(tokenizer).continuingSubwordPrefix, "##");
  EXPECT_EQ(wordPiece(tokenizer).maxInputCharsPerWord, 100u);
  EXPECT_TRUE(bertNormalizer(tokenizer).cleanText);
  EXPECT_TRUE(bertNormalizer(tokenizer).handleChineseChars);
  EXPECT_TRUE(bertNormalizer(tokenizer).lowercase);
  EXPECT_EQ(idsOf(tokenizer.single), Ids({1, runtime::firstText, 2}));
  EXPECT_FALSE(tokenizer.truncateLeft);
  ASSERT_EQ(tokenizer.addedTokens.size(), 2u);
  const AddedToken &added = tokenizer.addedTokens[1];
  EXPECT_EQ(added.content, "new");
  EXPECT_EQ(added.id, 5);
  EXPECT_TRUE(added.singleWord && added.lstrip && added.rstrip &&
              added.normalized);
  EXPECT_EQ(getVocabularySize(tokenizer), 6);
}

TEST(TokenizerJson, StripsAccentsAsItLowercasesUnlessToldOtherwise) {
  auto strips = [](StringRef lowercase, StringRef stripAccents) {
    TokenizerDescription tokenizer =
        cantFail(Edited()
                     .set("normalizer.lowercase", lowercase)
                     .set("normalizer.strip_accents", stripAccents)
                     .read());
    return bertNormalizer(tokenizer).stripAccents;
  };
  EXPECT_TRUE(strips("true", "null"));
  EXPECT_FALSE(strips("false", "null"));
  EXPECT_TRUE(strips("false", "true"));
  EXPECT_FALSE(strips("true", "false"));
}

TEST(TokenizerJson, PartsThatMayBeAbsent) {
  TokenizerDescription tokenizer = cantFail(Edited()
                                                .set("normalizer", "null")
                                                .set("post_processor", "null")
                                                .set("added_tokens", "null")
                                                .read());
  EXPECT_TRUE(tokenizer.normalizer.empty());
  EXPECT_EQ(idsOf(tokenizer.single), Ids({runtime::firstText}));
  EXPECT_TRUE(tokenizer.addedTokens.empty());
}

TEST(TokenizerJson, ReadsBertProcessing) {
  TokenizerDescription tokenizer =
      cantFail(Edited()
                   .set("post_processor", R"({"type": "BertProcessing",
                 "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]})")
                   .read());
  EXPECT_EQ(idsOf(tokenizer.single), Ids({1, runtime::firstText, 2}));
}

TEST(TokenizerJson, ReadsTheSideThatIsCut) {
  EXPECT_TRUE(
      cantFail(Edited().set("truncation", R"({"direction": "Left"})").read())
          .truncateLeft);
  EXPECT_EQ(errorAt("truncation", R"({"direction": "Up"})"),
            "t.json: 'truncation' has the direction Up; known are Left and "
            "Right");
}

// What keeps a file from encoding pairs is said only where a model takes them.
TEST(TokenizerJson, KnowsWhetherItTakesPairs) {
  TokenizerDescription none = cantFail(Edited().read());
  EXPECT_EQ(findPairProblem(none, 0),
            "its post_processor has no template 'pair'");
  Edited bert;
  bert.set("post_processor", R"({"type": "BertProcessing", "cls": ["[CLS]", 1],
                                 "sep": ["[SEP]", 2]})");
  TokenizerDescription both = cantFail(bert.read());
  EXPECT_EQ(findPairProblem(both, 0), "");
  EXPECT_EQ(findPairProblem(both, 2), "");
  EXPECT_EQ(findPairProblem(both, 1),
            "its template has the token type 1, and the model only 1 of them");
  bert.set("truncation", R"({"strategy": "OnlyFirst", "direction": "Right"})");
  EXPECT_EQ(findPairProblem(cantFail(bert.read()), 2),
            "its truncation has the strategy OnlyFirst, and pairs are cut by "
            "LongestFirst alone");
}

TEST(TokenizerJson, EscapedPairsBeyondTheFirstSupplementaryPlane) {
  EXPECT_EQ(decodeSurrogatePairs(R"("\ud840\udc00 \uD83D\uDE00")"),
            "\"\U00020000 \U0001F600\"");
  EXPECT_EQ(decodeSurrogatePairs(R"("\\ud840\udc00 \ud840x \u00e9")"),
            R"("\\ud840\udc00 \ud840x \u00e9")");
  // The parser alone would make these one token.
  std::string text = wholeFile;
  text.replace(text.find("\"a\": 3"), 6,
               R"("\ud840\udc00": 3, "\ud800\udc00": 5)");
  text.replace(text.find("\"id\": 5"), 7, "\"id\": 6");
  TokenizerDescription tokenizer = cantFail(parseTokenizerJson(text, "t.json"));
  EXPECT_EQ(wordPiece(tokenizer).vocabulary.size(), 6u);
  CompiledTokenizer compiled(tokenizer);
  EXPECT_EQ(compiled.encode("\U00020000"), Ids({1, 3, 2}));
  EXPECT_EQ(compiled.encode("\U00010000"), Ids({1, 5, 2}));
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

TEST(TokenizerJson, RefusesOtherKinds) {
  EXPECT_EQ(errorAt("model.type", "\"CharLevel\""),
            "t.json: 'model' is a CharLevel; known are BPE, Unigram, WordLevel "
            "and WordPiece");
  EXPECT_EQ(errorAt("normalizer.type", "\"ByteLevel\""),
            "t.json: 'normalizer' is a ByteLevel; known are BertNormalizer, "
            "Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, "
            "Replace, Sequence, Strip and StripAccents");
  EXPECT_EQ(errorAt("pre_tokenizer.type", "\"UnicodeScripts\""),
            "t.json: 'pre_tokenizer' is a UnicodeScripts; known are "
            "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, "
            "Metaspace, Punctuation, Sequence, Split, Whitespace and "
            "WhitespaceSplit");
  EXPECT_EQ(errorAt("post_processor.type", "\"Other\""),
            "t.json: 'post_processor' is a Other; known are BertProcessing, "
            "ByteLevel, RobertaProcessing, Sequence and TemplateProcessing");
}

TEST(TokenizerJson, RefusesTemplatesThatAreNotOneText) {
  EXPECT_EQ(errorAt("post_processor.single.1.Sequence.id", "\"B\""),
            "t.json: 'post_processor' uses a second text in 'single'; known is "
            "a template with the text A once");
  EXPECT_EQ(errorAt("post_processor.single", "[]"),
            "t.json: 'post_processor' has no text in 'single'; known is a "
            "template with the text A once");
  EXPECT_EQ(errorAt("post_processor.single.1.Sequence.type_id", "1"),
            "t.json: 'post_processor.single.Sequence' has the type_id 1; known "
            "is 0, one segment a text");
  EXPECT_EQ(errorAt("post_processor.single.0.SpecialToken.id", "\"[X]\""),
            "t.json: 'post_processor.special_tokens' must hold an object in "
            "'[X]', and has none");
}

TEST(TokenizerJson, RefusesIdsThatTheReferenceWouldNotGive) {
  EXPECT_EQ(errorAt("added_tokens.0.id", "7"),
            "t.json: 'added_tokens' '[CLS]' has the id 7, and the reference "
            "would give it 1; correct the file");
  EXPECT_EQ(errorAt("added_tokens.1.id", "6"),
            "t.json: 'added_tokens' 'new' has the id 6, and the reference "
            "would give it 5; correct the file");
}

TEST(TokenizerJson, RefusesAnUnknownTokenThatIsNotInTheVocabulary) {
  EXPECT_EQ(errorAt("model.unk_token", "\"<unk>\""),
            "t.json: 'model' has the unk_token '<unk>', which its vocab lacks; "
            "add it to the vocab");
}

TEST(TokenizerJson, NamesTheFieldOfTheWrongType) {
  EXPECT_EQ(errorAt("model", "3"),
            "t.json: the file must hold an object in 'model'");
  EXPECT_EQ(errorAt("model.type", "null"), "t.json: 'model' has no type");
  EXPECT_EQ(errorAt("model.vocab", "[]"),
            "t.json: 'model' must hold an object in 'vocab'");
  EXPECT_EQ(errorAt("model.max_input_chars_per_word", "-1"),
            "t.json: 'model' must hold an integer from 0 to 1000000 in "
            "'max_input_chars_per_word'");
  EXPECT_EQ(errorAt("normalizer.lowercase", "1"),
            "t.json: 'normalizer' must hold true or false in 'lowercase'");
  EXPECT_EQ(errorAt("added_tokens", "{}"),
            "t.json: the file must hold an array in 'added_tokens'");
  EXPECT_EQ(errorAt("added_tokens.0.lstrip", "null"),
            "t.json: 'added_tokens' must hold true or false in 'lstrip'");
  const char *idRange = " an id from 0 to 2147483646 as an integer";
  for (const char *id : {"-1", "2147483647", "1.5", "\"3\"", "null"}) {
    EXPECT_EQ(errorAt("model.vocab.a", id),
              std::string("t.json: 'model.vocab' must give 'a'") + idRange);
    EXPECT_EQ(errorAt("post_processor.special_tokens.[CLS].ids.0", id),
              std::string("t.json: 'post_processor.special_tokens.[CLS]' must "
                          "give 'ids'") +
                  idRange);
  }
}

TEST(TokenizerJson, LocatesWhatIsNotJson) {
  auto errorOf = [](StringRef text) {
    Expected<TokenizerDescription> tokenizer =
        parseTokenizerJson(text, "t.json");
    return tokenizer ? "accepted" : toString(tokenizer.takeError());
  };
  EXPECT_TRUE(StringRef(errorOf("{\n  \"model\": }"))
                  .starts_with("t.json:2:12: not valid JSON: "));
  EXPECT_TRUE(StringRef(errorOf("")).starts_with("t.json:1:0: not valid JSON"));
  EXPECT_TRUE(StringRef(errorOf(StringRef(wholeFile).drop_back(5)))
                  .contains("not valid"));
  EXPECT_EQ(errorOf("[1]"), "t.json: the file must hold a JSON object");
  EXPECT_EQ(errorOf("{}"),
            "t.json: the file must hold an object in 'model', and has none");
}

// Whatever byte is damaged, there is a description or an error, never a crash.
TEST(TokenizerJson, SurvivesAnyDamagedByte) {
  std::string text = wholeFile;
  int accepted = 0, refused = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = i % 2 ? '}' : '\x9f';
    Expected<TokenizerDescription> tokenizer =
        parseTokenizerJson(damaged, "t.json");
    if (tokenizer) {
      ++accepted;
      continue;
    }
    EXPECT_NE(toString(tokenizer.takeError()).find("t.json"),
              std::string::npos);
    ++refused;
  }
  EXPECT_GT(refused, accepted);
}

TEST(TokenizerJson, AMissingFileIsNamed) {
  Expected<TokenizerDescription> tokenizer =
      readTokenizerJson("/nowhere/tokenizer.json");
  ASSERT_FALSE(bool(tokenizer));
  EXPECT_EQ(toString(tokenizer.takeError()),
            "cannot read '/nowhere/tokenizer.json': No such file or directory");
}
