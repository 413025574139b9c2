//===- places_test.cpp - Places of tokens, and decoding, by kind ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/tokenizer/make_places_fixture.py wrote checksums of what
// `tokenizers` gives; compare_places.py shows what differs.
//
//===----------------------------------------------------------------------===//

#include "compiled_tokenizer.h"
#include "kind_fixture.h"

#include "compiler/tokenizer/compile/token_texts.h"

#include "llvm/Support/CRC.h"

using namespace emblem;
using namespace llvm;

static const json::Object &placesFixture() {
  static const json::Value value = [] {
    auto buffer = MemoryBuffer::getFile(TOKENIZER_FIXTURES "/places.json");
    if (!buffer)
      report_fatal_error("cannot read places.json");
    return cantFail(json::parse((*buffer)->getBuffer()));
  }();
  return *value.getAsObject()->getObject("kinds");
}

/// The kind's tokenizer, with the decoder that the reference had.
static frontend::TokenizerDescription describe(const json::Value &fixture,
                                               const json::Object &places) {
  json::Value copy = fixture;
  json::Object &tokenizer = *copy.getAsObject()->getObject("tokenizer");
  for (StringRef part : {"decoder", "post_processor"})
    tokenizer[part] = *places.get(part);
  return describeKind(copy);
}

static uint32_t checksum(StringRef text) {
  return crc32(ArrayRef(text.bytes_begin(), text.size()));
}

static std::string spell(ArrayRef<runtime::TokenPlace> places) {
  std::string text;
  for (const runtime::TokenPlace &place : places)
    text += std::to_string(place.text) + " " +
            std::to_string(place.range.begin) + " " +
            std::to_string(place.range.end) + ";";
  return text;
}

namespace {
class Places : public ::testing::TestWithParam<const char *> {
protected:
  Places()
      : texts(readKindFixture("texts")), fixture(readKindFixture(GetParam())),
        places(*placesFixture().getObject(GetParam())),
        description(describe(fixture, places)), compiled(description),
        tokenTexts(frontend::getTokenTexts(description)) {}

  void compareTexts();
  void comparePairs();

  std::string decode(ArrayRef<int32_t> ids, bool skipsSpecial) {
    runtime::Buffer<uint8_t> text;
    const char *problem = nullptr;
    EXPECT_TRUE(compiled.tokenizer.decode(
        {tokenTexts.bytes.data(), tokenTexts.ends.data(),
         int64_t(tokenTexts.ends.size())},
        {ids.data(), ids.size()}, skipsSpecial, text, &problem))
        << problem;
    return {reinterpret_cast<const char *>(text.data()), text.size()};
  }
  uint32_t expected(StringRef what, size_t i) const {
    return uint32_t(*(*places.getArray(what))[i].getAsInteger());
  }

  json::Value texts, fixture;
  const json::Object &places;
  frontend::TokenizerDescription description;
  CompiledTokenizer compiled;
  frontend::TokenTexts tokenTexts;
};
} // namespace

// One test, for compiling a tokenizer takes longer than using it.
TEST_P(Places, AreThoseOfTheReferenceAndSoIsWhatIsDecoded) {
  compareTexts();
  comparePairs();
}

void Places::compareTexts() {
  const json::Array &all = *texts.getAsArray();
  ASSERT_GE(all.size(), 200u);
  for (size_t i = 0; i < all.size(); ++i) {
    StringRef text = *all[i].getAsString();
    const Ids plain = compiled.encode(text);
    Ids ids(plain.size() + 1);
    std::vector<runtime::TokenPlace> found(ids.size());
    runtime::Encoding encoding =
        compiled.tokenizer.encode(text, int64_t(ids.size()), ids.data(),
                                  compiled.scratch, {.places = found.data()});
    ids.resize(size_t(encoding.count));
    found.resize(ids.size());
    ASSERT_EQ(ids, plain) << "text " << i;
    EXPECT_EQ(checksum(spell(found)), expected("places", i))
        << "text " << i << ": " << text.take_front(200).str() << "\n"
        << spell(found).substr(0, 400);
    EXPECT_EQ(checksum(decode(ids, false)), expected("decoded", i))
        << "text " << i << ": " << text.take_front(200).str();
    EXPECT_EQ(checksum(decode(ids, true)), expected("without_special", i))
        << "text " << i << ": " << text.take_front(200).str();
  }
}

void Places::comparePairs() {
  const json::Array &pairs = *fixture.getAsObject()->getArray("pairs");
  for (size_t i = 0; i < pairs.size(); ++i) {
    const json::Array &pair = *pairs[i].getAsArray();
    StringRef first = *pair[0].getAsString(), second = *pair[1].getAsString();
    int64_t limit = *pair[2].getAsInteger();
    Ids ids(5000), types(5000);
    std::vector<runtime::TokenPlace> found(ids.size());
    runtime::Encoding encoding = compiled.tokenizer.encodePair(
        first, second, limit ? limit : int64_t(ids.size()), ids.data(),
        types.data(), compiled.scratch, {.places = found.data()});
    ASSERT_GE(encoding.count, 0);
    found.resize(size_t(encoding.count));
    EXPECT_EQ(checksum(spell(found)), expected("pairs", i))
        << "at most " << limit << ": " << first.take_front(100).str() << " | "
        << second.take_front(100).str() << "\n"
        << spell(found).substr(0, 400);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Places,
    ::testing::Values("roberta", "roberta_prefix", "qwen2", "modernbert",
                      "llama3", "clip", "starcoder", "o200k", "deepseek",
                      "gemma", "llama2", "mistral", "metaspace_first",
                      "xlm_roberta", "multilingual", "t5", "unigram_bytes",
                      "word_level", "word_level_bert", "nfkc_words",
                      "nfkd_words", "bert_words", "inverted"),
    [](const auto &info) { return info.param; });

/// Bytes that are no UTF-8 have places in the text as it was given.
TEST(PlacesOfBytes, AreThoseOfTheTextAsItWasGiven) {
  CompiledTokenizer compiled(describeTokenizer({"a", "##b", "c", "."}));
  Ids ids(16);
  std::vector<runtime::TokenPlace> found(16);
  auto places = [&](std::string_view text, runtime::CutSide side,
                    int64_t most) {
    runtime::Encoding encoding = compiled.tokenizer.encode(
        text, most, ids.data(), compiled.scratch, {side, found.data()});
    return spell(ArrayRef(found).take_front(size_t(encoding.count)));
  };
  using enum runtime::CutSide;
  EXPECT_EQ(places("\xff"
                   "ab \xe2\x82 c.",
                   OfTokenizer, 16),
            "-1 0 0;0 1 2;0 2 3;0 7 8;0 8 9;-1 0 0;");
  EXPECT_EQ(places("ab c.", Right, 4), "-1 0 0;0 0 1;0 1 2;-1 0 0;");
  EXPECT_EQ(places("ab c.", Left, 4), "-1 0 0;0 3 4;0 4 5;-1 0 0;");
  EXPECT_EQ(places("", OfTokenizer, 16), "-1 0 0;-1 0 0;");
}

TEST(Decoding, NamesWhatIsNotSupported) {
  frontend::TokenizerDescription description = describeTokenizer({"a"});
  description.decoder = {frontend::UnknownDecoder{"CTC"}};
  CompiledTokenizer compiled(description);
  frontend::TokenTexts texts = frontend::getTokenTexts(description);
  runtime::Buffer<uint8_t> text;
  const char *problem = nullptr;
  const int32_t ids[] = {4};
  EXPECT_FALSE(compiled.tokenizer.decode(
      {texts.bytes.data(), texts.ends.data(), int64_t(texts.ends.size())}, ids,
      false, text, &problem));
  EXPECT_STREQ(problem, "the model's tokenizer decodes by 'CTC', which is not "
                        "supported");
}
