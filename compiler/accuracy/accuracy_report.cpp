//===- accuracy_report.cpp - What the accuracy check has found ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/accuracy_report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace emblem;
using namespace emblem::accuracy;

AccuracyReport AccuracyReport::notChecked(std::string reason) {
  AccuracyReport report;
  report.reason = std::move(reason);
  return report;
}

std::string AccuracyReport::sentence() const {
  if (!reason.empty())
    return "the cosine to f32 was not checked: " + reason;
  return llvm::formatv(
      "cosine to f32 over {0} {1}: minimum {2}, mean {3}", cosines.each.size(),
      probe.tokenized ? "probe texts" : "probe texts of random token ids",
      formatCosine(cosines.minimum), formatCosine(cosines.mean));
}

/// "0.995": as few digits as say it.
static std::string formatBound(double bound) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", bound);
  return text;
}

llvm::Error AccuracyReport::check(Precision precision,
                                  std::optional<double> minimum) const {
  // A cosine may be negative; no bound means none.
  if (!reason.empty() || minimum == 0.0)
    return llvm::Error::success();
  const PrecisionInfo &info = describe(precision);
  double least = minimum.value_or(info.minimumCosine);
  double leastMean = minimum.value_or(info.meanCosine);
  bool worst = cosines.minimum < least;
  if (!worst && cosines.mean >= leastMean)
    return llvm::Error::success();
  // A bound that lets this model through, in few digits.
  double through = std::max(0.0, std::floor(cosines.minimum * 1e4) / 1e4);
  std::string minimumText = formatCosine(cosines.minimum);
  std::string meanText = formatCosine(cosines.mean);
  return llvm::createStringError(llvm::formatv(
      "{0} is too coarse for this model: the {1} cosine to f32 over {2} probe "
      "texts is {3} ({4} {5}), below the bound {6}; choose another "
      "--precision, or accept this one with --min-cosine={7}",
      info.name, worst ? "minimum" : "mean", cosines.each.size(),
      worst ? minimumText : meanText, worst ? "mean" : "minimum",
      worst ? meanText : minimumText, formatBound(worst ? least : leastMean),
      formatBound(through)));
}

void AccuracyReport::write(llvm::json::OStream &json) const {
  auto number = [&](llvm::StringRef key, double cosine) {
    json.attributeBegin(key);
    json.rawValue(formatCosine(cosine));
    json.attributeEnd();
  };
  json.attribute("against", "f32");
  if (!reason.empty()) {
    json.attribute("not_checked", reason);
    return;
  }
  json.attribute("probe", probe.tokenized ? "texts" : "random token ids");
  json.attribute("probe_texts", cosines.each.size());
  writeTokenIds(json, probe.batch);
  number("minimum_cosine", cosines.minimum);
  number("mean_cosine", cosines.mean);
  json.attributeArray("cosines", [&] {
    for (double cosine : cosines.each)
      json.rawValue(formatCosine(cosine));
  });
}

void accuracy::writeTokenIds(llvm::json::OStream &json,
                             const TokenBatch &batch) {
  json.attribute("token_ids", batch.ids.size());
  json.attribute("token_ids_xxh3", llvm::utohexstr(hashTokenIds(batch),
                                                   /*LowerCase=*/true, 16));
}
