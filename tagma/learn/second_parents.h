// Labels under a second leaf of a label tree: the one, beside their own, whose labels they are most like. What a beam search loses at one
// node of the upper levels it may find on the other path.
//
// A label goes under the leaf whose centre (the sum of its labels' vectors, brought to length 1) has the largest product with it,
// the pairs of largest product first, as long as the leaf has room for the guest; where it has not, the label stays under its own alone.
// Source: Liu, Chang, Yu, Hsieh, Dhillon, "Label disentanglement in partition-based extreme multilabel classification" (NeurIPS 2021),
// who give a label to the clusters its rows are sent to; here by the vectors that made the leaves, before anything is learned.
// Threads: the same for any number.
#pragma once

#include <tagma/learn/label_tree.h>

namespace tagma {

// room: labels of a leaf at most, guests included.
LabelLeaves with_second_parents(const LabelVectors& vectors, LabelLeaves leaves, std::int64_t room, const Run& run);

}  // namespace tagma
