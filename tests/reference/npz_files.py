#!/usr/bin/python3
"""Makes tests/golden/read/: small .npy and .npz files as numpy and scipy write them."""
import pathlib

import numpy as np
import scipy.sparse

out = pathlib.Path(__file__).parent.parent / "golden" / "read"
out.mkdir(parents=True, exist_ok=True)
x = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)
y = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, -1]], dtype=np.int8)
np.savez(out / "stored.npz", X=x, Y=y)
np.savez_compressed(out / "deflated.npz", X=x, Y=y.astype(np.int64))
np.savez(out / "column_major.npz", X=np.asfortranarray(x.astype(np.float64)), Y=np.asfortranarray(y))
np.save(out / "x.npy", x)
np.save(out / "y.npy", y)
np.save(out / "y_long.npy", np.vstack([y, y[:1]]))
np.save(out / "x_big_endian.npy", x.astype(">f8"))
np.save(out / "y_bool.npy", y > 0)
np.savez(out / "grades.npz", X=x[:, :1] // 2 + 1, raw=np.array([[0.25, 2], [0, 0], [np.nan, 1]]))
np.savez(out / "candidates.npz", X=x, Y=y[:, :2], candidates=np.array([[1, 1], [0, 1], [1, 0]], dtype=np.int8))
np.savez(out / "objects.npz", X=np.array([[None], [{}]], dtype=object), Y=y)
sparse = scipy.sparse.csr_matrix(np.array([[0, .5, 0, 0, 2], [0, 0, 0, 0, 0], [-1, 0, 3, 4, 0]]))
sparse.indices[2:] = [3, 0, 2]  # in any order
sparse.data[2:] = [4, -1, 3]
scipy.sparse.save_npz(out / "x_csr.npz", sparse)
scipy.sparse.save_npz(out / "y_csr.npz", scipy.sparse.csr_matrix(y), compressed=False)
scipy.sparse.save_npz(out / "x_csc.npz", sparse.tocsc())
