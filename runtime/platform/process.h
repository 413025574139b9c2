//===- process.h - This process and its signals -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_PROCESS_H
#define EMBLEM_RUNTIME_PLATFORM_PROCESS_H

namespace emblem::platform {

/// A number that no other process has now.
int processNumber();

/// A variable of the environment; null where it is not set, or where the
/// program may do more than who started it.
const char *environmentVariable(const char *name);

/// Writing to a pipe that nobody reads is an error like any other, and does not
/// end the process.
void ignoreClosedPipes();

/// Has `function` called when the user or the system ends the process by a
/// signal, which then ends it all the same; a signal that is ignored or handled
/// already is left so. `function` may do only what a signal's action may.
void callBeforeEnd(void (*function)());

/// Has `function` called with the address, on the thread that reads there, where
/// a file that is mapped has no bytes to give: it was cut, or its disk fails.
/// `function` may do only what a signal's action may, and does not return.
void callOnMissingPage(void (*function)(const void *address));

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_PROCESS_H
