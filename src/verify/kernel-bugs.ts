/*
 * Bugs of Lean's kernel, and of what it runs on, by which something false could be accepted: which versions have them, and
 * what it takes. From the release notes of Lean and from the reports named; looked up in November 2026.
 */
import semver from 'semver';
import type { Bytes } from '../core/bytes.ts';

/** What it takes to make use of a bug. */
export type BugReach =
  /** A declaration that is sent to the kernel, and nothing else: our judge cannot be kept from it. */
  | 'declaration'
  /** Code in the kernel's own process: there is none in our judge. */
  | 'code'
  /** A process with at least this much memory. */
  | { readonly memory: Bytes };

export interface KernelBug {
  /** The number in Lean's repository, as people look for it. */
  readonly number: string;
  readonly what: string;
  /** The first version without it. */
  readonly firstGood: string;
  readonly reach: BugReach;
  readonly source: string;
}

const gibibyte = 1024 ** 3;

/** In the order of the versions that have them no more. */
export const kernelBugs: readonly KernelBug[] = [
  {
    number: '#8060',
    what: 'powers of numbers were reduced to wrong values',
    firstGood: '4.20.0',
    reach: 'declaration',
    source: 'release notes of Lean 4.20.0',
  },
  {
    number: '#13392',
    what: 'reading from a handle wrote behind its buffer',
    firstGood: '4.29.1',
    reach: 'code',
    source: 'release notes of Lean 4.29.1',
  },
  {
    number: '#14498',
    what: 'values of opaque constants with free variables were accepted (CVE-2026-72711)',
    firstGood: '4.32.1',
    reach: 'code',
    source: 'release notes of Lean 4.32.1',
  },
  {
    number: '#14577',
    what: 'parameters of nested inductive types were not checked (CVE-2026-72844)',
    firstGood: '4.32.2',
    reach: 'declaration',
    source: 'release notes of Lean 4.32.2',
  },
  {
    number: '#14613',
    what: 'universe levels that may turn out to be Prop were taken for others',
    firstGood: '4.33.0',
    reach: 'declaration',
    source: 'release notes of Lean 4.33.0',
  },
  {
    number: '#14616',
    what: 'names of auxiliary types of nested inductive types could be taken',
    firstGood: '4.33.0',
    reach: 'code',
    source: 'release notes of Lean 4.33.0',
  },
  {
    number: '#14582',
    what: 'one of those for which 4.33.1 was released',
    firstGood: '4.33.1',
    reach: 'declaration',
    source: 'release notes of Lean 4.33.1',
  },
  {
    number: '#14806',
    what: 'whether terms are equal depended on what had been compared before',
    firstGood: '4.33.1',
    reach: 'declaration',
    source: 'release notes of Lean 4.33.1',
  },
  {
    number: '#14807',
    what: 'terms whose type does not reduce were taken for proofs',
    firstGood: '4.33.1',
    reach: 'declaration',
    source: 'release notes of Lean 4.33.1',
  },
  {
    number: '#14833',
    what: 'large numbers were computed by a GMP older than 6.3, with wrong results in rare cases',
    firstGood: '4.33.1',
    reach: 'declaration',
    source: 'release notes of Lean 4.33.1',
  },
  {
    number: '#14838',
    what: 'counts of references overflowed',
    firstGood: '4.33.1',
    reach: { memory: 18 * gibibyte },
    source: 'release notes of Lean 4.33.1',
  },
  {
    number: '#15241',
    what: 'sizes of large objects overflowed',
    firstGood: '4.34.1',
    reach: { memory: 18 * gibibyte },
    source: 'release notes of Lean 4.34.1',
  },
  {
    number: '#15288',
    what: 'another of the faults in the runtime',
    firstGood: '4.34.1',
    reach: { memory: 18 * gibibyte },
    source: 'release notes of Lean 4.34.1',
  },
  {
    number: '#15289',
    what: 'sizes of inputs of more than 100 GB overflowed',
    firstGood: '4.34.1',
    reach: { memory: 100 * gibibyte },
    source: 'release notes of Lean 4.34.1',
  },
];

/** The first version of Lean that has none of these. */
export const firstGoodVersion: string = kernelBugs.reduce(
  (best, { firstGood }) => (semver.gt(firstGood, best) ? firstGood : best),
  '0.0.0',
);

/**
 * The bugs that a submission can reach in a judge of this version with this much memory. A version that is no release, such
 * as that of somebody's own build, may have all of them.
 */
export function reachableBugs(version: string, memory: Bytes): readonly KernelBug[] {
  return kernelBugs.filter(({ firstGood, reach }) => {
    const isOlder = semver.valid(version) === null || semver.lt(version, firstGood);
    return isOlder && (reach === 'declaration' || (reach !== 'code' && memory >= reach.memory));
  });
}
