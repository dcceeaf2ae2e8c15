#include "read_fuzz.h"

#include <tagma/read/mulan_xml.h>

// What is read can be written, and read again as the same labels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  const std::string text(reinterpret_cast<const char*>(data), size);
  LabelList first;
  try {
    first = parse_mulan_xml(text, "fuzz.xml");
    if (first.taxonomy) first.taxonomy->top_down();
  } catch (const Error&) {
    return 0;
  }
  const LabelList second = parse_mulan_xml(mulan_xml(first), "again.xml");
  if (second.names != first.names || second.taxonomy.has_value() != first.taxonomy.has_value()) std::abort();
  if (first.taxonomy && second.taxonomy->parents != first.taxonomy->parents) std::abort();
  return 0;
}
