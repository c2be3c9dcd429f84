/*
 * Finds out what the toolchain in an image can do, by trying it: in the same jail that tenant code gets, and through the
 * same code that will use it. What Lean says about itself is used for its names only, and for options that change nothing
 * that can be seen.
 */
import { AppError } from '../core/app-error.ts';
import { Deadline } from '../core/deadline.ts';
import { makeVisible } from '../core/visible-text.ts';
import { leanPath, leanSandbox, type LeanLaunch } from '../lean/lean-launch.ts';
import { LeanServer } from '../lean/lean-server.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { parseVersionLine, type VersionLine } from './lean-version.ts';
import { runCommand, type CommandRun } from './run-command.ts';

export interface ProbeOptions {
  readonly driver: SandboxDriver;
  /** The jail; its `toolchain` is what is to be found out. */
  readonly jail: Omit<LeanLaunch, 'toolchain'>;
  /** How long one answer may take, in milliseconds. */
  readonly answerLimitMs: number;
  /** Called before each step. */
  readonly onStep: (message: string, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const steps = 7;
const output: OutputLimits = { keepBytes: 16 * 1024, stopBytes: 1024 * 1024 };
/** Options that the program uses when it can. */
const wantedServerOptions = ['server.reportDelayMs'];
const question = '#eval 1\n';
const program = 'def main : IO Unit := IO.println "Hello"\n';

/** Names what lies on Lean's search path, one file name a line; constant text. */
const listLibraries =
  'IFS=:; for folder in ${LEAN_PATH:-} /opt/lean/lib/lean; do for file in "$folder"/*.olean; do [ -e "$file" ] && echo "${file##*/}"; done; done; true';

/**
 * Finds out what the toolchain can do.
 *
 * @throws AppError `image-build-failed` when Lean does not start, does not answer, or cannot run a program; what
 *   {@link SandboxDriver.start} throws; the signal's reason when it fires
 */
export async function probeToolchain(options: ProbeOptions): Promise<Toolchain> {
  const { onStep } = options;
  onStep('Asking Lean for its version', 0, steps);
  const { versionLine, ...names } = await probeVersion(options);
  onStep('Asking Lean for its options', 1, steps);
  const help = await run(options, [leanPath, '--help']);
  const bare: Toolchain = {
    ...names,
    versionLine,
    worker: true,
    json: false,
    serverOptions: [],
    incrLoad: /(?<!\S)--incr-load\b/.test(help.stdout + help.stderr),
    libraries: [],
  };
  onStep('Looking for libraries', 2, steps);
  const libraries = libraryNames((await run(options, ['/bin/sh', '-c', listLibraries])).stdout);
  onStep('Trying `lean --json`', 3, steps);
  const json = await takesJson(options);
  onStep('Trying the language server', 4, steps);
  const worker = await probeServer(options, bare);
  onStep('Trying options of the language server', 5, steps);
  const serverOptions: string[] = [];
  for (const option of wantedServerOptions) {
    if ((await serverFailure(options, { ...bare, worker, serverOptions: [option] })) === undefined)
      serverOptions.push(option);
  }
  const toolchain = { ...bare, worker, json, serverOptions, libraries };
  onStep('Running a program', 6, steps);
  await requireProgramRuns(options, toolchain);
  onStep('The image works', steps, steps);
  return toolchain;
}

async function probeVersion(options: ProbeOptions): Promise<VersionLine & { versionLine: string }> {
  const { exitCode, stdout, stderr } = await run(options, [leanPath, '--version']);
  const versionLine = makeVisible(stdout).split('\n')[0]?.trim() ?? '';
  const parsed = exitCode === 0 ? parseVersionLine(versionLine) : undefined;
  if (parsed === undefined) throw doesNotStart({ exitCode, stdout, stderr });
  const asked = (await run(options, [leanPath, '--githash'])).stdout.trim();
  const githash = /^[0-9a-f]{7,64}$/.test(asked) ? asked : parsed.githash;
  return { version: parsed.version, versionLine, ...(githash !== undefined && { githash }) };
}

function doesNotStart({ exitCode, stdout, stderr }: CommandRun): AppError {
  const said = makeVisible(`${stderr}${stdout}`).trim();
  const missing = /([\w.+-]+\.so[\w.]*)/.exec(/cannot open shared object file/.test(said) ? said : '')?.[1];
  return new AppError(
    'image-build-failed',
    `Lean does not start in the image: \`lean --version\` ended with ${describeExit(exitCode)}${said === '' ? '' : `:\n${said}`}`,
    {
      hint:
        missing === undefined
          ? 'Lean needs a base image with glibc, such as debian:bookworm-slim (`--base`); Alpine and other musl images do not do.'
          : `The base image lacks ${missing}: build one that has it, and name it with \`--base\`.`,
    },
  );
}

async function takesJson(options: ProbeOptions): Promise<boolean> {
  const { exitCode, stdout } = await run(options, [leanPath, '--json', '--stdin'], question);
  return exitCode === 0 && stdout.trim() !== '' && stdout.trim().split('\n').every(isJsonObject);
}

/** @returns whether `lean --worker` serves on its own; throws when `lean --server` does not serve either */
async function probeServer(options: ProbeOptions, toolchain: Toolchain): Promise<boolean> {
  if ((await serverFailure(options, toolchain)) === undefined) return true;
  const failure = await serverFailure(options, { ...toolchain, worker: false });
  if (failure === undefined) return false;
  throw new AppError('image-build-failed', `Lean’s language server gives no usable answer: ${failure}.`, {
    hint: 'Take a complete toolchain of Lean 4 (`lean --server` has to work), or give its sandboxes more memory.',
  });
}

/** What goes wrong when the server is asked a question; `undefined` when it answers it. */
async function serverFailure(options: ProbeOptions, toolchain: Toolchain): Promise<string | undefined> {
  using deadline = new Deadline(options.answerLimitMs, options.signal);
  const launch: LeanLaunch = { ...options.jail, toolchain };
  await using server = await start(options, () => LeanServer.start(options.driver, launch, output, options.signal));
  const { end, detail, diagnostics } = await server.elaborate(question, deadline);
  options.signal?.throwIfAborted();
  if (end === 'finished' && diagnostics.some(({ message }) => message.trim() === '1')) return undefined;
  const said = [detail, ...diagnostics.map(({ message }) => message), server.takeOutput().stderr.text];
  return makeVisible(
    [`it ${end === 'finished' ? 'answered something else' : end}`, ...said.filter(Boolean)].join('; '),
  ).trim();
}

async function requireProgramRuns(options: ProbeOptions, toolchain: Toolchain): Promise<void> {
  using deadline = new Deadline(options.answerLimitMs, options.signal);
  const launch: LeanLaunch = { ...options.jail, toolchain };
  await using sandbox = await start(options, () =>
    ProgramSandbox.start(options.driver, launch, output, options.signal),
  );
  const { end, exitCode, stdout, stderr } = await sandbox.run({ source: program, args: [], stdin: '' }, deadline);
  options.signal?.throwIfAborted();
  if (end === 'finished' && exitCode === 0 && stdout.text === 'Hello\n') return;
  const said = makeVisible(`${stdout.text}${stderr.text}`).trim();
  throw new AppError(
    'image-build-failed',
    `A program does not run in the image (${end}, ${describeExit(exitCode)}):\n${said}`,
    {
      hint: 'The base image needs /usr/bin/perl (Debian’s images have it), which starts programs.',
    },
  );
}

async function run(options: ProbeOptions, command: readonly string[], stdin?: string): Promise<CommandRun> {
  using deadline = new Deadline(options.answerLimitMs, options.signal);
  const launch: LeanLaunch = { ...options.jail, toolchain: unknownToolchain };
  const result = await start(options, () =>
    runCommand(options.driver, leanSandbox(launch, command, 'probe'), { stdin, deadline, signal: options.signal }),
  );
  options.signal?.throwIfAborted();
  return result;
}

/** What the image cannot do shows when a sandbox is made of it, too, for instance when a program is missing. */
async function start<Result>(options: ProbeOptions, making: () => Promise<Result>): Promise<Result> {
  try {
    return await making();
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof AppError) || error.code !== 'engine-failed') throw error;
    throw new AppError('image-build-failed', `The image cannot be used: ${error.message}`, {
      hint: 'The base image needs glibc, sh and /usr/bin/perl, as debian:bookworm-slim has them (`--base`).',
      cause: error,
    });
  }
}

/** Stands where a launch wants a toolchain and does not use it. */
const unknownToolchain: Toolchain = {
  version: '',
  versionLine: '',
  worker: false,
  json: false,
  serverOptions: [],
  incrLoad: false,
  libraries: [],
};

/** Library roots from the names of their `.olean` files. */
function libraryNames(listing: string): string[] {
  const names = listing.split('\n').flatMap((line) => /^([\p{L}_][\p{L}\p{N}_'!?]*)\.olean$/u.exec(line)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function describeExit(exitCode: number | undefined): string {
  return exitCode === undefined ? 'no exit code (it was stopped)' : `exit code ${exitCode}`;
}
