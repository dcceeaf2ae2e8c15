// An encoder turns what a learner looks at into one vector per row; a head makes outputs of it.
//
// Shape: pictures [rows x channels x size x size]; dense features [rows x columns]; sparse features as lists.
// Threads: const.
// Errors: Error{usage} for settings that do not fit the data.
#pragma once

#include <tagma/base/settings.h>
#include <tagma/deep/parameters.h>
#include <tagma/deep/pass.h>
#include <tagma/image/input.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace tagma::deep {

struct Input {
  Tensor dense;                     // pictures or features; undefined where they are sparse
  Tensor shift, factor;             // of pictures of 8 bits [rows x size x size x channels], per channel; else undefined
  Tensor columns, starts, values;   // of sparse rows: int64 [stored], int64 [rows], float [stored]
  Input on(const at::Device& device) const;  // pictures of 8 bits become numbers there: (pixel - shift) factor
};

// What the data look like to the first layer.
struct InputShape {
  bool pictures = false, sparse = false;
  std::int64_t features = 0;             // columns, where not pictures
  std::int64_t channels = 0, size = 0;   // of pictures
  ImageForm form;                        // how they come to that
};

// Of pictures in that form.
inline InputShape picture_shape(const ImageForm& form) {
  return {.pictures = true, .channels = form.channels, .size = form.size, .form = form};
}

class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual std::int64_t width() const = 0;
  virtual Tensor forward(const Input& x, Pass& pass) const = 0;  // [rows x width]
  virtual std::vector<std::byte> script() const { return {}; }   // TorchScript that belongs to it
};

// By the name of the learner. `script`: what script() gave when the model was saved, else empty.
std::unique_ptr<Encoder> make_encoder(std::string_view learner, const Settings& settings, const InputShape& shape, Parameters& parameters,
                                      std::span<const std::byte> script);

// "256,128" as numbers. Errors: Error{usage} naming `key`.
std::vector<std::int64_t> widths_of(const std::string& text, std::string_view key);

}  // namespace tagma::deep
