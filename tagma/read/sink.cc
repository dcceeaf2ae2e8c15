#include <tagma/read/sink.h>

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <new>
#include <vector>

namespace tagma {
namespace {

constexpr std::size_t buffer_size = 1 << 17;
constexpr std::size_t most_at_once = std::size_t{1} << 30;  // zlib and bzip2 count in 32 bits

std::string_view filled(const std::vector<char>& buffer, std::size_t left) {
  return {buffer.data(), buffer.size() - left};
}

class Gzip final : public Packer {
 public:
  Gzip() : buffer_(buffer_size) {
    if (deflateInit2(&stream_, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void write(OutputFile& file, std::string_view text, bool last) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    int result = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      result = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      file.write(filled(buffer_, stream_.avail_out));
    } while (last ? result != Z_STREAM_END : stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
  std::vector<char> buffer_;
};

class Zstandard final : public Packer {
 public:
  Zstandard() : stream_(ZSTD_createCStream(), ZSTD_freeCStream), buffer_(buffer_size) {
    if (!stream_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, 3);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
  }

  void write(OutputFile& file, std::string_view text, bool last) override {
    ZSTD_inBuffer input{text.data(), text.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer output{buffer_.data(), buffer_.size(), 0};
      left = ZSTD_compressStream2(stream_.get(), &output, &input, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) fail(Code::io, "zstd: {}", ZSTD_getErrorName(left));
      file.write(filled(buffer_, buffer_.size() - output.pos));
    } while (last ? left != 0 : input.pos < input.size);
  }

 private:
  std::unique_ptr<ZSTD_CStream, std::size_t (*)(ZSTD_CStream*)> stream_;
  std::vector<char> buffer_;
};

class Bzip2 final : public Packer {
 public:
  Bzip2() : buffer_(buffer_size) {
    if (BZ2_bzCompressInit(&stream_, 9, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  ~Bzip2() override { BZ2_bzCompressEnd(&stream_); }
  Bzip2(const Bzip2&) = delete;
  Bzip2& operator=(const Bzip2&) = delete;

  void write(OutputFile& file, std::string_view text, bool last) override {
    stream_.next_in = const_cast<char*>(text.data());
    stream_.avail_in = static_cast<unsigned>(text.size());
    int result = BZ_RUN_OK;
    while (last ? result != BZ_STREAM_END : stream_.avail_in > 0) {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<unsigned>(buffer_.size());
      result = BZ2_bzCompress(&stream_, last ? BZ_FINISH : BZ_RUN);
      file.write(filled(buffer_, stream_.avail_out));
    }
  }

 private:
  bz_stream stream_{};
  std::vector<char> buffer_;
};

}  // namespace

std::unique_ptr<Packer> make_packer(Packing packing) {
  switch (packing) {
    case Packing::gzip: return std::make_unique<Gzip>();
    case Packing::zstd: return std::make_unique<Zstandard>();
    case Packing::bzip2: return std::make_unique<Bzip2>();
    case Packing::none: break;
  }
  return nullptr;
}

void Sink::write(std::string_view text) {
  if (!packer_) return file_.write(text);
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), most_at_once)))
    packer_->write(file_, text.substr(0, most_at_once), false);
}

void Sink::commit() {
  if (packer_) packer_->write(file_, {}, true);
  file_.commit();
}

}  // namespace tagma
