/*
 * Which files of a toolchain an image gets: what running Lean needs, and nothing for compiling programs (clang, leanc,
 * lake, headers, static libraries) or reading sources. Paths are relative to the toolchain, with forward slashes.
 */
import { otherKernels, type OtherKernel } from '../lean/toolchain.ts';

const programs = new Set(['bin/lean', 'bin/cadical']);
/** The programs of kernels that are not Lean's own. */
export const kernelPrograms: Readonly<Record<OtherKernel, string>> = {
  nanoda: 'bin/nanoda_bin',
  'con-ron': 'bin/con-ron',
  leanchecker: 'bin/leanchecker',
};
const sharedLibrary = /\.so(?:\.\d+)*$/;
const compiledModule = /\.(?:olean|ir)(?:\.(?!hash$|trace$)[a-z]+)?$|\.ilean$/;
const forCompilers = /\.(?:a|c|h)$/;

/** Whether the file is a shared library by its name. */
export function isSharedLibrary(file: string): boolean {
  return sharedLibrary.test(file);
}

/** Whether an image gets this file of a real toolchain in any case. */
export function isNeededByLean(file: string): boolean {
  return programs.has(file) || (file.startsWith('lib/lean/') && (compiledModule.test(file) || isSharedLibrary(file)));
}

/** The kernel whose program the file is; `undefined` when it is none. */
export function kernelIn(file: string): OtherKernel | undefined {
  return otherKernels.find((name) => kernelPrograms[name] === file);
}

/** Whether the file is a library that an image gets when a program or another library asks for it. */
export function isNeededOnDemand(file: string): boolean {
  return /^lib\/[^/]+$/.test(file) && isSharedLibrary(file);
}

/** Whether compiling the elaborator needs this file, which no image gets. */
export function isNeededForCompiling(file: string): boolean {
  if (isNeededByLean(file) || programsOfNoUse.test(file)) return false;
  // Static libraries of Lean are large, and nothing is linked with them.
  return /^(?:bin|include)\//.test(file) || (file.startsWith('lib/') && !file.startsWith('lib/lean/'));
}

/** Whether compiling packages needs this file: all of a toolchain but sources and documents. */
export function isNeededForPackages(file: string): boolean {
  return /^(?:bin|include|lib)\//.test(file);
}

const programsOfNoUse = /^bin\/(?:lake|leanchecker|leantar|nanoda_bin|con-ron)$/;

/** Whether an image gets this file of a toolchain whose `bin/lean` is a script, which may read anything beside it. */
export function isNeededByScript(file: string): boolean {
  return file === 'bin/lean' || (file.startsWith('lib/lean/') && !forCompilers.test(file));
}
