// Ranks that are threads of one process: for tests, and for trying a job out.
//
// Errors: when the body throws on some rank, those that wait for it throw too, and run_ranks throws what the lowest rank
// threw that did not merely wait.
// Threads: one for each rank, outside base/parallel.h: ranks wait for one another, so all of them have to be there at once.
#pragma once

#include <tagma/comm/comm.h>

namespace tagma {

// Calls body(comm) once for each of `ranks` ranks, all at the same time.
void run_ranks(int ranks, FunctionRef<void(Comm&)> body);

}  // namespace tagma
