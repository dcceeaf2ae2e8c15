#include <tagma/comm/comm.h>

#include <cstring>
#include <new>
#include <string>

namespace tagma {
namespace {

enum class Hand : std::uint8_t { down, raised, fault };

// A hand, and of a fault its code, the rank it came from and its text.
struct Word {
  Hand hand = Hand::down;
  Code code = Code::usage;
  std::string text;

  Bytes packed() const {
    Bytes bytes{static_cast<std::byte>(hand), static_cast<std::byte>(code)};
    const auto* from = reinterpret_cast<const std::byte*>(text.data());
    bytes.insert(bytes.end(), from, from + text.size());
    return bytes;
  }
  static Word unpacked(const Bytes& bytes) {
    if (bytes.size() < 2) fail(Code::io, "ranks: a message of {} bytes where a rank's state was expected", bytes.size());
    Word word{static_cast<Hand>(bytes[0]), static_cast<Code>(bytes[1]), {}};
    word.text.assign(reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2);
    return word;
  }
};

Word word_of(const std::exception_ptr& fault, bool raised) {
  if (!fault) return {raised ? Hand::raised : Hand::down, Code::usage, {}};
  try {
    std::rethrow_exception(fault);
  } catch (const Error& error) {
    return {Hand::fault, error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return {Hand::fault, Code::io, "out of memory"};
  } catch (const std::exception& error) {
    return {Hand::fault, Code::io, std::string("internal error: ") + error.what()};
  }
}

}  // namespace

void Comm::send(int to, std::span<const std::byte> bytes) {
  sent_ += static_cast<std::int64_t>(bytes.size());
  move_out(to, bytes);
}

Bytes Comm::receive(int from) { return move_in(from); }

std::vector<Bytes> Comm::gather(std::span<const std::byte> bytes) {
  if (rank() != 0) {
    send(0, bytes);
    return {};
  }
  std::vector<Bytes> all{Bytes(bytes.begin(), bytes.end())};
  for (int from = 1; from < size(); ++from) all.push_back(receive(from));
  return all;
}

void Comm::broadcast(Bytes& bytes) {
  int step = 1;
  for (; step < size() && (rank() & step) == 0; step <<= 1) {}
  if (rank() != 0) bytes = receive(rank() - step);
  for (step >>= 1; step > 0; step >>= 1)
    if (rank() + step < size()) send(rank() + step, bytes);
}

void Comm::sum(std::span<double> values) {
  const std::span<const std::byte> own = std::as_bytes(values);
  const std::vector<Bytes> all = gather(own);
  Bytes result(own.begin(), own.end());
  if (rank() == 0) {
    for (std::size_t from = 1; from < all.size(); ++from) {
      if (all[from].size() != own.size())
        fail(Code::io, "ranks: {} bytes to be summed at rank 0, {} at rank {}", own.size(), all[from].size(), from);
      for (std::size_t i = 0; i < values.size(); ++i) {
        double more = 0;
        std::memcpy(&more, all[from].data() + i * sizeof(double), sizeof(double));
        values[i] += more;
      }
    }
    result.assign(own.begin(), own.end());
  }
  broadcast(result);
  if (!result.empty()) std::memcpy(values.data(), result.data(), own.size());
}

void Comm::barrier() {
  gather({});
  Bytes nothing;
  broadcast(nothing);
}

bool Comm::agree(std::exception_ptr fault, bool raised) {
  const std::vector<Bytes> all = gather(word_of(fault, raised).packed());
  Word verdict;
  for (std::size_t from = 0; from < all.size() && verdict.hand != Hand::fault; ++from) {
    Word word = Word::unpacked(all[from]);
    if (word.hand == Hand::fault && from > 0) word.text = fmt::format("rank {}: {}", from, word.text);
    if (word.hand > verdict.hand) verdict = std::move(word);
  }
  Bytes bytes = verdict.packed();
  broadcast(bytes);
  verdict = Word::unpacked(bytes);
  if (verdict.hand == Hand::fault) throw AgreedError(verdict.code, verdict.text);
  return verdict.hand == Hand::raised;
}

void Comm::together(FunctionRef<void()> work) {
  std::exception_ptr fault;
  try {
    work();
  } catch (...) {
    fault = std::current_exception();
  }
  agree(fault);
}

void Comm::same_everywhere(std::uint64_t value, std::string_view what) {
  const std::vector<Bytes> all = gather(std::as_bytes(std::span(&value, 1)));
  together([&] {
    for (std::size_t from = 1; from < all.size(); ++from)
      if (all[from] != all[0])
        fail(Code::bad_data, "{} is not the same on rank 0 and on rank {}; every rank has to see the same files, on machines of one kind",
             what, from);
  });
}

void together(const Run& run, FunctionRef<void()> work) {
  if (Comm* comm = ranks_of(run)) comm->together(work);
  else work();
}

}  // namespace tagma
