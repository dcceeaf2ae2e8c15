#include <tagma/base/file.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t buffer_size = 1 << 20;

[[noreturn]] void fail_io(const std::string& path, const char* doing) {
  fail(Code::io, "{}: cannot {}: {}", path, doing, std::strerror(errno));
}

void write_all(int handle, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(handle, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) fail_io(path, "write");
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) fail_io(path, "open");
  map(handle);
}

MappedFile::MappedFile(int handle, std::string path) : path_(std::move(path)) { map(handle); }

void MappedFile::map(int handle) {
  struct ::stat about {};
  if (::fstat(handle, &about) != 0 || !S_ISREG(about.st_mode)) {
    if (S_ISDIR(about.st_mode)) errno = EISDIR;
    ::close(handle);
    fail_io(path_, "read");
  }
  size_ = static_cast<std::size_t>(about.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, handle, 0);
    if (mapped == MAP_FAILED) {
      ::close(handle);
      fail_io(path_, "map");
    }
    data_ = static_cast<const std::byte*>(mapped);
  }
  ::close(handle);
}

void MappedFile::release(std::span<const std::byte> part) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data_), first = reinterpret_cast<std::uintptr_t>(part.data());
  if (size_ == 0 || first < begin || first - begin > size_ || part.size() > size_ - (first - begin)) return;
  const std::size_t from = (first - begin) / page * page;
  ::madvise(const_cast<std::byte*>(data_) + from, first - begin + part.size() - from, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

// Renaming would put a file in the place of a device or pipe, so those are written to as they are, and in the place of a
// link instead of what it points to.
OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  struct ::stat about {};
  const bool exists = ::stat(path_.c_str(), &about) == 0;
  if (exists && S_ISDIR(about.st_mode)) {
    errno = EISDIR;
    fail_io(path_, "write");
  }
  buffer_.reserve(buffer_size);
  if (exists && !S_ISREG(about.st_mode)) return;  // opened when there is something to write
  std::error_code no_link;
  if (exists && std::filesystem::is_symlink(path_, no_link)) path_ = std::filesystem::canonical(path_).string();
  temporary_ = path_ + ".partial";
  handle_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (handle_ < 0) fail_io(path_, "write");
}

OutputFile::~OutputFile() {
  if (handle_ < 0) return;
  ::close(handle_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::span<const std::byte> bytes) {
  written_ += bytes.size();
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= buffer_size) flush();
}

void OutputFile::flush() {
  if (handle_ < 0) handle_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (handle_ < 0) fail_io(path_, "write");
  write_all(handle_, buffer_, path_);
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  const int handle = std::exchange(handle_, -1);
  const bool renames = !temporary_.empty();
  if (::close(handle) != 0 || (renames && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    const int reason = errno;
    if (renames) ::unlink(temporary_.c_str());
    errno = reason;
    fail_io(path_, "finish writing");
  }
}

ScratchFile::ScratchFile(const std::string& beside) {
  const std::size_t folder = beside.find_last_of('/');
  path_ = (folder == std::string::npos ? std::string() : beside.substr(0, folder + 1)) + "tagma-scratch-XXXXXX";
  handle_ = ::mkostemp(path_.data(), O_CLOEXEC);
  if (handle_ < 0) fail_io(path_, "write");
  ::unlink(path_.c_str());
  buffer_.reserve(buffer_size);
}

ScratchFile::~ScratchFile() {
  if (handle_ >= 0) ::close(handle_);
}

void ScratchFile::write(std::span<const std::byte> bytes) {
  written_ += bytes.size();
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= buffer_size) flush();
}

void ScratchFile::flush() {
  write_all(handle_, buffer_, path_);
  buffer_.clear();
}

std::shared_ptr<const MappedFile> ScratchFile::map() {
  flush();
  buffer_ = {};
  return std::make_shared<const MappedFile>(std::exchange(handle_, -1), path_);
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void make_folder(const std::string& path) {
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  if (fault) fail(Code::io, "{}: cannot make the folder: {}", path, fault.message());
}

}  // namespace tagma
