#include "read_fuzz.h"

#include <tagma/read/arff.h>

// Clus hierarchies too: a `hierarchical` attribute is all it takes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tagma::FuzzInput input(data, size);
  if (input.bit(3)) input.options.labels = "a";
  else if (input.bit(4)) input.options.label_count = 1;
  if (input.bit(5)) input.options.ignore_columns = "b";
  tagma::accepts<tagma::Arff>("fuzz.arff", input);
  return 0;
}
