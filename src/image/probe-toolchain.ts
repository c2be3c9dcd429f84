/*
 * Finds out what the toolchain in an image can do, by trying it: in the same jail that tenant code gets, and through the
 * same code that will use it. What Lean says about itself is used for its names only, and for options that change nothing
 * that can be seen.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { makeVisible } from '../core/visible-text.ts';
import { elaboratorPath, leanPath } from '../lean/lean-launch.ts';
import { detailOf, isCut } from '../lean/lean.ts';
import {
  checkerVersion,
  elaboratorProtocol,
  type OtherKernel,
  type Toolchain,
  type TriedKernel,
} from '../lean/toolchain.ts';
import { elaboratorMissingPath, verifierMissingPath } from './dockerfile.ts';
import { verifierPath } from '../verify/verifier-sandbox.ts';
import { parseVersionLine, type VersionLine } from './lean-version.ts';
import { describeExit, ProbeJail, type ProbeJailOptions } from './probe-jail.ts';
import type { CommandRun } from './run-command.ts';

export interface ProbeOptions extends ProbeJailOptions {
  /** The kernels in the image that are not Lean's own. */
  readonly kernels?: readonly OtherKernel[];
  /** Called before each step. */
  readonly onStep: (message: string, done: number, total: number) => void;
}

const steps = 8;
/** Options that the program uses when it can. */
const wantedServerOptions = ['server.reportDelayMs'];
/** In a label, in UTF-16 units. */
const maxReason = 1500;
const notSeen = 'its files could not be looked at';
const question = '#eval 1\n';
const program = 'def main : IO Unit := IO.println "Hello"\n';

/** Prints why the image lacks something, from the file that says so; nothing when it is there. Of constants of ours only. */
function whyMissing(isThere: string, reasonFile: string): string {
  return `[ ${isThere} ] || tr -d '\\000' < ${reasonFile} 2> /dev/null || echo 'the image has none'`;
}

/** Between what {@link lookAround} prints about one thing and about the next: in no name of a file, and taken out of reasons. */
const nextThing = '\0';
const printNextThing = String.raw`printf '\000'`;

/**
 * Names what lies on Lean's search path, one file or folder a line: compiled modules, and folders with some anywhere below.
 * Then says why the elaborator is missing, and why the verifier is, if so. Constant text.
 */
const lookAround = `
IFS=:
for folder in \${LEAN_PATH:-} /opt/lean/lib/lean; do
  for file in "$folder"/*.olean; do [ -e "$file" ] && echo "\${file##*/}"; done
  for inner in "$folder"/*/; do
    [ -n "$(find "$inner" -name '*.olean' -print -quit 2>/dev/null)" ] && inner=\${inner%/} && echo "\${inner##*/}/"
  done
done
${printNextThing}
${whyMissing(`-x ${elaboratorPath}`, elaboratorMissingPath)}
${printNextThing}
${whyMissing(`-x ${verifierPath}`, verifierMissingPath)}
true`;

/**
 * Finds out what the toolchain can do.
 *
 * @throws AppError `image-build-failed` when Lean does not start, does not answer, or cannot run a program; what
 *   {@link SandboxDriver.start} throws; the signal's reason when it fires
 */
export async function probeToolchain(options: ProbeOptions): Promise<Toolchain> {
  const { onStep } = options;
  const jail = new ProbeJail(options);
  onStep('Asking Lean for its version', 0, steps);
  const { versionLine, ...names } = await probeVersion(jail);
  const bare: Toolchain = {
    ...names,
    versionLine,
    worker: true,
    serverOptions: [],
    libraries: [],
  };
  onStep('Looking for libraries', 1, steps);
  const seen = (await jail.run(['/bin/sh', '-c', lookAround])).stdout.split(nextThing);
  const [listing = '', elaboratorMissing = notSeen, verifierMissing = notSeen] = seen;
  const libraries = libraryNames(listing);
  onStep('Trying the language server', 2, steps);
  const worker = await probeServer(jail, bare);
  onStep('Trying options of the language server', 3, steps);
  const serverOptions: string[] = [];
  for (const option of wantedServerOptions) {
    if ((await serverFailure(jail, { ...bare, worker, serverOptions: [option] })) === undefined)
      serverOptions.push(option);
  }
  const served = { ...bare, worker, serverOptions, libraries };
  onStep('Running a program', 4, steps);
  await requireProgramRuns(jail, served);
  onStep('Trying the elaborator', 5, steps);
  const elaborator = await probeCompiled(elaboratorMissing, () => jail.elaboratorFailure(served), {
    kind: 'compiled',
    protocol: elaboratorProtocol,
  } as const);
  onStep('Trying to list declarations', 6, steps);
  const withIndex = elaborator.kind === 'compiled' && (await listsDeclarations(jail));
  onStep('Trying the verifier', 7, steps);
  const verifier = await probeCompiled(verifierMissing, () => jail.verifierFailure(served), {
    kind: 'compiled',
    version: checkerVersion,
  } as const);
  const kernels: TriedKernel[] = [];
  for (const name of options.kernels ?? []) {
    onStep(`Trying the kernel ${name}`, 7, steps);
    kernels.push(await probeKernel(jail, name));
  }
  onStep('The image works', steps, steps);
  const triedKernels = kernels.length === 0 ? {} : { kernels };
  return { ...served, elaborator: withIndex ? { ...elaborator, index: true } : elaborator, verifier, ...triedKernels };
}

/** Whether a kernel accepts what it must, and nothing that it must not: some would accept all that they do not understand. */
async function probeKernel(jail: ProbeJail, name: OtherKernel): Promise<TriedKernel> {
  const { exitCode, stdout, stderr } = await jail.run([verifierPath, 'try-kernel', name]);
  const [, accepts, refuses] = /^accepts (\d+) (?:true|false)\nrefuses (\d+) (?:true|false)\n$/.exec(stdout) ?? [];
  const isRight = exitCode === 0 && accepts === '0' && refuses !== undefined && refuses !== '0';
  if (isRight) return { name };
  const said = `${describeExit(exitCode)}: ${stdout}${stderr}`;
  return { name, flaw: makeVisible(`it does not pass its test: ${said.trim()}`).slice(0, maxReason) };
}

/** Whether the elaborator lists what a module declares: to its end, and something that every Lean has. */
async function listsDeclarations(jail: ProbeJail): Promise<boolean> {
  const { exitCode, stdout } = await jail.run([elaboratorPath, 'index', 'Init.Prelude']);
  return exitCode === 0 && stdout.startsWith('lean-docker-mcp-index ') && stdout.endsWith('\nend\n');
}

async function probeVersion(jail: ProbeJail): Promise<VersionLine & { versionLine: string }> {
  const { exitCode, stdout, stderr } = await jail.run([leanPath, '--version']);
  const versionLine = makeVisible(stdout).split('\n')[0]?.trim() ?? '';
  const parsed = exitCode === 0 ? parseVersionLine(versionLine) : undefined;
  if (parsed === undefined) throw doesNotStart({ exitCode, stdout, stderr });
  const asked = (await jail.run([leanPath, '--githash'])).stdout.trim();
  const githash = /^[0-9a-f]{7,64}$/.test(asked) ? asked : parsed.githash;
  return { version: parsed.version, versionLine, ...(githash !== undefined && { githash }) };
}

function doesNotStart({ exitCode, stdout, stderr }: CommandRun): AppError {
  const said = makeVisible(`${stderr}${stdout}`).trim();
  const words = said.includes('cannot open shared object file') ? said.split(/[^\w.+-]/) : [];
  const missing = words.flatMap((word) => /^[\w.+-]+\.so[\w.]*/.exec(word)?.[0] ?? [])[0];
  return new AppError(
    failures['image-build-failed'].leanDoesNotStart({ missing }),
    `Lean does not start in the image: \`lean --version\` ended with ${describeExit(exitCode)}${said === '' ? '' : `:\n${said}`}`,
  );
}

/** @returns whether `lean --worker` serves on its own; throws when `lean --server` does not serve either */
async function probeServer(jail: ProbeJail, toolchain: Toolchain): Promise<boolean> {
  if ((await serverFailure(jail, toolchain)) === undefined) return true;
  const failure = await serverFailure(jail, { ...toolchain, worker: false });
  if (failure === undefined) return false;
  const { stderr } = await jail.run([leanPath, '--server']);
  const said = makeVisible(stderr).trim();
  throw new AppError(
    failures['image-build-failed'].languageServerUnusable,
    `Lean’s language server gives no usable answer: ${failure}.${said === '' ? '' : `\n${said}`}`,
  );
}

/** What goes wrong when the server is asked a question; `undefined` when it answers it. */
async function serverFailure(jail: ProbeJail, toolchain: Toolchain): Promise<string | undefined> {
  const elaboration = await jail.elaborate(toolchain, question);
  if (isCut(elaboration)) return detailOf(elaboration) ?? `it ended as ${elaboration.end}`;
  const { diagnostics } = elaboration;
  if (diagnostics.some(({ message }) => message.trim() === '1')) return undefined;
  return makeVisible(`it answered ${JSON.stringify(diagnostics.map(({ message }) => message))}`);
}

async function requireProgramRuns(jail: ProbeJail, toolchain: Toolchain): Promise<void> {
  const run = await jail.runProgram(toolchain, program);
  const { end, stdout, stderr } = run;
  const exitCode = isCut(run) ? undefined : run.exitCode;
  if (end === 'finished' && exitCode === 0 && stdout.text === 'Hello\n') return;
  const said = makeVisible(`${stdout.text}${stderr.text}`).trim();
  throw new AppError(
    failures['image-build-failed'].programDoesNotRun,
    `A program does not run in the image (${end}, ${describeExit(exitCode)}):\n${said}`,
  );
}

/**
 * Tries something out that was compiled for the toolchain. An image without it serves as well; so nothing about it fails the
 * build.
 *
 * @param missing why it is not there; empty when it is
 * @param failure what is wrong with it, if anything
 */
async function probeCompiled<Compiled>(
  missing: string,
  failure: () => Promise<string | undefined>,
  compiled: Compiled,
): Promise<Compiled | { readonly kind: 'none'; readonly reason: string }> {
  const reason = makeVisible(missing).trim();
  if (reason !== '') return { kind: 'none', reason };
  // Twice: what is found stays in the label, and an engine may fail at what an image can do.
  const flaw = (await failure()) === undefined ? undefined : await failure();
  if (flaw === undefined) return compiled;
  return { kind: 'none', reason: makeVisible(`it does not pass its test: ${flaw}`).slice(0, maxReason) };
}

/** Library roots from the names of their `.olean` files, and of folders. */
function libraryNames(listing: string): string[] {
  const root = /^([\p{L}_][\p{L}\p{N}_'!?]*)(?:\.olean|\/)$/u;
  const names = listing.split('\n').flatMap((line) => root.exec(line)?.[1] ?? []);
  // Ours, and nothing that anybody should import.
  return [...new Set(names)].filter((name) => name !== 'Verifier').sort();
}
