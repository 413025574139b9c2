//===- kernel_attributes.td - Attributes of kernels --------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// All of them, for the dialect has one parser.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_ATTRIBUTES_TD
#define EMBLEM_DIALECTS_KERNEL_ATTRIBUTES_TD

include "dialects/kernel/kernel_layouts.td"
include "dialects/kernel/kernel_program_attributes.td"

#endif // EMBLEM_DIALECTS_KERNEL_ATTRIBUTES_TD
