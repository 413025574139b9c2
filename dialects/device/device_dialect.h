//===- device_dialect.h - The device dialect --------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// How a program's stages are launched on a device. Start with
// device_attributes.td and device_ops.td.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_DEVICE_DIALECT_H
#define EMBLEM_DIALECTS_DEVICE_DIALECT_H

#include "dialects/kernel/kernel_dialect.h"

#include "dialects/device/device_dialect.h.inc"
#include "dialects/device/device_enums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/device/device_attributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/device/device_ops.h.inc"

#endif // EMBLEM_DIALECTS_DEVICE_DIALECT_H
