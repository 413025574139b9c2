//===- accuracy_report_test.cpp - Findings of the accuracy check ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/accuracy_report.h"

#include "gtest/gtest.h"

using namespace emblem;
using namespace emblem::accuracy;

namespace {

AccuracyReport reportOf(std::vector<double> cosines,
                        Probe::Kind kind = Probe::Kind::Texts) {
  Probe probe;
  probe.kind = kind;
  probe.batch.add({101, 102});
  probe.batch.add({7});
  Cosines all{cosines, cosines[0], (cosines[0] + cosines[1]) / 2};
  return AccuracyReport(probe, all);
}

std::string jsonOf(const AccuracyReport &report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.object([&] { report.write(json); });
  return text;
}

/// The error's sentence, or nothing where the report passes.
std::string refusal(const AccuracyReport &report, Precision precision,
                    std::optional<double> minimum = std::nullopt) {
  return llvm::toString(report.check(precision, minimum));
}

TEST(AccuracyReport, SaysWhatWasFoundInOneLine) {
  EXPECT_EQ(reportOf({0.5, 1}).sentence(),
            "cosine to f32 over 2 probe texts: minimum 0.500000, mean "
            "0.750000");
  EXPECT_EQ(reportOf({0.5, 1}, Probe::Kind::Images).sentence(),
            "cosine to f32 over 2 probe images: minimum 0.500000, mean "
            "0.750000");
  EXPECT_EQ(reportOf({0.5, 1}, Probe::Kind::RandomTexts).sentence(),
            "cosine to f32 over 2 probe texts of random token ids: minimum "
            "0.500000, mean 0.750000");
  EXPECT_EQ(AccuracyReport::notChecked("there is no CPU").sentence(),
            "the cosine to f32 was not checked: there is no CPU");
}

TEST(AccuracyReport, IsJson) {
  // XXH3's 64 bits of 65 00 00 00 66 00 00 00 07 00 00 00, from python-xxhash.
  EXPECT_EQ(jsonOf(reportOf({0.5, 1})),
            R"({"against":"f32","probe":"texts","probe_texts":2,)"
            R"("token_ids":3,"token_ids_xxh3":"38e52a2b9cb46bf9",)"
            R"("minimum_cosine":0.500000,"mean_cosine":0.750000,)"
            R"("cosines":[0.500000,1.000000]})");
  EXPECT_EQ(jsonOf(AccuracyReport::notChecked("there is no CPU")),
            R"({"against":"f32","not_checked":"there is no CPU"})");
}

TEST(AccuracyBounds, RefuseTheWorstTextAndTheMean) {
  EXPECT_EQ(refusal(reportOf({0.9996, 1}), Precision::Bf16),
            "bf16 is too coarse for this model: the mean cosine to f32 over 2 "
            "probe texts is 0.999800 (minimum 0.999600), below the bound "
            "0.9999; choose another --precision, or accept this one with "
            "--min-cosine=0.9996");
  EXPECT_EQ(refusal(reportOf({0.98765, 1}), Precision::Int8),
            "int8 is too coarse for this model: the minimum cosine to f32 over "
            "2 probe texts is 0.987650 (mean 0.993825), below the bound 0.995; "
            "choose another --precision, or accept this one with "
            "--min-cosine=0.9876");
  EXPECT_EQ(refusal(reportOf({0.9998, 1}), Precision::Bf16), "");
}

// Of a device, whose precision a CPU measures.
TEST(AccuracyReport, NamesWhatWasMeasured) {
  AccuracyReport report = reportOf({0.5, 1}).by("x86-64-v4 in bf16");
  EXPECT_EQ(report.sentence(),
            "cosine to f32 over 2 probe texts, as measured by x86-64-v4 in "
            "bf16: minimum 0.500000, mean 0.750000");
  EXPECT_NE(jsonOf(report).find(R"("measured_by":"x86-64-v4 in bf16")"),
            std::string::npos);
  EXPECT_EQ(refusal(report, Precision::F16),
            "f16 is too coarse for this model: the minimum cosine to f32 over "
            "2 probe texts, as measured by x86-64-v4 in bf16, is 0.500000 "
            "(mean 0.750000), below the bound 0.9995; choose another "
            "--precision, or accept this one with --min-cosine=0.5");
}

TEST(AccuracyBounds, MinCosineTakesThePlaceOfBoth) {
  EXPECT_EQ(refusal(reportOf({0.5, 1}), Precision::Bf16, 0.5), "");
  EXPECT_NE(refusal(reportOf({0.5, 1}), Precision::Bf16, 0.51), "");
  EXPECT_NE(refusal(reportOf({0.9999, 1}), Precision::Bf16, 1.0), "");
  EXPECT_EQ(refusal(reportOf({1, 1}), Precision::Bf16, 1.0), "");
}

TEST(AccuracyBounds, OfZeroLetEverythingThrough) {
  EXPECT_EQ(refusal(reportOf({-1, -1}), Precision::Bf16, 0.0), "");
  // And so is what a refusal names.
  EXPECT_NE(refusal(reportOf({-1, -1}), Precision::Bf16).find("--min-cosine=0"),
            std::string::npos);
}

TEST(AccuracyBounds, DoNotHoldForWhatWasNotChecked) {
  EXPECT_EQ(refusal(AccuracyReport::notChecked("there is no CPU"),
                    Precision::Bf16, 1.0),
            "");
}

} // namespace
