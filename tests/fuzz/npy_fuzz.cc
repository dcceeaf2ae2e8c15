#include "read_fuzz.h"

#include <tagma/read/arrays.h>
#include <tagma/read/matrix.h>
#include <tagma/read/npy.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  FuzzInput input(data, size);
  if (input.bit(3)) {
    input.options.unlisted_unknown = input.bit(4);
    if (input.bit(5)) input.options.labels_key = "raw";
    accepts<Npz>("fuzz.npz", input);
    return 0;
  }
  const auto held = std::make_shared<const std::string>(input.file);
  try {
    const Array array = parse_npy({*held, held}, "fuzz.npy");
    try {
      static_cast<void>(features_of(array));
    } catch (const Error&) {
    }
    static_cast<void>(labels_of(array, input.bit(4) ? Truth::unknown : Truth::absent));
  } catch (const Error&) {
  }
  return 0;
}
