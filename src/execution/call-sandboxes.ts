import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Lean } from '../lean/lean.ts';
import type { ProgramSandbox } from '../lean/program-run.ts';
import { elaboratorMissing } from '../lean/toolchain.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import type { CallContext } from './execution-service.ts';
import type { LeasedServer } from './sandbox-supply.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What a call works with. */
export interface CallSandboxes {
  readonly server: Lean;
  /** The header that the server has imported, in plain form; `undefined` when it has no document yet. */
  readonly header: string | undefined;
  /** For a program that the server does not run itself. */
  readonly program: ProgramSandbox | undefined;
}

/** What a call needs. */
export interface WantedSandboxes {
  /** A server that the call has already; otherwise one is leased. */
  readonly present?: LeasedServer | undefined;
  /** The header for a new server, in plain form; `undefined` when it has none. */
  readonly header: string | undefined;
  readonly hasProgram: boolean;
  /** Whether the server has to answer questions about places in the text. */
  readonly asks?: boolean;
}

/** Gets a call's sandboxes, side by side; when one cannot be had, the other is destroyed. Throws what the supply throws. */
export async function leaseSandboxes(
  environment: CallEnvironment,
  launch: LeanLaunch,
  wanted: WantedSandboxes,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<CallSandboxes> {
  const { supply, logger } = environment;
  const leasing = wanted.present ? undefined : supply.leaseServer(launch, wanted.header, context.signal, wanted.asks);
  const runsItself = wanted.present?.server.runsPrograms ?? elaboratorMissing(launch.toolchain) === undefined;
  const programLeasing = wanted.hasProgram && !runsItself ? supply.leaseProgram(launch, context.signal) : undefined;
  try {
    const [leased = wanted.present, program] = await stopwatch.measure(
      'sandbox',
      Promise.all([leasing ?? Promise.resolve(undefined), programLeasing ?? Promise.resolve(undefined)]),
    );
    if (leased === undefined) throw new TypeError('a server is neither present nor leased');
    if (leasing !== undefined && (leased.header === undefined || !leased.wasWarm)) stopwatch.markCold();
    const { server, header } = leased;
    // The image can have become another one meanwhile.
    const isLate = wanted.hasProgram && !server.runsPrograms && program === undefined;
    const late = isLate ? await supply.leaseProgram(launch, context.signal) : undefined;
    return { server, header, program: (program ?? late)?.item };
  } catch (error) {
    leasing?.then(
      ({ server }) => {
        disposeLater(server, logger);
      },
      () => undefined,
    );
    programLeasing?.then(
      ({ item }) => {
        disposeLater(item, logger);
      },
      () => undefined,
    );
    throw error;
  }
}
