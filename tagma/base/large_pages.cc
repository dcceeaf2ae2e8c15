#include <tagma/base/large_pages.h>

#include <cstdint>
#include <cstdlib>

#include <sys/mman.h>

namespace tagma {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // from the heap, whose ends they watch

void* take_large(std::size_t bytes) {
  void* memory = std::aligned_alloc(large_page, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void give_large(void* memory, std::size_t) { std::free(memory); }

#else

void* take_large(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  char* const first = static_cast<char*>(memory);
  const std::size_t before = (large_page - reinterpret_cast<std::uintptr_t>(first) % large_page) % large_page;
  if (before > 0) munmap(first, before);
  munmap(first + before + bytes, large_page - before);
#ifdef MADV_HUGEPAGE
  madvise(first + before, bytes, MADV_HUGEPAGE);  // a wish, no more: what it answers does not matter
#endif
  return first + before;
}

void give_large(void* memory, std::size_t bytes) { munmap(memory, bytes); }

#endif

}  // namespace tagma
