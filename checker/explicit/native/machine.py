"""From the text of a module to functions that can be called: LLVM, and a cache of what it has compiled.

The cache is a folder of the user's own (`$XDG_CACHE_HOME/raceproof` or `~/.cache/raceproof`), used only where nobody
else can write to it: its files are machine code, trusted like Python's own compiled files. Each file begins with a
checksum; a damaged one is compiled anew. Set RACEPROOF_CACHE to another folder, or to nothing for no cache.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache

import llvmlite
import llvmlite.binding as llvm

from raceproof.checker.caching import cache_folder
from raceproof.checker.explicit.native.assembly import SHOWN

_CHECKSUM_BYTES = 32
_KEPT_FILES = 200


@cache
def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def _target() -> llvm.TargetMachine:
    """The machine that this runs on. A new one each time: the engine that is made with it owns it."""
    _initialize()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    found: llvm.TargetMachine = target.create_target_machine(opt=2, cpu=llvm.get_host_cpu_name(), features=features)
    return found


class Machine:
    """A compiled module. Keeps its machine code alive as long as it is referred to."""

    def __init__(self, text: str) -> None:
        name = hashlib.sha256("\n".join([text, llvmlite.__version__, *_machine_words()]).encode()).hexdigest()
        code = read_cached(name)
        self.from_cache = code is not None
        if code is None:
            code = compiled(text)
            write_cached(name, code)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def function(self, name: str, *arguments: type) -> Callable[..., int]:
        """A function of the module; it is called without Python's lock."""
        address = self._engine.get_function_address(f"{SHOWN}{name}")
        if not address:
            raise KeyError(name)
        found: Callable[..., int] = ctypes.CFUNCTYPE(ctypes.c_uint64, *arguments)(address)
        return found


def compiled(text: str) -> bytes:
    """The object file of a module."""
    module = llvm.parse_assembly(text)
    module.verify()
    target = _target()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    found: bytes = target.emit_object(module)
    return found


@cache
def _machine_words() -> tuple[str, ...]:
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


# The cache


def read_cached(name: str) -> bytes | None:
    """The object file of this name, if it is there and whole."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        data = (folder / f"{name}.o").read_bytes()
    except OSError:
        return None
    code = data[_CHECKSUM_BYTES:]
    return code if hashlib.sha256(code).digest() == data[:_CHECKSUM_BYTES] else None


def write_cached(name: str, code: bytes) -> None:
    """Keep an object file, and no more than some of the others. A cache that cannot be written to is no error."""
    folder = cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
            try:
                file.write(hashlib.sha256(code).digest() + code)
                file.flush()
                os.replace(file.name, folder / f"{name}.o")
            except BaseException:
                os.unlink(file.name)
                raise
        kept = sorted(folder.glob("*.o"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT_FILES:]:
            path.unlink()
