/** What the Lean toolchain of an image is and can do; probed when the image is built and kept as its labels. */
export interface Toolchain {
  /** As `lean --version` says it, for instance `4.27.0`. */
  readonly version: string;
  /** Commit that it was built from; absent when it does not say. */
  readonly githash?: string;
  /** The first line that `lean --version` prints. */
  readonly versionLine: string;
  /** Whether `lean --worker` serves one document on its own. */
  readonly worker: boolean;
  /** Server options that may be given with `-D`, for instance `server.reportDelayMs`. */
  readonly serverOptions: readonly string[];
  /** Library roots that can be imported, for instance `Init`, `Lean`, `Std`, `Mathlib`. */
  readonly libraries: readonly string[];
  /** The elaborator that was compiled for it; absent in images from before there was one. */
  readonly elaborator?: BuiltElaborator;
  /** The verifier that was compiled for it; absent in images from before there was one. */
  readonly verifier?: BuiltVerifier;
  /** Kernels of others that were put beside it; absent when none was asked for. */
  readonly kernels?: readonly TriedKernel[];
}

/** What came of compiling and trying the elaborator, see docs/elaborator.md. */
export type BuiltElaborator =
  | {
      readonly kind: 'compiled';
      readonly protocol: number;
      /** Whether it can list what modules declare; absent where it cannot. */
      readonly index?: true;
    }
  /** The language server serves instead. */
  | { readonly kind: 'none'; readonly reason: string };

/** The version of the protocol that this program speaks with an elaborator. */
export const elaboratorProtocol = 1;

/**
 * What elaborates with a toolchain, in a few words.
 *
 * @param longest how many characters of the reason against an elaborator are told
 */
export function whatElaborates(toolchain: Pick<Toolchain, 'elaborator'>, longest = Infinity): string {
  const missing = elaboratorMissing(toolchain);
  if (missing === undefined) return 'elaborator';
  const [reason = ''] = missing.split('\n');
  return `language server (no elaborator: ${reason.slice(0, longest)})`;
}

/** Why a toolchain has no elaborator that can be used; `undefined` when it has one. */
export function elaboratorMissing({ elaborator }: Pick<Toolchain, 'elaborator'>): string | undefined {
  if (elaborator === undefined) return 'the image was built before there was one';
  if (elaborator.kind === 'none') return elaborator.reason;
  if (elaborator.protocol === elaboratorProtocol) return undefined;
  return `it speaks version ${elaborator.protocol} of its protocol, and this program ${elaboratorProtocol}`;
}

/** Why nothing can be found in the libraries of a toolchain, in one line; `undefined` when it can. */
export function indexMissing(toolchain: Pick<Toolchain, 'elaborator'>): string | undefined {
  const { elaborator } = toolchain;
  if (elaborator?.kind !== 'compiled') return elaboratorMissing(toolchain)?.split('\n')[0];
  return elaborator.index === true ? undefined : 'its elaborator does not list declarations';
}

/** What came of compiling and trying the verifier, see docs/verify.md. */
export type BuiltVerifier =
  | { readonly kind: 'compiled'; readonly version: string }
  /** The image cannot verify. */
  | { readonly kind: 'none'; readonly reason: string };

/** Of the programs in `verifier/`: what they say on their first line, and the judge on its last. */
export const checkerVersion = '4';

/** Kernels that are not Lean's own, by the names that the verifier has for them. */
export const otherKernels = ['nanoda', 'con-ron', 'leanchecker'] as const;
export type OtherKernel = (typeof otherKernels)[number];

/** What came of trying a kernel: it accepts what it must and nothing else, or has a flaw. */
export interface TriedKernel {
  readonly name: OtherKernel;
  readonly flaw?: string;
}

/** The other kernels of an image that can be asked. */
export function usableKernels({ kernels = [] }: Pick<Toolchain, 'kernels'>): readonly OtherKernel[] {
  return kernels.flatMap(({ name, flaw }) => (flaw === undefined ? [name] : []));
}

/** Why an image cannot verify; `undefined` when it can. */
export function verifierMissing({ verifier }: Pick<Toolchain, 'verifier'>): string | undefined {
  if (verifier === undefined) return 'the image was built before there was a verifier';
  if (verifier.kind === 'none') return verifier.reason;
  if (verifier.version === checkerVersion) return undefined;
  return `the image has version ${verifier.version} of the verifier, and this program needs ${checkerVersion}`;
}

/** Whether a toolchain can verify, in a few words. @param longest how many characters of the reason against it are told */
export function whatVerifies(toolchain: Pick<Toolchain, 'verifier' | 'kernels'>, longest = Infinity): string {
  const [reason] = verifierMissing(toolchain)?.split('\n') ?? [];
  if (reason !== undefined) return `no verifier: ${reason.slice(0, longest)}`;
  const kernels = whichKernels(toolchain, longest);
  return kernels === undefined ? 'verifier' : `verifier, other kernels: ${kernels}`;
}

/** Which kernels besides Lean's own can be asked, and why others cannot, in a line; `undefined` when there are none. */
export function whichKernels({ kernels = [] }: Pick<Toolchain, 'kernels'>, longest = Infinity): string | undefined {
  const [usable, flawed] = [usableKernels({ kernels }), kernels.filter(({ flaw }) => flaw !== undefined)];
  const reason = (flaw = ''): string => (flaw.split('\n')[0] ?? '').slice(0, longest);
  const parts = [...usable, ...flawed.map(({ name, flaw }) => `not ${name} (${reason(flaw)})`)];
  return parts.length === 0 ? undefined : parts.join(', ');
}
