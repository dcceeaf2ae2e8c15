#include "comm_laws.h"

#include <tagma/comm/threads.h>

namespace tagma {
namespace {

TEST(ThreadRanks, KeepTheLaws) {
  for (const int ranks : {1, 2, 3, 4, 7}) run_ranks(ranks, [](Comm& comm) { comm_laws(comm); });
}

TEST(ThreadRanks, CountWhatTheySend) {
  run_ranks(3, [](Comm& comm) {
    comm.gather(bytes_of("12345"));
    EXPECT_EQ(comm.sent(), comm.rank() == 0 ? 0 : 5);
  });
}

TEST(ThreadRanks, AFaultThatIsNotAgreedOnEndsAll) {
  try {
    run_ranks(3, [](Comm& comm) {
      if (comm.rank() == 1) fail(Code::bad_data, "rank 1 is gone");
      comm.barrier();
    });
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "rank 1 is gone");
  }
}

TEST(ThreadRanks, OneRankWorksAlone) {
  run_ranks(1, [](Comm& comm) {
    tagma::Run run;
    EXPECT_TRUE(leads(run));
    run.comm = &comm;
    EXPECT_TRUE(leads(run));
    EXPECT_EQ(ranks_of(run), nullptr);
    try {
      together(run, [] { fail(Code::usage, "as it was thrown"); });
      FAIL();
    } catch (const AgreedError&) {
      FAIL() << "there is nobody to agree with";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "as it was thrown");
    }
  });
}

}  // namespace
}  // namespace tagma
