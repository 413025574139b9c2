//===- own_features.cpp - Features of no CPU in particular ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/own_features.h"

using namespace emblem::runtime;

constinit const std::span<const FeatureName> emblem::runtime::ownFeatureNames;

uint64_t emblem::runtime::detectOwnFeatures() { return 0; }

const char *emblem::runtime::bestOwnTarget(uint64_t) { return nullptr; }
