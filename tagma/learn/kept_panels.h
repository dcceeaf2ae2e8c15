// The file in which a job keeps the panels it has finished (Run::part, `M.tagma.part` of a training run), so that the same
// job, begun again after an interruption, a kill or a fault, goes on from there.
//
// Layout: a line "tagma panels 2", the job in words {length u32, text, CRC-32C u32}, then records {length u64, CRC-32C u32,
// bytes}, numbers as the machine has them. What stands behind the first record that is cut off or damaged is dropped.
// A file of another job (settings, loss, seed, data) is overwritten, which a warning says. A file that cannot be written is
// a warning too: the job goes on without it.
// Errors: Error{io} when a file that is there cannot be read. Threads: one.
#pragma once

#include <tagma/base/file.h>
#include <tagma/comm/comm.h>
#include <tagma/data/dataset.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace tagma {

class KeptPanels {
 public:
  // `job`: all that the panels depend on. An empty path: nothing is kept.
  KeptPanels(std::string path, const std::string& job, const Run& run);

  std::optional<Bytes> next();               // of the records found, the next; none after the last good one
  bool keeps() const { return !path_.empty(); }  // what is added
  void add(std::span<const std::byte> record);  // after the last next()
  void flush();

 private:
  void begin();

  const Run& run_;
  std::string path_, head_;
  std::unique_ptr<const MappedFile> found_;
  std::size_t good_ = 0;  // bytes of the file that are whole
  std::ofstream out_;
};

// A checksum of everything in a data set that learning looks at.
std::uint32_t data_sum(const Dataset& data);

}  // namespace tagma
