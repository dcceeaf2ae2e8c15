// The MPI module: a shared object that the program opens when mpirun started it with several ranks, and the only file that
// includes mpi.h. Linked into the program, MPI would be loaded for `tagma --help` too.
//
// Waiting: MPI's own waits keep a core busy; a rank that waits here looks, and sleeps a little longer each time, up to 1 ms.
#include <tagma/comm/mpi_calls.h>

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace {

constexpr std::uint64_t largest_piece = std::uint64_t{1} << 30;  // MPI counts in int
constexpr int tag = 1, quick_looks = 2000;

int wait_for(MPI_Request& request) {
  std::chrono::microseconds pause{20};
  for (int looks = 0;; ++looks) {
    int done = 0;
    const int fault = MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (fault != MPI_SUCCESS || done != 0) return fault;
    if (looks < quick_looks) continue;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds{1000});
  }
}

// start(at, piece, request) begins to move the bytes [at, at + piece).
template <class Start>
int move_in_pieces(std::uint64_t count, const Start& start) {
  for (std::uint64_t at = 0; at < count; at += largest_piece) {
    MPI_Request request;
    int fault = start(at, static_cast<int>(std::min(largest_piece, count - at)), &request);
    if (fault == MPI_SUCCESS) fault = wait_for(request);
    if (fault != MPI_SUCCESS) return fault;
  }
  return MPI_SUCCESS;
}

int send(int to, const std::byte* data, std::uint64_t count) {
  return move_in_pieces(count, [&](std::uint64_t at, int piece, MPI_Request* request) {
    return MPI_Isend(data + at, piece, MPI_BYTE, to, tag, MPI_COMM_WORLD, request);
  });
}

int receive(int from, std::byte* data, std::uint64_t count) {
  return move_in_pieces(count, [&](std::uint64_t at, int piece, MPI_Request* request) {
    return MPI_Irecv(data + at, piece, MPI_BYTE, from, tag, MPI_COMM_WORLD, request);
  });
}

int finish() { return MPI_Finalize(); }

void abort_job(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

const char* text(int fault) {
  static thread_local char words[MPI_MAX_ERROR_STRING];
  int length = 0;
  return MPI_Error_string(fault, words, &length) == MPI_SUCCESS ? words : "unknown fault";
}

}  // namespace

extern "C" int tagma_mpi_start(tagma::MpiCalls* calls) {
  int level = 0;
  int fault = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level);
  if (fault != MPI_SUCCESS) return fault;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  fault = MPI_Comm_rank(MPI_COMM_WORLD, &calls->rank);
  if (fault == MPI_SUCCESS) fault = MPI_Comm_size(MPI_COMM_WORLD, &calls->size);
  calls->send = send;
  calls->receive = receive;
  calls->finish = finish;
  calls->abort = abort_job;
  calls->text = text;
  return fault;
}
