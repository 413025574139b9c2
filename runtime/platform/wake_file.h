//===- wake_file.h - Files that become readable for a reason ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// For a thread that waits on files (poller.h), and is wanted for something else.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_WAKE_FILE_H
#define EMBLEM_RUNTIME_PLATFORM_WAKE_FILE_H

namespace emblem::platform {

// -1: errno says why.

/// Readable after wake(), from any thread, until clearWake().
int openWakeFile();
void wake(int file);
void clearWake(int file);

/// Readable when the user or the system asks the process to end (SIGTERM,
/// SIGINT), which does not end it then. To be called before threads are started
/// that take signals.
int openStopFile();
/// How often it was asked since the last call.
int takeStops(int file);

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_WAKE_FILE_H
