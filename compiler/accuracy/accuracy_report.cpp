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

CosineBounds accuracy::chooseBounds(Precision precision,
                                    std::optional<double> minimum) {
  if (!minimum)
    return {describe(precision).minimumCosine, describe(precision).meanCosine};
  // A cosine may be negative; no bound means none.
  double bound = *minimum == 0 ? -1 : *minimum;
  return {bound, bound};
}

AccuracyReport::AccuracyReport(const Probe &probe, Cosines cosines)
    : cosines(std::move(cosines)), tokenized(probe.tokenized),
      tokenIds(probe.batch.ids.size()), hash(hashTokenIds(probe.batch)) {}

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
      tokenized ? "probe texts" : "probe texts of random token ids",
      formatCosine(cosines.minimum), formatCosine(cosines.mean));
}

/// "0.995": as few digits as say it.
static std::string formatBound(double bound) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", bound);
  return text;
}

llvm::Error AccuracyReport::check(Precision precision,
                                  CosineBounds bounds) const {
  bool worst = cosines.minimum < bounds.minimum;
  if (!reason.empty() || (!worst && cosines.mean >= bounds.mean))
    return llvm::Error::success();
  // A bound that lets this model through, in few digits.
  double through = std::max(0.0, std::floor(cosines.minimum * 1e4) / 1e4);
  return llvm::createStringError(llvm::formatv(
      "{0} is too coarse for this model: the {1} cosine to f32 is {2}, below "
      "the bound {3}; choose another --precision, or accept this one with "
      "--min-cosine={4}",
      describe(precision).name, worst ? "minimum" : "mean",
      formatCosine(worst ? cosines.minimum : cosines.mean),
      formatBound(worst ? bounds.minimum : bounds.mean), formatBound(through)));
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
  json.attribute("probe", tokenized ? "texts" : "random token ids");
  json.attribute("probe_texts", cosines.each.size());
  json.attribute("token_ids", tokenIds);
  json.attribute("token_ids_xxh3",
                 llvm::utohexstr(hash, /*LowerCase=*/true, 16));
  number("minimum_cosine", cosines.minimum);
  number("mean_cosine", cosines.mean);
  json.attributeArray("cosines", [&] {
    for (double cosine : cosines.each)
      json.rawValue(formatCosine(cosine));
  });
}
