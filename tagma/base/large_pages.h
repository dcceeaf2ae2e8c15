// Arrays that are read all over at random: their memory lies in pages of 2 MiB where the system gives such, so that the processor
// finds an address without walking through tables. A sparse row times a panel of weights, where nearly every stored value
// wants a page of its own, takes a tenth to a fifth less time so.
//
// Large<T>: a std::vector of them. Arrays of less than half a MiB are as any other; larger ones take whole pages (large_bytes()).
// Where the system has no such pages, or none left, they are of the usual size.
// Memory: exactly that; while one is made, a page more of address space.
// Errors: std::bad_alloc. Threads: as std::vector.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace tagma {

inline constexpr std::size_t large_page = std::size_t{2} << 20, least_large = large_page / 4;

// What an array of so many bytes takes.
constexpr std::size_t large_bytes(std::size_t bytes) {
  return bytes < least_large ? bytes : (bytes + large_page - 1) / large_page * large_page;
}

// Whole pages, from the start of one.
void* take_large(std::size_t bytes);
void give_large(void* memory, std::size_t bytes);

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
    return static_cast<T*>(bytes < least_large ? ::operator new(bytes, alignment) : take_large(bytes));
  }
  void deallocate(T* memory, std::size_t count) {
    const std::size_t bytes = large_bytes(count * sizeof(T));
    if (bytes < least_large) ::operator delete(memory, alignment);
    else give_large(memory, bytes);
  }
  template <class Other>
  bool operator==(const LargePages<Other>&) const { return true; }
};

template <class T>
using Large = std::vector<T, LargePages<T>>;

}  // namespace tagma
