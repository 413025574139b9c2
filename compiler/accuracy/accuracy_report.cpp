//===- accuracy_report.cpp - Findings of the accuracy check ---------------===//
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

static llvm::StringRef measureOf(const Probe &probe) {
  return probe.arePairs() ? "correlation with f32" : "cosine to f32";
}

std::string AccuracyReport::byWhom() const {
  return measuredBy.empty() ? "" : ", as measured by " + measuredBy;
}

std::string AccuracyReport::sentence() const {
  if (!reason.empty())
    return "the cosine to f32 was not checked: " + reason;
  return llvm::formatv("{0} over {1} probe {2}{3}{6}: minimum {4}, mean {5}",
                       measureOf(probe), probe.batch.texts(), probe.noun(),
                       probe.areRandom() ? " of random token ids" : "",
                       formatCosine(found.minimum), formatCosine(found.mean),
                       byWhom());
}

/// "0.995": as few digits as say it.
static std::string formatBound(double bound) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", bound);
  return text;
}

namespace {
struct Bounds {
  Bounds(Precision precision, std::optional<double> given)
      : minimum(given.value_or(describe(precision).minimumCosine)),
        mean(given.value_or(describe(precision).meanCosine)),
        none(given == 0.0) {}

  double minimum, mean;
  bool none; // a cosine may be negative, and still pass
};
} // namespace

bool AccuracyReport::suffices(const Cosines &cosines, Precision precision,
                              std::optional<double> minimum) {
  Bounds bounds(precision, minimum);
  return bounds.none ||
         (cosines.minimum >= bounds.minimum && cosines.mean >= bounds.mean);
}

llvm::Error AccuracyReport::check(Precision precision,
                                  std::optional<double> minimum) const {
  if (!reason.empty() || suffices(found, precision, minimum))
    return llvm::Error::success();
  Bounds bounds(precision, minimum);
  bool worst = found.minimum < bounds.minimum;
  // A bound that lets this model through, in few digits.
  double through = std::max(0.0, std::floor(found.minimum * 1e4) / 1e4);
  std::string minimumText = formatCosine(found.minimum);
  std::string meanText = formatCosine(found.mean);
  return llvm::createStringError(llvm::formatv(
      "{0} is too coarse for this model: the {1} {8} over {2} probe {9}{10} is "
      "{3} "
      "({4} {5}), below the bound {6}; choose another --precision, or accept "
      "this one with --min-cosine={7}",
      describe(precision).name, worst ? "minimum" : "mean", probe.batch.texts(),
      worst ? minimumText : meanText, worst ? "mean" : "minimum",
      worst ? meanText : minimumText,
      formatBound(worst ? bounds.minimum : bounds.mean), formatBound(through),
      measureOf(probe), probe.noun(),
      measuredBy.empty() ? "" : byWhom() + ","));
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
  json.attribute("probe",
                 probe.areRandom() ? "random token ids" : probe.noun());
  json.attribute("probe_texts", probe.batch.texts());
  writeContents(json, probe.batch);
  if (!measuredBy.empty())
    json.attribute("measured_by", measuredBy);
  number("minimum_cosine", found.minimum);
  number("mean_cosine", found.mean);
  json.attributeArray("cosines", [&] {
    for (double cosine : found.each)
      json.rawValue(formatCosine(cosine));
  });
}

void accuracy::writeContents(llvm::json::OStream &json,
                             const TokenBatch &batch) {
  bool images = !batch.pixels.empty();
  json.attribute(images ? "pixels" : "token_ids",
                 images ? batch.pixels.size() : batch.ids.size());
  json.attribute(images ? "pixels_xxh3" : "token_ids_xxh3",
                 llvm::utohexstr(hashContents(batch), /*LowerCase=*/true, 16));
}
