/* The package as a program has it that embeds it: packed, in a project of its own, with its own dependencies and no others. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { neededFolders, type LockedPackage } from '../../scripts/bundled-packages.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { programEnvironment, root } from './support/environment.ts';

const run = promisify(execFile);

interface Project extends AsyncDisposable {
  readonly path: string;
  /** Writes files and compiles them. @returns what the compiler says, nothing when all is well */
  compile(files: Readonly<Record<string, string>>): Promise<string>;
}

const project = shared(async (): Promise<Project> => {
  const folder = await temporaryFolder();
  const modules = path.join(folder.path, 'node_modules');
  const installed = path.join(modules, 'lean-docker-mcp');
  await mkdir(installed, { recursive: true });
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder.path];
  const { stdout } = await run('npm', packing, { cwd: root });
  await run('tar', ['-xzf', path.join(folder.path, stdout.trim()), '--strip-components=1', '-C', installed]);

  const { dependencies } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: object;
  };
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Record<string, LockedPackage>;
  };
  for (const name of neededFolders(Object.keys(dependencies), packages)) {
    // What lies within another package comes with it.
    if (name.lastIndexOf('node_modules/') > 0) continue;
    await mkdir(path.dirname(path.join(folder.path, name)), { recursive: true });
    await symlink(path.join(root, name), path.join(folder.path, name));
  }
  await writeFile(path.join(folder.path, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  return {
    path: folder.path,
    compile: async (files) => {
      const compilerOptions = {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        preserveSymlinks: true,
        types: [],
        checkJs: true,
      };
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder.path, name), text);
      const settings = { compilerOptions, files: Object.keys(files) };
      await writeFile(path.join(folder.path, 'tsconfig.json'), JSON.stringify(settings));
      const tsc = path.join(root, 'node_modules/typescript/lib/tsc.js');
      return await run(process.execPath, [tsc, '-p', folder.path]).then(
        () => '',
        (error: unknown) => (error as { readonly stdout: string }).stdout,
      );
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

const consumer = `
import { AppError, createApp, isSuccess, loadConfig, toStructured } from 'lean-docker-mcp';
import type {
  App, AttemptResult, Diagnostic, ExecutionResult, Goal, InspectionAnswer, Outcome, SessionDescription,
  SessionId, SessionOverview, Settings, StructuredResult,
} from 'lean-docker-mcp';

// What is meant for others, and nothing of how the program is wired.
export const members: Record<Exclude<keyof App, symbol>, true> = {
  service: true, sessions: true, proofs: true, report: true,
};

export async function check(code: string, env: Record<string, string | undefined>): Promise<StructuredResult> {
  const config = await loadConfig({ env, homeDir: '/home/ada' });
  const timeout: Settings['docker']['timeout'] = config.settings.docker.timeout;
  const app: App = createApp(config, { purpose: 'command' });
  const context = {
    signal: new AbortController().signal,
    onProgress: ({ message }: { readonly message: string }): void => console.log(message),
  };
  try {
    const result: ExecutionResult = await app.service.runCode({ code, args: [], stdin: '', timeoutMs: timeout }, context);
    const sessionId: SessionId | undefined = result.session?.sessionId;
    const described: SessionDescription | undefined = sessionId && (await app.sessions.describe(sessionId));
    const forked: SessionOverview | undefined = sessionId && (await app.sessions.fork(sessionId));
    const asked = await app.proofs.inspect({ code, position: { line: 1, column: 0 }, what: 'goal' }, context);
    const answer: InspectionAnswer | undefined = asked.outcome === 'completed' ? asked.answer : undefined;
    const target = { sorry: 1 };
    const tried = await app.proofs.tryTactics({ code, target, attempts: ['rfl'], attemptTimeoutMs: 1000 }, context);
    const attempts: readonly AttemptResult[] = tried.outcome === 'completed' ? tried.attempts : [];
    const goals: readonly Goal[] = attempts.flatMap((attempt) => attempt.goals.goals);
    const outcome: Outcome['outcome'] = result.outcome;
    const errors: Diagnostic[] = result.diagnostics.filter(({ severity }) => severity === 'error');
    console.log(outcome, errors, described, forked, answer, goals, isSuccess(result));
    return toStructured(result, app.report);
  } catch (error) {
    if (error instanceof AppError) console.log(error.code, error.hint);
    throw error;
  } finally {
    await app[Symbol.asyncDispose]();
  }
}
`;

describe('a program that embeds the package', () => {
  it('compiles in strict settings with nothing but the dependencies of the package, and so does the example', async () => {
    const example = await readFile(path.join(root, 'examples/embed.mjs'), 'utf8');
    expect(await project().compile({ 'consumer.ts': consumer, 'embed.mjs': example })).toBe('');
  });

  it('runs: the example does what its page says', async () => {
    const example = path.join(project().path, 'embed.mjs');
    await copyFile(path.join(root, 'examples/embed.mjs'), example);
    const page = await readFile(path.join(root, 'docs/embedding.md'), 'utf8');
    const [, told = ''] = /^It prints:\n\n```text\n(.*?)^```$/ms.exec(page) ?? [];
    const { stdout } = await run(process.execPath, [example], { env: programEnvironment() });
    expect(stdout).toBe(told);
  });
});
