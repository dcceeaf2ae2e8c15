// An array that grows without holding two copies of itself: large blocks are moved by the memory manager, not copied,
// so that the peak of a reader is the final arrays and little more.
//
// Units: items of a trivially copyable type. Room that is reserved but not used costs address space, no memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace tagma {

template <class T>
class Growing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::size_t size() const { return size_; }
  std::span<T> all() { return {data_.get(), size_}; }
  std::span<const T> all() const { return {data_.get(), size_}; }

  void push(T item) {
    extend(1);
    data_.get()[size_ - 1] = item;
  }
  // Adds room for `count` items, which the caller fills.
  void extend(std::size_t count) {
    if (count > capacity_ - size_) take(std::max({size_ + count, size_ + size_ / 2, std::size_t{1024}}));
    size_ += count;
  }
  void give_back_spare() {
    if (size_ < capacity_) take(std::max<std::size_t>(size_, 1));
  }

 private:
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };

  void take(std::size_t count) {
    if (count > SIZE_MAX / 2 / sizeof(T)) throw std::bad_alloc();
    void* moved = std::realloc(data_.get(), count * sizeof(T));
    if (!moved) throw std::bad_alloc();
    static_cast<void>(data_.release());
    data_.reset(static_cast<T*>(moved));
    capacity_ = count;
  }

  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace tagma
