/* The command table. Each command's code is loaded when it is used. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { packageVersion } from '../app/package-version.ts';
import { clientNames } from '../clients/client.ts';
import { defaultServerName } from '../clients/server-entry.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { FlagValue } from '../config/sources.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { parseBytes } from '../core/bytes.ts';
import { findLimits } from '../execution/find-service.ts';
import { askedKernels } from '../execution/verify-service.ts';
import { declarationKinds } from '../finding/declaration-kinds.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodeHelp } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { printError } from './print-error.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
/** What starts this program, beside this file. */
const mainFile = fileURLToPath(new URL('main.js', import.meta.url));

interface CommonOptions {
  readonly config?: string | undefined;
  readonly debug?: true | undefined;
}

async function configure({ config, debug }: CommonOptions, flags: readonly FlagValue[] = []): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load-config.ts');
  const debugFlag: FlagValue = { flag: '--debug', key: 'debug', value: debug };
  return await loadConfig({ configPath: config, env: process.env, homeDir: homedir(), flags: [debugFlag, ...flags] });
}

async function tokensFile(options: CommonOptions): Promise<string> {
  return (await configure(options)).settings.http.tokens_file;
}

/** Does the work of a command, and ends the process with the exit code that it returns. */
async function withInterruption(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  using interruption = new Interruption();
  process.exitCode = await work(interruption.signal);
}

/** The same with an app, whose containers are gone before the process ends. */
async function withApp(
  config: LoadedConfig,
  purpose: 'server' | 'command',
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  const { wireApp } = await import('../app/wire-app.ts');
  await withInterruption(async (signal) => {
    await using app = wireApp(config, { purpose });
    return await work({ app, terminal, signal });
  });
}

function sizeArgument(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError('Expected a size such as 512m or 4g.');
  return bytes;
}

/** `serve` goes without saying; the parser's own default command would take a mistyped command for its argument. */
function withCommand(args: readonly string[]): string[] {
  const [first] = args;
  const isServe =
    first === undefined || (first.startsWith('-') && !['-h', '--help', '-V', '--version'].includes(first));
  return isServe ? ['serve', ...args] : [...args];
}

function modeArgument(text: string): number {
  if (!/^[0-7]{3}$/.test(text)) throw new InvalidArgumentError('Expected three digits such as 660 or 666.');
  return Number.parseInt(text, 8);
}

function serverNameArgument(text: string): string {
  if (!/^[\w-]{1,64}$/.test(text)) throw new InvalidArgumentError('Expected up to 64 letters, digits, - and _.');
  return text;
}

/** What a project's result can be written as. */
const projectFormats = ['text', 'json', 'sarif', 'junit'] as const;

/** @throws AppError `usage` for a flag that means nothing for what is checked */
function requireFitting(isProject: boolean, options: Readonly<Record<string, unknown>>): void {
  const others = isProject ? ['out', 'header', 'isolation'] : ['format', 'target', 'watch'];
  const flag = others.find((name) => options[name] !== undefined);
  if (flag === undefined) return;
  const what = isProject ? 'texts, and a folder was given' : 'the folder of a project, and files were given';
  throw new AppError(failures.usage.flagOfOtherCheck, `--${flag} is for ${what}.`);
}

const configFlag = ['--config <file>', 'read this configuration file'] as const;
const debugFlag = ['--debug', 'log details to stderr'] as const;
const environmentFlag = [
  '--environment <name>',
  'the environment of the configuration to use; without it the first',
] as const;

const program = new Command('lean-docker-mcp')
  .description('Runs Lean 4 for AI agents, in locked-down throw-away containers.')
  .version(packageVersion())
  .configureHelp({ showGlobalOptions: true })
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText('after', `\n${exitCodeHelp}\n\nExample:\n  lean-docker-mcp run examples/hello.lean`);

program
  .command('serve')
  .description('serve the Model Context Protocol on stdin and stdout (the default), or over HTTP')
  .option('--http <address>', 'serve over HTTP on [HOST:]PORT; without HOST, to this machine only')
  .option('--queue <servers>', 'give batches over HTTP to the queue on these servers of NATS: nats://HOST:PORT')
  .option('--work <servers>', 'take checks from the queue on these servers of NATS')
  .option('--sessions <servers>', 'keep sessions on these servers of NATS, for every server that has the same')
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    '\nExamples:\n  lean-docker-mcp serve --config ./lean.yaml\n  lean-docker-mcp serve --http 8000\n  lean-docker-mcp serve --work nats://queue.example.org',
  )
  .action(async (options) => {
    const { serve } = await import('./commands/serve.ts');
    const flags: FlagValue[] = [
      { flag: '--http', key: 'http.listen', value: options.http },
      { flag: '--queue', key: 'nats.queue', value: options.queue },
      { flag: '--work', key: 'nats.work', value: options.work },
      { flag: '--sessions', key: 'nats.sessions', value: options.sessions },
    ];
    const config = await configure(options, flags);
    await withApp(config, 'server', ({ app, signal }) => serve(app, config.settings, signal));
  });

program
  .command('run')
  .description('run one Lean file in a fresh sandbox')
  .argument('<file>', 'the Lean file, or - for standard input')
  .argument('[args...]', 'arguments for main, after --')
  .option('--json', 'print the structured result of the tool execute-lean')
  .option('--stdin <file>', 'standard input for main; - passes on our own')
  .option('--timeout <seconds>', 'limit of the run time')
  .option(...environmentFlag)
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText('after', '\nExample:\n  lean-docker-mcp run sort.lean --timeout 5 --stdin numbers.txt -- --descending')
  .action(async (file, args, options) => {
    const { runFile } = await import('./commands/run.ts');
    const timeout: FlagValue = { flag: '--timeout', key: 'docker.timeout', value: options.timeout };
    await withApp(await configure(options, [timeout]), 'command', (context) => runFile(file, args, options, context));
  });

program
  .command('check')
  .description('check a project, or many Lean texts, each in a fresh sandbox')
  .argument(
    '[files...]',
    'the folder of a project (default: this one); or Lean files, or - for JSON objects with id and code, one a line, on standard input',
  )
  .addOption(new Option('--format <format>', 'of a project: how its result is written').choices(projectFormats))
  .option('--target <module...>', 'of a project: check these modules and what they import')
  .option('--watch', 'of a project: check again what a saved file changes')
  .option('--jobs <number>', 'how many are checked at a time')
  .option('--out <file>', 'write the results to this file, one JSON object a line; - for standard output')
  .option('--header <text>', 'what goes before each text, such as "import Lean"')
  .addOption(
    new Option('--isolation <how>', 'item: a sandbox for each; batch: shared, which is faster').choices([
      'item',
      'batch',
    ] as const),
  )
  .option('--timeout <seconds>', 'limit of the run time of each')
  .option(...environmentFlag)
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    '\nExamples:\n  lean-docker-mcp check --watch\n  lean-docker-mcp check proofs/*.lean\n  lean-docker-mcp check --jobs 8 --out results.ndjson - < proofs.ndjson',
  )
  .action(async (files, options) => {
    const [{ checkFiles }, { checkProjectFolder, isFolder }] = await Promise.all([
      import('./commands/check.ts'),
      import('./commands/check-project.ts'),
    ]);
    const [folder = '.', second] = files;
    const isProject = second === undefined && (await isFolder(folder));
    requireFitting(isProject, options);
    const flags: FlagValue[] = [
      { flag: '--timeout', key: 'docker.timeout', value: options.timeout },
      { flag: '--jobs', key: 'docker.max_concurrent_calls', value: options.jobs },
    ];
    await withApp(await configure(options, flags), 'command', (context) =>
      isProject ? checkProjectFolder(folder, options, context) : checkFiles(files, options, context),
    );
  });

program
  .command('verify')
  .description('verify that a submission proves a statement, in containers that it cannot influence')
  .argument('[statement]', 'a Lean file with sorry for what is to be proved')
  .argument('[submission]', 'the Lean file that is said to prove it')
  .option('--json', 'print the structured result of the tool verify-lean')
  .option('--theorem <name...>', 'the theorems to prove; without it those that the statement leaves open')
  .option('--hole <name...>', 'definitions that the submission may fill in')
  .option('--project <folder>', 'a folder with files that both can import, trusted as the statement is')
  .option('--axiom <name...>', 'the axioms that are allowed, instead of those of Lean’s own library')
  .addOption(
    new Option('--kernels <which>', 'who has to accept the proof: Lean’s kernel, or all that the image has').choices(
      askedKernels,
    ),
  )
  .option('--timeout <seconds>', 'limit of each step')
  .option(...environmentFlag)
  .option('--receipt <file>', 'check a receipt; with both files, verify again and compare')
  .option(
    '--public-key [file]',
    'with --receipt, the key that signed it; alone, print the key that belongs to verify.signing_key',
  )
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    '\nExamples:\n  lean-docker-mcp verify statement.lean proof.lean\n  lean-docker-mcp verify --receipt receipt.json --public-key key.pem',
  )
  .action(async (statement, submission, options) => {
    const { verifyCommand } = await import('./commands/verify-command.ts');
    const timeout: FlagValue = { flag: '--timeout', key: 'docker.timeout', value: options.timeout };
    const config = await configure(options, [timeout]);
    await verifyCommand({ statement, submission, options, config, terminal }, (work) =>
      withApp(config, 'command', work),
    );
  });

program
  .command('find')
  .description('find declarations in the libraries of the sandbox image')
  .argument('<query...>', 'parts of a name, words of its documentation, constants, or a conclusion with _')
  .addOption(new Option('--kind <kind>', 'only these').choices(declarationKinds))
  .option('--module <name>', 'only what this module declares, and those below it')
  .option('--limit <number>', `how many are shown; ${findLimits.usual} without it, ${findLimits.most} at most`)
  .option('--json', 'print the structured result of the tool find-declarations')
  .option(...environmentFlag)
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    "\nExamples:\n  lean-docker-mcp find add comm --kind theorem\n  lean-docker-mcp find '_ + _ = _ + _'",
  )
  .action(async (query, options) => {
    const { findInLibraries } = await import('./commands/find.ts');
    await withApp(await configure(options), 'command', (context) => findInLibraries(query, options, context));
  });

program
  .command('init')
  .description('tell an MCP client about this server; shows the change and asks before it is made')
  .addArgument(new Argument('<client>', 'the client').choices(clientNames))
  .option('--project', 'for the project in this folder, instead of all projects')
  .option('--name <name>', 'the name that the server gets in the client', serverNameArgument, defaultServerName)
  .option('--env <variable...>', 'give the server NAME=VALUE, or NAME with its value in this shell')
  .option('--file <file>', 'change this file of the client instead of the usual one')
  .option('--print', 'print what to put in, and change nothing')
  .option('--absolute', 'start the server by absolute paths, for clients that do not find npx')
  .option('--yes', 'do not ask')
  .addHelpText(
    'after',
    '\nExamples:\n  lean-docker-mcp init claude-desktop\n  lean-docker-mcp init codex\n  lean-docker-mcp init vscode --project --yes',
  )
  .action(async (client, options) => {
    const [{ init }, { ask }] = await Promise.all([import('./commands/init.ts'), import('./ask.ts')]);
    const machine = { platform: process.platform, homeDir: homedir(), env: process.env };
    const installation = {
      platform: process.platform,
      node: process.execPath,
      main: mainFile,
      npm: process.env['npm_execpath'],
      exists: existsSync,
    };
    await withInterruption((signal) =>
      init(client, options, { machine, installation, terminal, ask: (question) => ask(question, signal) }),
    );
  });

program
  .command('skill')
  .description('print a SKILL.md that teaches an agent to use this server')
  .addHelpText('after', '\nExample:\n  lean-docker-mcp skill > .claude/skills/lean-docker-mcp/SKILL.md')
  .action(async () => {
    const { skill } = await import('../mcp/skill.ts');
    terminal.out(skill);
  });

const image = program.command('image').description('build, list and remove sandbox images');

image
  .command('build')
  .description('build a sandbox image from a Lean toolchain')
  .option('--toolchain-dir <dir>', 'the toolchain to use: a folder with bin/lean')
  .option('--lean-version <version>', 'the Lean release to use, for instance 4.27.0')
  .option('--base <image>', 'the image to build on')
  .option('--tag <tag>', 'the name that the image gets')
  .option(
    '--with <package...>',
    'compile it in: mathlib, OWNER/REPO of GitHub or an address, with @REVISION, or ./folder',
  )
  .option('--compile', 'with --with: compile Mathlib, for hours, where its cache has nothing')
  .option('--network <name>', 'with --with: the network of the engine that the builder gets')
  .option('--checkers', 'put in the kernels that the toolchain brings besides Lean’s own, for verify --kernels all')
  .option('--name <environment>', 'the environment of the configuration whose image it is; without it the first')
  .option('--no-list', 'leave listing what its libraries declare to the first call that looks for something')
  .option('--memory-hint <size>', 'memory that its sandboxes should have, for instance 8g for Mathlib', sizeArgument)
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    '\nExamples:\n  lean-docker-mcp image build --lean-version 4.27.0\n  lean-docker-mcp image build --with mathlib',
  )
  .action(async (options) => {
    const { buildImage } = await import('./commands/image-build.ts');
    const flags: FlagValue[] = [
      { flag: '--toolchain-dir', key: 'docker.toolchain_dir', value: options.toolchainDir },
      { flag: '--base', key: 'docker.base_image', value: options.base },
      { flag: '--tag', key: 'docker.image', value: options.tag },
    ];
    const config = await configure(options, flags);
    await withInterruption((signal) => buildImage(options, config, terminal, signal));
  });

image
  .command('list')
  .description('list the sandbox images on the engine')
  .option('--json', 'print them as JSON')
  .addHelpText('after', '\nExample:\n  lean-docker-mcp image list')
  .action(async (options) => {
    const { listSandboxImages } = await import('./commands/image-list.ts');
    await withInterruption(() => listSandboxImages(options, terminal));
  });

image
  .command('remove')
  .description('remove a sandbox image from the engine')
  .argument('<image>', 'its name or id')
  .addHelpText('after', '\nExample:\n  lean-docker-mcp image remove lean-docker-mcp:latest')
  .action(async (name) => {
    const { removeSandboxImage } = await import('./commands/image-remove.ts');
    await withInterruption(() => removeSandboxImage(name, terminal));
  });

const token = program.command('token').description('make and revoke the tokens that callers of serve --http need');

token
  .command('add')
  .description('make a token and print it, for the only time')
  .argument('<name>', 'who gets it: sessions and quotas are by name')
  .option(...configFlag)
  .addHelpText('after', '\nExample:\n  lean-docker-mcp token add ada')
  .action(async (name, options) => {
    const { addToken } = await import('./commands/token.ts');
    process.exitCode = await addToken(name, await tokensFile(options), terminal);
  });

token
  .command('list')
  .description('list for whom there are tokens')
  .option(...configFlag)
  .addHelpText('after', '\nExample:\n  lean-docker-mcp token list')
  .action(async (options) => {
    const { listTokens } = await import('./commands/token.ts');
    process.exitCode = await listTokens(await tokensFile(options), terminal);
  });

token
  .command('revoke')
  .description('make a token worthless, also for a server that runs')
  .argument('<name>', 'whose it is')
  .option(...configFlag)
  .addHelpText('after', '\nExample:\n  lean-docker-mcp token revoke ada')
  .action(async (name, options) => {
    const { revokeToken } = await import('./commands/token.ts');
    process.exitCode = await revokeToken(name, await tokensFile(options), terminal);
  });

program
  .command('engine-proxy')
  .description('give servers a socket of the Docker engine that is good for sandboxes and nothing else')
  .requiredOption('--listen <socket>', 'the Unix socket to make')
  .option('--mode <mode>', 'who may use it, as chmod takes it', modeArgument, 0o660)
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText(
    'after',
    '\nExample:\n  lean-docker-mcp engine-proxy --listen /run/lean/docker.sock\n  DOCKER_HOST=unix:///run/lean/docker.sock lean-docker-mcp serve --http 8000',
  )
  .action(async (options) => {
    const { proxyEngine } = await import('./commands/engine-proxy.ts');
    const config = await configure(options);
    await withInterruption((signal) => proxyEngine(options, config, signal));
  });

program
  .command('doctor')
  .description('check everything that running Lean needs, and say what to do about what is missing')
  .option('--attack', 'attack this installation from within sandboxes, and see whether each attack is contained')
  .option('--json', 'print the checks as JSON')
  .option(...configFlag)
  .option(...debugFlag)
  .addHelpText('after', '\nExample:\n  lean-docker-mcp doctor --attack')
  .action(async (options) => {
    if (options.attack === true) {
      const { doctorAttack } = await import('./commands/doctor-attack.ts');
      const config = await configure(options);
      await withInterruption((signal) => doctorAttack(options, config, terminal, signal));
      return;
    }
    const { doctor } = await import('./commands/doctor.ts');
    await withInterruption((signal) => doctor(options, () => configure(options), terminal, signal));
  });

try {
  await program.parseAsync(withCommand(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  process.exitCode = printError(error, terminal, process.argv.includes('--debug'));
}
// A request that the engine never answers would keep the process alive; with nothing left to wait for it ends before.
setTimeout(() => process.exit(), 1000).unref();
