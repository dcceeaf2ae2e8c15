// A label tree, going on from one (growth.h): the shape of the trees stays, labels that stand in no leaf get one.
//
// Place: a label is the mean of its rows (label_tree.h); it goes under the leaf to which the classifiers of the nodes give it the
// best chance among those with room: the leaf where a search would look for its rows first. Leaves take a quarter more labels
// than `leaf`, and never more than a chunk has lanes; a tree without room is an error, not a tree out of balance.
// parents 2: under the next best leaf with room besides, and leaves take what a chunk has lanes for, since second parents fill them.
// Solved: at the nodes on the paths of touched labels the children that have a touched label below. Their other children keep
// their weights (solved again, too, they were no better), all other chunks their bytes. negatives matcher: also on the rows, of those
// that are given, which the levels above lead there as they are by then.
// Stop: as in ovr_growth.h.
#pragma once

#include <tagma/learn/tree.h>

namespace tagma {

Learned grow_tree(const Tree& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run);

}  // namespace tagma
