/* Verifies fixtures on a real engine, with a verifier of the tests' own. */
import { localPrincipal } from '../../../src/core/ids.ts';
import { readImage } from '../../../src/image/read-image.ts';
import type { LeanLaunch } from '../../../src/lean/lean-launch.ts';
import { usableKernels, verifierMissing } from '../../../src/lean/toolchain.ts';
import { DockerDriver } from '../../../src/sandbox/docker/docker-driver.ts';
import type { ElaboratedAnswer } from '../../../src/verify/answer.ts';
import { elaborateText, type Undecided } from '../../../src/verify/elaborate-text.ts';
import { judgeExport } from '../../../src/verify/judge-export.ts';
import { standardAxioms, type Verification } from '../../../src/verify/verification.ts';
import type { VerdictLine } from '../../../src/verify/verdict-line.ts';
import { Verifier } from '../../../src/verify/verifier.ts';
import { VerifierSupply } from '../../../src/verify/verifier-supply.ts';
import { silentLogger } from '../../../src/telemetry/telemetry.ts';
import { connectEngine } from '../../../src/sandbox/docker/engine.ts';
import { someJail } from '../../fakes/jail.ts';
import type { VerifyFixture } from './verify-fixtures.ts';

const mebibyte = 1024 ** 2;

export interface VerifyBench extends AsyncDisposable {
  readonly launch: LeanLaunch;
  readonly verify: (fixture: VerifyFixture, options?: { trustUnsoundKernels?: boolean }) => Promise<Verification>;
  /** What the judge is given of a pair; nothing where Lean rejects the submission. */
  readonly exports: (fixture: VerifyFixture) => Promise<{ statement: Buffer; submission: Buffer } | undefined>;
  /** What it is given of a statement. */
  readonly exportOf: (statement: string) => Promise<Buffer>;
  /** Hands an export to the judge that no Lean has printed. @param statement elaborated once for each text */
  readonly judge: (statement: string, submission: Buffer, timeoutMs: number) => Promise<VerdictLine | Undecided>;
}

/** @param image the tag of an image with a verifier in it */
export async function openVerifyBench(image: string): Promise<VerifyBench> {
  const engine = () => connectEngine(process.env);
  const found = await readImage(await engine(), image);
  if (found === undefined) throw new Error(`there is no image ${image}`);
  const missing = verifierMissing(found.toolchain);
  if (missing !== undefined) throw new Error(missing);
  const limits = { ...someJail.limits, memory: 2048 * mebibyte };
  const launch: LeanLaunch = { image: found.id, toolchain: found.toolchain, jail: { ...someJail, limits } };
  const logger = silentLogger;
  const driver = new DockerDriver({ connect: engine, maxConcurrentCreations: 3, logger });
  const supply = new VerifierSupply({ driver, ready: 2, maxAgeMs: 600_000, logger });
  const policy = { allowed: 'auto', blocked: [], present: launch.toolchain.libraries } as const;
  const options = { supply, maxExport: 24 * mebibyte };
  const trusting = new Verifier({ ...options, trustUnsoundKernels: true });
  const careful = new Verifier({ ...options, trustUnsoundKernels: false });
  const { signal } = new AbortController();
  const exports = new Map<string, Promise<Buffer>>();
  const elaboration = { supply, launch, principal: localPrincipal, maxExport: 24 * mebibyte, signal };
  const context = { ...elaboration, timeoutMs: 120_000 };
  const elaborate = async (
    text: string,
    names: { targets: readonly string[]; holes: readonly string[] },
  ): Promise<ElaboratedAnswer> => {
    const answer = await elaborateText({ part: 'statement', text, ...names }, context);
    if (answer.kind !== 'elaborated') throw new Error(`the statement is ${JSON.stringify(answer)}`);
    return answer;
  };
  const exportOf = async (text: string): Promise<Buffer> => (await elaborate(text, { targets: [], holes: [] })).export;
  return {
    launch,
    verify: async (
      { statement: text, submission, theoremNames, holes, allow, timeout },
      { trustUnsoundKernels = true } = {},
    ) =>
      await (trustUnsoundKernels ? trusting : careful).verify(
        {
          statement: { text, theoremNames, holes },
          submission,
          allowedAxioms: [...standardAxioms, ...allow],
          byAllKernels: usableKernels(launch.toolchain).length > 0,
          timeoutMs: timeout * 1000,
        },
        { launch, policy, principal: localPrincipal, signal },
      ),
    exports: async ({ statement, submission: text, theoremNames, holes }) => {
      const stated = await elaborate(statement, { targets: theoremNames, holes });
      const [targets, filled] = [stated.targets, stated.holes].map((list) => list.map(({ word }) => word));
      const wanted = { part: 'submission', text, targets: targets ?? [], holes: filled ?? [] } as const;
      const answer = await elaborateText(wanted, context);
      return answer.kind === 'elaborated' ? { statement: stated.export, submission: answer.export } : undefined;
    },
    exportOf,
    judge: async (statement, submission, timeoutMs) => {
      const known = exports.get(statement) ?? exportOf(statement);
      exports.set(statement, known);
      const judged = await judgeExport(
        { statement: await known, submission, modules: [], allowedAxioms: standardAxioms },
        { ...elaboration, timeoutMs },
      );
      return 'kind' in judged ? judged : judged.line;
    },
    [Symbol.asyncDispose]: async () => {
      await supply[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
    },
  };
}
