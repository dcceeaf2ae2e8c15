#include <tagma/base/ahead.h>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace tagma {
namespace {

TEST(Ahead, GivesWhatEachPieceMade) {
  Ahead<std::unique_ptr<int>> ahead;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(ahead.begun());
    ahead.begin([i] { return std::make_unique<int>(i); });
    EXPECT_TRUE(ahead.begun());
    EXPECT_EQ(*ahead.take(), i);
  }
}

TEST(Ahead, WorksWhileItsOwnerDoes) {
  std::atomic<int> at = 0;
  Ahead<int> ahead;
  ahead.begin([&] {
    at = 1;
    while (at != 2) std::this_thread::yield();
    return 3;
  });
  while (at != 1) std::this_thread::yield();
  at = 2;
  EXPECT_EQ(ahead.take(), 3);
}

TEST(Ahead, RethrowsAndGoesOn) {
  Ahead<int> ahead;
  ahead.begin([]() -> int { throw std::runtime_error("broken"); });
  EXPECT_THROW(ahead.take(), std::runtime_error);
  EXPECT_FALSE(ahead.begun());
  ahead.begin([] { return 5; });
  EXPECT_EQ(ahead.take(), 5);
}

TEST(Ahead, EndsWithAPieceUnderWayAndWithNone) {
  std::atomic<bool> done = false;
  {
    Ahead<int> ahead;
    ahead.begin([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      done = true;
      return 1;
    });
  }
  const Ahead<int> idle;
  SUCCEED();  // neither hangs; a piece that was not begun in time may be left out
}

}  // namespace
}  // namespace tagma
