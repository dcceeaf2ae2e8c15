// A team of a device on the host: a thread for each lane, which wait for each other wherever the lanes of a warp or block
// would. (Lanes must run at once, so these are threads of their own and not those of base/parallel.h.)
#pragma once

#include <tagma/drive/device_team.h>

#include <array>
#include <atomic>
#include <barrier>
#include <cstring>
#include <thread>
#include <vector>

namespace tagma {

struct Board {
  using Cell = std::array<unsigned char, 96>;
  std::barrier<> all;
  std::vector<Cell> lanes[2], posts;  // lanes take turns at two sets: nobody is more than one wait ahead
  std::vector<int> turns;

  explicit Board(int count) : all(count), posts(static_cast<std::size_t>(count / warp_size)), turns(static_cast<std::size_t>(count)) {
    for (auto& set : lanes) set.resize(static_cast<std::size_t>(count));
  }
};

struct HostWires {
  Board* board;
  int own;

  int lane() const { return own; }
  int lanes() const { return static_cast<int>(board->turns.size()); }
  template <class T>
  T across(T x, int distance) const {
    return taken<T>(shared(x), own ^ distance);
  }
  std::uint32_t votes(bool flag) const {
    const auto& cells = shared(flag);
    std::uint32_t bits = 0;
    for (int l = 0; l < warp_size; ++l)
      bits |= static_cast<std::uint32_t>(taken<bool>(cells, own / warp_size * warp_size + l)) << l;
    return bits;
  }
  template <class T>
  void post(const T& x) const {
    if (own % warp_size == 0) put(board->posts, own / warp_size, x);
  }
  template <class T>
  T shown(int warp) const {
    return taken<T>(board->posts, warp);
  }
  void sync() const { board->all.arrive_and_wait(); }
  void add(std::int64_t* whole, std::int64_t part) const { std::atomic_ref(*whole).fetch_add(part); }

 private:
  // What each lane called it with.
  template <class T>
  const std::vector<Board::Cell>& shared(const T& x) const {
    int& turn = board->turns[static_cast<std::size_t>(own)];
    std::vector<Board::Cell>& cells = board->lanes[turn];
    turn = 1 - turn;
    put(cells, own, x);
    sync();
    return cells;
  }
  template <class T>
  static void put(std::vector<Board::Cell>& cells, int at, const T& x) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(Board::Cell));
    std::memcpy(cells[static_cast<std::size_t>(at)].data(), &x, sizeof x);
  }
  template <class T>
  static T taken(const std::vector<Board::Cell>& cells, int at) {
    T x = 0;
    std::memcpy(&x, cells[static_cast<std::size_t>(at)].data(), sizeof x);
    return x;
  }
};

// work(wires) on every lane of a team of `lanes`.
template <class Work>
void as_team(int lanes, Work work) {
  Board board(lanes);
  std::vector<std::jthread> threads;
  for (int l = 0; l < lanes; ++l) threads.emplace_back([&board, &work, l] { work(HostWires{&board, l}); });
}

}  // namespace tagma
