#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs read from the odd files.

Usage: RESIDUA_DATA=... make_odd_reference.py > tests/imaging/pixels/data/odd_files.csv

One row a file: name, frames, columns, rows, samples, bits allocated, md5 and mean of the first frame, reader, problem.
The md5 is over the stored values as 32-bit little-endian integers, row by row, colour as 8-bit RGB; it is empty where
two right decoders may differ (lossy JPEG, colour conversion, 32-bit values, which Residua shows in 16 bits). Where
pydicom has no decoder, DCMTK's and GDCM's tools decode first. BY_HAND holds the files that none of them reads: what is
wrong with them, or where their numbers come from.
"""
import csv
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut, convert_color_space

warnings.filterwarnings("ignore")
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91"}
FIELDS = ["name", "frames", "columns", "rows", "samples", "bits", "md5", "mean", "reader", "problem"]
BY_HAND = {
    "fo-DICOMDIR": {"problem": "not_an_image"},
    "fo-GH179A.dcm": {"problem": "pixel_data_missing"},
    "fo-GH220.dcm": {"problem": "no image"},
    "fo-GH364.dcm": {"problem": "dicom_malformed"},
    "fo-Issue1097_FailToOpenDeflatedFileWithSQ.dcm": {"problem": "no image"},
    "fo-chrJapMultiExplicitIR6.dcm": {"problem": "pixel_data_missing"},
    "fo-chrSQEncoding1.dcm": {"problem": "no image"},
    "fo-test_SR.dcm": {"problem": "no image"},
    "py-MR_truncated.dcm": {"problem": "dicom_truncated"},
    "py-no_meta.dcm": {"problem": "not_an_image"},
    "py-no_meta_group_length.dcm": {"problem": "no image"},
    "py-rtplan_truncated.dcm": {"problem": "dicom_truncated"},
    # NumberOfFrames is '1A': of the 15 frames that are there the first is shown; the mean is numpy's.
    "py-badVR.dcm": {"frames": 1, "columns": 10, "rows": 10, "samples": 1, "bits": 32, "mean": "1013780.0000",
                     "reader": "numpy"},
    # Frames are missing at the end; the first one is that of py-emri_small.dcm.
    "py-emri_small_jpeg_2k_lossless_too_short.dcm": {"frames": 10, "columns": 64, "rows": 64, "samples": 1, "bits": 16,
                                                     "md5": "8a03fc24e63c", "mean": "144.2778", "reader": "pydicom"},
    # No other program at hand reads HTJ2K: both files hold the same picture, so the means are near each other.
    "HTJ2KLossless_08_RGB.dcm": {"frames": 1, "columns": 640, "rows": 480, "samples": 3, "bits": 8, "mean": "127.1030",
                                 "reader": "itself"},
    "HTJ2K_08_RGB.dcm": {"frames": 1, "columns": 640, "rows": 480, "samples": 3, "bits": 8, "mean": "127.1030",
                         "reader": "itself"},
}


TOOLS = [["dcmconv", "+te"], ["dcmdjpeg", "+cn"], ["dcmdjpls"], ["dcmdrle"], ["gdcmconv", "--raw"]]


def decoded_by_tools(path):
    for tool in TOOLS:
        with tempfile.NamedTemporaryFile(suffix=".dcm") as out:
            if subprocess.run([*tool, path, out.name], capture_output=True, timeout=60).returncode == 0:
                try:
                    dataset = pydicom.dcmread(out.name, force=True)
                    return dataset, dataset.pixel_array, "gdcm" if tool[0] == "gdcmconv" else "dcmtk"
                except Exception:
                    continue
    return None


def read(path):
    try:
        dataset = pydicom.dcmread(path, force=True)
        return dataset, dataset.pixel_array, "pydicom"
    except Exception:
        return decoded_by_tools(path)


def syntax_of(path):
    try:
        return str(pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID", ""))
    except Exception:
        return ""


def row(path):
    name = os.path.basename(path)
    if name in BY_HAND:
        return {"name": name, **BY_HAND[name]}
    result = read(path)
    if result is None:
        return {"name": name}
    dataset, array, reader = result
    frames = array.shape[0] if array.ndim == (4 if dataset.SamplesPerPixel == 3 else 3) else 1
    frame = array[0] if frames > 1 else array
    photometric = dataset.PhotometricInterpretation
    syntax = syntax_of(path)
    exact = syntax not in LOSSY and dataset.BitsAllocated <= 16
    if photometric == "PALETTE COLOR":
        frame = apply_color_lut(frame, dataset)
        if frame.dtype == numpy.uint16:
            frame = frame >> 8 if frame.max() > 255 else frame
    elif photometric.startswith("YBR_FULL"):
        frame = convert_color_space(frame, "YBR_FULL", "RGB")
        exact = False
    elif dataset.SamplesPerPixel == 3 and dataset.BitsAllocated > 8:
        frame = frame >> (dataset.BitsAllocated - 8)
    samples = 3 if frame.ndim == 3 else 1
    md5 = hashlib.md5(frame.astype("<i4").tobytes()).hexdigest()[:12] if exact else ""
    return {"name": name, "frames": frames, "columns": frame.shape[1], "rows": frame.shape[0], "samples": samples,
            "bits": dataset.BitsAllocated, "md5": md5, "mean": f"{frame.astype(float).mean():.4f}", "reader": reader}


def main():
    folder = pathlib.Path(os.environ["RESIDUA_DATA"]) / "dicom" / "odd"
    writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
    writer.writeheader()
    for path in sorted(folder.iterdir()):
        writer.writerow(row(str(path)))


if __name__ == "__main__":
    main()
