import type { ProgramKind } from './bench-program.ts';
import type { Summary } from './summary.ts';

/** The ways to run Lean that are compared, as the report names them. */
export const ways = ['lean', 'docker_exec', 'docker_run', 'pool_off', 'kept', 'warm'] as const;
export type Way = (typeof ways)[number];

/** What each way means, for people. */
export const wayTitles: Readonly<Record<Way, string>> = {
  lean: 'lean FILE',
  docker_exec: 'docker exec',
  docker_run: 'docker run',
  pool_off: 'pool off',
  kept: 'kept Lean',
  warm: 'pool warm',
};

/** Times of one program, or of all of one kind, by the way it was run. */
export interface WayTimes {
  readonly name: string;
  readonly kind: ProgramKind;
  /** What it imports, as plain text. */
  readonly header: string;
  readonly times: Readonly<Partial<Record<Way, Summary>>>;
}

/** One of the ratios that the program is to reach. */
export interface Target {
  readonly name: string;
  readonly target: string;
  /** What was measured, for people; absent when it could not be. */
  readonly measured?: string;
  /** The same as a number: a ratio, a share, milliseconds or bytes. */
  readonly value?: number;
  readonly met?: boolean;
}

/** Everything that was measured, in the shape that `bench --json` prints. Times are milliseconds, sizes bytes. */
export interface BenchReport {
  readonly machine: {
    readonly cpus: number;
    readonly cpu_model: string;
    readonly memory: number;
    readonly platform: string;
    readonly node: string;
    readonly engine: string;
    /** How busy the CPUs were before anything was measured, from 0 to 1. */
    readonly busy_before: number;
  };
  readonly image: { readonly id: string; readonly lean_version: string };
  readonly limits: { readonly memory: number; readonly cpus: number };
  readonly rounds: number;
  readonly programs: readonly WayTimes[];
  readonly kinds: readonly Omit<WayTimes, 'header'>[];
  readonly left_out: readonly { readonly name: string; readonly reason: string }[];
  /** Calls that were to be warm but met no ready sandbox; they are not in the times. */
  readonly cold_calls_discarded: number;
  /** What a warm call's caller waits for beside Lean. */
  readonly overhead: Summary | null;
  /** What any call takes: one that gets no sandbox, and a command that does nothing in a container, there and back. */
  readonly hops: { readonly refusal: Summary; readonly echo: Summary };
  readonly session: {
    readonly append: Summary | null;
    /** Of an append, what its caller waits for beside Lean. */
    readonly beside: Summary | null;
    /** Going back to the step before. */
    readonly rewind: Summary | null;
    readonly steps: number;
  };
  /** So many attempts at one goal: in one call of try-tactics, and each in a call of execute-lean that found a sandbox ready. */
  readonly attempts: {
    readonly count: number;
    readonly together: Summary | null;
    readonly one_by_one: Summary | null;
  };
  readonly throughput: readonly {
    readonly callers: number;
    readonly calls: number;
    readonly calls_per_second: Summary;
    /** Share of the machine's CPU time that was used, from 0 to 1; null where the engine is on another machine. */
    readonly cpu_share: Summary | null;
  }[];
  /** Items of a batch: in sandboxes that they share, and in one for each. */
  readonly batches: {
    readonly shared: { readonly items: number; readonly per_second: Summary };
    readonly alone: { readonly items: number; readonly per_second: Summary };
  } | null;
  /** A made project: all of it, beside a shell that runs Lean by hand; and a check again when something has changed. */
  readonly project: {
    readonly modules: number;
    readonly check: Summary;
    readonly by_hand: Summary;
    /** When one changed that nothing imports: beside Lean's own time for it. */
    readonly beside_changed_leaf: Summary;
    /** When one changed that others import: how many were elaborated, and how many import it, itself included. */
    readonly changed_root: { readonly elaborated: number; readonly importers: number };
  } | null;
  /** How long a caller waits for declarations to be found; null where the image has no list of them. */
  readonly finding: { readonly queries: number; readonly times: Summary } | null;
  /** What a principal that calls now and then waits for: alone, and beside another with so many calls at any time. */
  readonly sharing: {
    readonly crowd: number;
    readonly alone: Summary;
    readonly beside: Summary;
    readonly crowd_calls_per_second: Summary;
  } | null;
  /** Many calls over HTTP at once. */
  readonly load: {
    readonly principals: number;
    readonly connections: number;
    readonly calls: number;
    readonly calls_per_second: number;
    readonly latency: Summary;
  } | null;
  readonly memory: {
    readonly sandboxes: number;
    /** Resident memory of our process, now and at most; null where the system does not say. */
    readonly resident: number | null;
    readonly peak: number | null;
  };
  /** What a waiting sandbox holds with a header imported; null where the image has no elaborator. */
  readonly waiting: readonly {
    readonly header: string;
    readonly elaborator: number | null;
    readonly language_server: number;
  }[];
  readonly start_up: { readonly tools_list: Summary; readonly node: Summary };
  readonly targets: readonly Target[];
}
