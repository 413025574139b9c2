//===- options_test.cpp - Command lines, good and bad ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/nearest_name.h"

#include <gtest/gtest.h>

using namespace emblem::command;

namespace {

std::string parse(std::string_view command, std::vector<const char *> arguments,
                  Options &options) {
  for (const Command &one : commands())
    if (one.name == command)
      return parseOptions(one.options, arguments, options);
  return "no such command";
}

TEST(Options, TakesValuesInBothSpellingsAnywhere) {
  Options options;
  EXPECT_EQ(parse("embed",
                  {"first", "--dim", "12", "--format=fvecs", "second", "-o",
                   "out", "--ids", "--prompt="},
                  options),
            "");
  EXPECT_EQ(options.dimension, 12);
  EXPECT_EQ(options.format, VectorFormat::Fvecs);
  EXPECT_STREQ(options.output, "out");
  EXPECT_TRUE(options.ids);
  EXPECT_STREQ(options.prompt, "");
  EXPECT_EQ(options.operands,
            (std::vector<std::string_view>{"first", "second"}));
}

TEST(Options, EndsAtTwoDashes) {
  Options options;
  EXPECT_EQ(parse("embed", {"-", "--pin", "--", "--ids", "--"}, options), "");
  EXPECT_TRUE(options.pinThreads);
  EXPECT_FALSE(options.ids);
  EXPECT_EQ(options.operands,
            (std::vector<std::string_view>{"-", "--ids", "--"}));
}

TEST(Options, TheLastValueCounts) {
  Options options;
  EXPECT_EQ(parse("embed", {"--threads=1", "--threads=3"}, options), "");
  EXPECT_EQ(options.threads, 3);
}

TEST(Options, EveryCommandHasHelp) {
  for (const Command &command : commands()) {
    Options options;
    EXPECT_EQ(parse(command.name, {"--help"}, options), "");
    EXPECT_TRUE(options.help);
  }
}

TEST(Options, ExplainsWhatIsWrong) {
  Options options;
  EXPECT_EQ(parse("embed", {"--formt=npy"}, options),
            "unknown option '--formt'; did you mean '--format'?");
  EXPECT_EQ(parse("embed", {"-5 degrees"}, options),
            "unknown option '-5 degrees'; put '--' before texts that begin "
            "with '-'");
  EXPECT_EQ(parse("tokenize", {"--ids"}, options),
            "unknown option '--ids'; put '--' before texts that begin with "
            "'-'");
  EXPECT_EQ(parse("embed", {"--ids=yes"}, options), "'--ids' takes no value");
  EXPECT_EQ(parse("embed", {"text", "--dim"}, options),
            "'--dim' needs a value: --dim N");
  EXPECT_EQ(parse("embed", {"--dim=0"}, options),
            "'0' is no value for '--dim'; expected a whole number from 1 to "
            "the model's dimension");
  EXPECT_EQ(parse("embed", {"--threads=2x"}, options),
            "'2x' is no value for '--threads'; expected a whole number from 0 "
            "to 1024");
  EXPECT_EQ(parse("embed", {"--on-overflow", "warn"}, options),
            "'warn' is no value for '--on-overflow'; expected 'truncate' or "
            "'error'");
  EXPECT_EQ(parse("bench", {"--seconds=nan"}, options),
            "'nan' is no value for '--seconds'; expected a number from 0 to "
            "86400");
}

TEST(Options, ReadsWholeNumbers) {
  int64_t value = 7;
  EXPECT_TRUE(parseInteger("-12", -20, 20, value));
  EXPECT_EQ(value, -12);
  for (const char *bad :
       {"", " 1", "1 ", "+1", "0x1", "1.0", "21", "99999999999999999999"})
    EXPECT_FALSE(parseInteger(bad, -20, 20, value)) << bad;
  EXPECT_EQ(value, -12);
}

TEST(Options, ReadsShapes) {
  std::vector<BenchShape> shapes;
  ASSERT_TRUE(parseShapes("1x8,64x32", shapes));
  ASSERT_EQ(shapes.size(), 2u);
  EXPECT_EQ(shapes[1].sequences, 64);
  EXPECT_EQ(shapes[1].tokens, 32);
  for (const char *bad : {"", "8", "x8", "8x", "0x8", "8x0", "1x8,", "1x8x2",
                          "1X8", "99999999999x8"})
    EXPECT_FALSE(parseShapes(bad, shapes)) << bad;
}

TEST(NearestName, FindsWhatWasMeant) {
  const std::string_view names[] = {"embed", "tokenize", "bench"};
  EXPECT_EQ(nearestName("embd", names), "embed");
  EXPECT_EQ(nearestName("tokenise", names), "tokenize");
  EXPECT_EQ(nearestName("bnech", names), "bench");
  EXPECT_EQ(nearestName("serve-everything", names), "");
  EXPECT_EQ(nearestName(std::string(1000, 'e'), names), "");
}

} // namespace
