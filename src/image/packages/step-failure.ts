/*
 * Why a step of building packages failed. Git, curl, lake and Mathlib's cache say it in words; what is the same in all of
 * their versions is looked for, and what they said is always told as well.
 */
import { AppError } from '../../core/app-error.ts';
import type { Failure } from '../../core/failures/failure.ts';
import { failures } from '../../core/failures/failures.ts';

/** A step that failed. */
export interface FailedStep {
  /** What it was to do, as in "resolving the packages". */
  readonly doing: string;
  /** The last lines that it printed, with nothing hidden. */
  readonly said: string;
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
}

interface Cause {
  /** Any of them is enough; in lower case. */
  readonly signs: readonly string[];
  readonly reason: string;
  readonly failure: Failure;
}

const failed = failures['image-build-failed'];
const causes: readonly Cause[] = [
  {
    signs: ['no space left on device', 'disk quota exceeded', '(os error 28)'],
    reason: 'the disk of the Docker engine is full',
    failure: failed.diskFull,
  },
  {
    signs: [
      'could not resolve host',
      'could not resolve proxy',
      'temporary failure in name resolution',
      'network is unreachable',
      'connection refused',
      'failed to connect',
      "couldn't connect",
      'connection timed out',
      'operation timed out',
      'no route to host',
    ],
    reason: 'there is no way from the builder to the network',
    failure: failed.noNetwork,
  },
  {
    signs: ["couldn't find remote ref", 'revision not found', 'not our ref', 'unadvertised object', 'no such revision'],
    reason: 'there is no such revision',
    failure: failed.noRevision,
  },
  {
    signs: [
      'repository not found',
      "fatal: repository '",
      'could not read username',
      'does not appear to be a git repository',
      'authentication failed',
      'requested url returned error: 401',
      'requested url returned error: 403',
      'requested url returned error: 404',
    ],
    reason: 'there is no such repository, or it is not public',
    failure: failed.noRepository,
  },
  {
    signs: ['files were not found in the cache'],
    reason: 'Mathlib has no compiled modules for this revision in its cache',
    failure: failed.notInCache,
  },
  {
    signs: [
      'early eof',
      'rpc failed',
      'unexpected disconnect',
      'transfer closed',
      'connection reset',
      'remote end hung up',
      'download(s) failed',
      'recv failure',
      'empty reply from server',
      'operation too slow',
    ],
    reason: 'the connection broke',
    failure: failed.connectionBroke,
  },
  {
    signs: ['required targets logged failures', 'lean exited with code'],
    reason: 'something does not compile',
    failure: failed.doesNotCompile,
  },
  {
    signs: ['uses a different lean-toolchain'],
    reason: 'the packages are for another version of Lean',
    failure: failed.otherLeanWanted,
  },
];

const killed = ['exited with code 137', 'out of memory', 'cannot allocate memory', 'std::bad_alloc'];

/** The error of a failed step. */
export function stepFailure({ doing, said, exitCode, outOfMemory }: FailedStep): AppError {
  if (outOfMemory || has(said, killed))
    return stepError(doing, 'the memory of the Docker engine does not suffice', said, failed.outOfMemory);
  const cause = causes.find(({ signs }) => has(said, signs));
  if (cause !== undefined) return stepError(doing, cause.reason, said, cause.failure);
  const end = exitCode === undefined ? 'the builder was stopped' : `exit code ${exitCode}`;
  return stepError(doing, end, said, failed.stepEnded);
}

function has(said: string, signs: readonly string[]): boolean {
  const text = said.toLowerCase();
  return signs.some((sign) => text.includes(sign));
}

function stepError(doing: string, reason: string, said: string, failure: Failure): AppError {
  const told = said.trim() === '' ? '.' : `:\n${said.trimEnd()}`;
  return new AppError(failure, `Building the packages failed while ${doing}: ${reason}${told}`);
}
