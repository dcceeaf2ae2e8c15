#include "read_fuzz.h"

#include <tagma/read/csv.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tagma::FuzzInput input(data, size);
  switch ((input.choice >> 3) % 7) {
    case 0: break;
    case 1: input.options.labels = "a"; break;
    case 2: input.options.label_prefix = "l"; break;
    case 3: input.options.label_count = 1; break;
    case 4: input.options.label_column = "a"; break;
    case 5:
      input.options.label_column = "a";
      input.options.labels = "x,y";
      input.options.text_column = "t";
      input.options.weight_column = "w";
      input.options.group_column = "g";
      break;
    default:
      input.options.no_header = true;
      input.options.text_column = "column1";
      input.options.label_column = "column2";
      input.options.label_separator = " ";
  }
  input.options.unlisted_unknown = input.bit(7) && !input.options.label_column.empty();
  tagma::accepts<tagma::Csv>("fuzz.csv", input);
  tagma::accepts<tagma::Tsv>("fuzz.tsv", input);
  return 0;
}
