//===- accuracy_report.h - Findings of the accuracy check -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_ACCURACY_REPORT_H
#define EMBLEM_COMPILER_ACCURACY_ACCURACY_REPORT_H

#include "compiler/accuracy/cosines.h"
#include "compiler/accuracy/probe.h"
#include "compiler/target/precision_table.h"

#include "llvm/Support/JSON.h"

#include <optional>

namespace emblem::accuracy {

/// A model's vectors in a low precision beside its own in f32.
class AccuracyReport {
public:
  AccuracyReport(Probe probe, Cosines cosines)
      : probe(std::move(probe)), found(std::move(cosines)) {}
  /// Of what was measured in the place of the program: a target, and its precision.
  AccuracyReport &by(std::string code) {
    measuredBy = std::move(code);
    return *this;
  }
  /// Nothing was compared; `reason` says why, as the end of a sentence.
  static AccuracyReport notChecked(std::string reason);

  /// Empty where nothing was compared.
  const Cosines &cosines() const { return found; }

  /// "cosine to f32 over 48 probe texts: minimum 0.996201, mean 0.999134", of a
  /// model that scores pairs the correlations of its labels' scores, or that it
  /// was not checked and why.
  std::string sentence() const;

  /// Whether the cosines keep the bounds of `check`.
  static bool suffices(const Cosines &cosines, Precision precision,
                       std::optional<double> minimum);

  /// Success, or what falls short of which bound and what to do. `minimum`,
  /// where it is given, takes the place of the precision's bounds, of the mean
  /// too; 0 stands for none. What was not checked passes.
  llvm::Error check(Precision precision, std::optional<double> minimum) const;

  /// The members of a JSON object.
  void write(llvm::json::OStream &json) const;

private:
  AccuracyReport() = default;
  std::string byWhom() const;

  std::string reason;     // empty: checked
  std::string measuredBy; // empty: the program itself
  Probe probe;
  Cosines found;
};

/// The members "token_ids", their number, and "token_ids_xxh3", their hash; of
/// images "pixels" and "pixels_xxh3".
void writeContents(llvm::json::OStream &json, const TokenBatch &batch);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_ACCURACY_REPORT_H
