// Memory of this process, as the system counts it.
//
// Units: bytes.
#pragma once

#include <cstdint>

namespace tagma {

// The most memory the process has held so far; 0 where the system does not say.
std::int64_t peak_memory();

// Lets the system refuse memory above `limit`, `threads` threads having stacks of their own: allocations then fail, which
// ends the program with words, instead of it being killed. Files that are mapped do not count. A few megabytes are left
// in any case, to say so. Nothing under the sanitizers, whose address space is no memory.
void limit_memory(std::int64_t limit, int threads);

}  // namespace tagma
