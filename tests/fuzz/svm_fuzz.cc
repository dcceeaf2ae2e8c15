#include "read_fuzz.h"

#include <tagma/read/svm.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tagma::FuzzInput input(data, size);
  input.options.unlisted_unknown = input.bit(3);
  input.options.index_base = static_cast<tagma::IndexBase>((input.choice >> 4) % 3);
  tagma::accepts<tagma::Svm>("fuzz.svm", input);
  return 0;
}
