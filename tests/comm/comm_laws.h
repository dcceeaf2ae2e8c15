// What every kind of Comm must do, whatever the number of ranks. Called on every rank.
#pragma once

#include <tagma/comm/comm.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace tagma {

inline Bytes bytes_of(const std::string& text) {
  const auto* from = reinterpret_cast<const std::byte*>(text.data());
  return {from, from + text.size()};
}
inline std::string text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

inline void messages_arrive_in_order(Comm& comm) {
  const int last = comm.size() - 1;
  if (last == 0) return;
  if (comm.rank() == last)
    for (int i = 0; i < 50; ++i) comm.send(0, bytes_of(std::string(static_cast<std::size_t>(i * 997), static_cast<char>('a' + i % 26))));
  if (comm.rank() == 0)
    for (int i = 0; i < 50; ++i) {
      const std::string text = text_of(comm.receive(last));
      ASSERT_EQ(text, std::string(static_cast<std::size_t>(i * 997), static_cast<char>('a' + i % 26)));
    }
}

inline void gather_is_by_rank(Comm& comm) {
  const auto all = comm.gather(bytes_of(std::string(static_cast<std::size_t>(comm.rank()), 'x') + std::to_string(comm.rank())));
  ASSERT_EQ(all.size(), comm.rank() == 0 ? static_cast<std::size_t>(comm.size()) : 0u);
  for (std::size_t r = 0; r < all.size(); ++r) ASSERT_EQ(text_of(all[r]), std::string(r, 'x') + std::to_string(r));
}

inline void broadcast_reaches_all(Comm& comm) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100003}}) {
    Bytes bytes = comm.rank() == 0 ? bytes_of(std::string(size, 'q')) : bytes_of("before");
    comm.broadcast(bytes);
    ASSERT_EQ(text_of(bytes), std::string(size, 'q'));
  }
}

inline void sums_are_whole(Comm& comm) {
  std::vector<double> values{1.0, static_cast<double>(comm.rank()), 0.1};
  comm.sum(values);
  const double n = comm.size();
  ASSERT_EQ(values[0], n);
  ASSERT_EQ(values[1], n * (n - 1) / 2);
  double tenths = 0.1;
  for (int r = 1; r < comm.size(); ++r) tenths += 0.1;
  ASSERT_EQ(values[2], tenths);  // in the order of the ranks
}

inline void faults_are_agreed_on(Comm& comm) {
  const int last = comm.size() - 1;
  ASSERT_FALSE(comm.agree(nullptr));
  ASSERT_TRUE(comm.agree(nullptr, comm.rank() == last));
  std::string said;
  try {
    comm.together([&] {
      if (comm.rank() == last) fail(Code::bad_model, "spoiled");
    });
  } catch (const AgreedError& error) {
    ASSERT_EQ(error.code(), Code::bad_model);
    said = error.what();
  }
  ASSERT_EQ(said, last == 0 ? std::string("spoiled") : fmt::format("rank {}: spoiled", last));
  ASSERT_THROW(comm.together([] { throw std::bad_alloc(); }), AgreedError);
  comm.barrier();  // and work goes on
  comm.same_everywhere(7, "a number");
  if (comm.size() == 1) return;
  ASSERT_THROW(comm.same_everywhere(comm.rank() == last ? 8 : 7, "a number"), AgreedError);
}

inline void comm_laws(Comm& comm) {
  messages_arrive_in_order(comm);
  gather_is_by_rank(comm);
  broadcast_reaches_all(comm);
  sums_are_whole(comm);
  faults_are_agreed_on(comm);
}

}  // namespace tagma
