"""Reads networks from ONNX models. Needs the package `onnx`."""

from tilewright._onnx.importer import from_onnx

__all__ = ["from_onnx"]
