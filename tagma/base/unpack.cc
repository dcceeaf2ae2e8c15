#include <tagma/base/unpack.h>

#include <tagma/base/error.h>

#include <bzlib.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tagma {
namespace {

constexpr std::size_t unpacked_size = 1 << 18;

class FileBytes final : public ByteReader {
 public:
  explicit FileBytes(const std::string& path) : path_(path), handle_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (handle_ < 0) fail(Code::io, "{}: cannot open: {}", path_, std::strerror(errno));
  }
  ~FileBytes() override { ::close(handle_); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  std::size_t read(char* out, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t n = ::read(handle_, out + done, size - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(Code::io, "{}: cannot read: {}", path_, std::strerror(errno));
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

 private:
  std::string path_;
  int handle_;
};

class MemoryBytes final : public ByteReader {
 public:
  explicit MemoryBytes(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* out, std::size_t size) override {
    size = std::min(size, bytes_.size());
    std::memcpy(out, bytes_.data(), size);
    bytes_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view bytes_;
};

// What the three kinds of packing share: packed bytes come in by buffers, and what ends early is an error.
class Unpacker : public ByteReader {
 public:
  Unpacker(std::string name, std::unique_ptr<ByteReader> packed)
      : name_(std::move(name)), packed_(std::move(packed)), buffer_(unpacked_size) {}

 protected:
  // The next packed bytes; empty at the end of the file.
  std::string_view refill() { return {buffer_.data(), packed_->read(buffer_.data(), buffer_.size())}; }
  [[noreturn]] void fail_early(std::string_view kind) const {
    fail(Code::bad_data, "{}: the {} data ends early; the file is truncated", name_, kind);
  }
  [[noreturn]] void fail_damaged(std::string_view kind, std::string_view reason) const {
    fail(Code::bad_data, "{}: damaged {} data: {}", name_, kind, reason);
  }

 private:
  std::string name_;
  std::unique_ptr<ByteReader> packed_;
  std::vector<char> buffer_;
};

class Gzip final : public Unpacker {
 public:
  Gzip(std::string name, std::unique_ptr<ByteReader> packed) : Unpacker(std::move(name), std::move(packed)) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  std::size_t read(char* out, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      if (stream_.avail_in == 0 && !take()) break;
      if (between_) {
        inflateReset(&stream_);
        between_ = false;
      }
      const std::size_t room = std::min(size - done, std::size_t{1} << 30);
      stream_.next_out = reinterpret_cast<Bytef*>(out + done);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      done += room - stream_.avail_out;
      if (result == Z_STREAM_END) {
        between_ = true;
        some_ = true;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        fail_damaged("gzip", stream_.msg ? stream_.msg : "unknown reason");
      }
    }
    return done;
  }

 private:
  bool take() {
    const std::string_view packed = refill();
    if (packed.empty()) {
      if (!between_ || !some_) fail_early("gzip");
      return false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    return true;
  }

  z_stream stream_{};
  bool between_ = false;  // a member has ended and no other has begun
  bool some_ = false;     // a member has ended
};

class Zstandard final : public Unpacker {
 public:
  Zstandard(std::string name, std::unique_ptr<ByteReader> packed)
      : Unpacker(std::move(name), std::move(packed)), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    if (!stream_) throw std::bad_alloc();
  }

  std::size_t read(char* out, std::size_t size) override {
    ZSTD_outBuffer output{out, size, 0};
    while (output.pos < size) {
      if (input_.pos == input_.size && !full_ && !take()) break;
      const std::size_t left = ZSTD_decompressStream(stream_.get(), &output, &input_);
      if (ZSTD_isError(left)) fail_damaged("zstd", ZSTD_getErrorName(left));
      between_ = left == 0;
      full_ = output.pos == size && !between_;  // more may wait inside the decoder
    }
    return output.pos;
  }

 private:
  bool take() {
    const std::string_view packed = refill();
    if (packed.empty()) {
      if (!between_) fail_early("zstd");
      return false;
    }
    input_ = {packed.data(), packed.size(), 0};
    return true;
  }

  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool between_ = false, full_ = false;
};

class Bzip2 final : public Unpacker {
 public:
  Bzip2(std::string name, std::unique_ptr<ByteReader> packed) : Unpacker(std::move(name), std::move(packed)) {
    start();
  }
  ~Bzip2() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2(const Bzip2&) = delete;
  Bzip2& operator=(const Bzip2&) = delete;

  std::size_t read(char* out, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      if (stream_.avail_in == 0 && !take()) break;
      if (between_) restart();
      const std::size_t room = std::min(size - done, std::size_t{1} << 30);
      stream_.next_out = out + done;
      stream_.avail_out = static_cast<unsigned>(room);
      const int result = BZ2_bzDecompress(&stream_);
      done += room - stream_.avail_out;
      if (result == BZ_STREAM_END) {
        between_ = true;
      } else if (result != BZ_OK) {
        fail_damaged("bzip2", result == BZ_DATA_ERROR_MAGIC ? "no bzip2 data" : "wrong check sum or block");
      }
    }
    return done;
  }

 private:
  void start() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  void restart() {
    const bz_stream before = stream_;
    BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    start();
    stream_.next_in = before.next_in;
    stream_.avail_in = before.avail_in;
    between_ = false;
  }
  bool take() {
    const std::string_view packed = refill();
    if (packed.empty()) {
      if (!between_) fail_early("bzip2");
      return false;
    }
    stream_.next_in = const_cast<char*>(packed.data());
    stream_.avail_in = static_cast<unsigned>(packed.size());
    return true;
  }

  bz_stream stream_{};
  bool between_ = false;
};

std::unique_ptr<ByteReader> unpacked(const std::string& name, std::unique_ptr<ByteReader> packed) {
  switch (packing_of(name)) {
    case Packing::gzip: return std::make_unique<Gzip>(name, std::move(packed));
    case Packing::zstd: return std::make_unique<Zstandard>(name, std::move(packed));
    case Packing::bzip2: return std::make_unique<Bzip2>(name, std::move(packed));
    case Packing::none: break;
  }
  return packed;
}

}  // namespace

Packing packing_of(std::string_view path) {
  if (path.ends_with(".gz")) return Packing::gzip;
  if (path.ends_with(".zst")) return Packing::zstd;
  if (path.ends_with(".bz2")) return Packing::bzip2;
  return Packing::none;
}

std::unique_ptr<ByteReader> open_bytes(const std::string& path) {
  return unpacked(path, std::make_unique<FileBytes>(path));
}

std::unique_ptr<ByteReader> open_bytes(const std::string& name, std::string_view bytes) {
  return unpacked(name, std::make_unique<MemoryBytes>(bytes));
}

}  // namespace tagma
