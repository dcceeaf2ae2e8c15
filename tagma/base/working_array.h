// Arrays that are held in memory or lie in a working file (file.h), so that whoever reads them need not know which.
//
// WorkingArray: written from the front, then looked at. WorkingZeros: zeros that are written over and over.
// ask() and release() are about some values of it: that they be read from the file soon, without waiting, and that the memory
// behind them may go until they are looked at again. read_apart(): for arrays of which what is wanted is asked for, or lies apart; nothing
// else is read. Nothing where the array is held.
// Errors: Error{io} where the file cannot be made or the disk is full; both are found while an array is made, not later.
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/base/file.h>
#include <tagma/base/large_pages.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

template <class T>
class WorkingArray {
 public:
  // beside: path beside which the values lie in a file; empty: they are held.
  explicit WorkingArray(const std::string& beside = {}) {
    if (!beside.empty()) file_ = std::make_unique<ScratchFile>(beside);
  }
  explicit WorkingArray(Large<T> held) : held_(std::move(held)), size_(held_.size()) {}

  void reserve(std::size_t values) {
    if (!file_) held_.reserve(values);
  }
  void add(std::span<const T> values) {
    if (file_) file_->write(std::as_bytes(values));
    else held_.insert(held_.end(), values.begin(), values.end());
    size_ += values.size();
  }
  void finish() {  // nothing may be added after it, or looked at before
    if (file_) mapped_ = file_->map();
    file_.reset();
  }

  const T* data() const { return mapped_ ? reinterpret_cast<const T*>(mapped_->bytes().data()) : held_.data(); }
  std::size_t size() const { return size_; }
  bool in_file() const { return mapped_ != nullptr; }
  void read_apart() const {
    if (mapped_) mapped_->read_apart();
  }
  void ask(std::size_t first, std::size_t count) const {
    if (mapped_) mapped_->ask(std::as_bytes(std::span(data() + first, count)));
  }
  void release(std::size_t first, std::size_t count) const {
    if (mapped_) mapped_->release(std::as_bytes(std::span(data() + first, count)));
  }

 private:
  Large<T> held_;
  std::unique_ptr<ScratchFile> file_;
  std::shared_ptr<const MappedFile> mapped_;
  std::size_t size_ = 0;
};

template <class T>
class WorkingZeros {
 public:
  WorkingZeros(std::size_t values, const std::string& beside) {
    if (beside.empty()) held_.assign(values, T{});
    else file_ = std::make_unique<ScratchMemory>(beside, values * sizeof(T));
  }

  T* data() { return file_ ? reinterpret_cast<T*>(file_->bytes().data()) : held_.data(); }
  const T* data() const { return file_ ? reinterpret_cast<const T*>(file_->bytes().data()) : held_.data(); }
  bool in_file() const { return file_ != nullptr; }
  void read_apart() const {
    if (file_) file_->read_apart();
  }
  void ask(std::size_t first, std::size_t count) const {
    if (file_) file_->ask(std::as_bytes(std::span(data() + first, count)));
  }
  void release(std::size_t first, std::size_t count) const {
    if (file_) file_->release(std::as_bytes(std::span(data() + first, count)));
  }

 private:
  Large<T> held_;
  std::unique_ptr<ScratchMemory> file_;
};

}  // namespace tagma
