/* What the protocol's own people check of a server, on the built program; and their inspector as a client. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asVariables, program, programEnvironment } from './support/environment.ts';
import { serveHttp } from './support/http-server.ts';

const root = path.join(import.meta.dirname, '..', '..');
const packages = path.join(root, 'node_modules', '@modelcontextprotocol');
const ofTests = path.join(root, 'test', 'conformance');

const server = shared(() => serveHttp());

/** Runs a program of Node to its end. */
async function run(args: readonly string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
  const env = programEnvironment(asVariables({ POOL_SIZE: '0' }));
  return await new Promise((resolve) => {
    execFile(process.execPath, [...args], { env, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, output: exitCode === 0 ? stdout : stdout + stderr });
    });
  });
}

it.each(['2025-11-25', '2026-07-28'])('everything that %s asks of a server with these features', async (revision) => {
  await using results = await temporaryFolder();
  const { exitCode, output } = await run([
    ...['--import', path.join(ofTests, 'node20-shim.mjs')],
    path.join(packages, 'conformance', 'dist', 'index.js'),
    ...['server', '--url', server().url.href, '--requirements', revision, '-o', results.path],
    ...['--expected-failures', path.join(ofTests, `baseline-${revision}.yml`)],
  ]);
  expect(exitCode, output.slice(output.indexOf('=== SUMMARY'))).toBe(0);
});

describe.each(['stdio', 'legacy', 'modern'] as const)('the inspector (%s)', (way) => {
  const inspect = async (...args: string[]) => {
    // It gives programs that it starts hardly any of its own environment.
    const wanted = Object.entries(programEnvironment(asVariables({ POOL_SIZE: '0' })));
    const variables = wanted.filter(([name]) => /^(?:LEAN_|DOCKER_)/.test(name));
    const given = variables.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const target = way === 'stdio' ? [process.execPath, program, ...given] : [server().url.href, '--protocol-era', way];
    const cli = path.join(root, 'node_modules', '.bin', 'mcp-inspector');
    return await run([cli, '--cli', ...target, '--format', 'json', ...args]);
  };

  it('finds the tools, with schemas that any client can use', async () => {
    const { exitCode, output } = await inspect('--method', 'tools/list', '--strict');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('"execute-lean"');
  });

  it('calls a tool', async () => {
    const code = JSON.stringify({ code: 'example : 1 + 1 = 2 := rfl' });
    const { exitCode, output } = await inspect(
      ...['--method', 'tools/call', '--tool-name', 'execute-lean', '--tool-args-json', code],
    );
    expect(exitCode, output).toBe(0);
    expect(output).toContain('"status":"success"');
  });

  it('hears when a tool fails', async () => {
    const { exitCode } = await inspect(
      ...['--method', 'tools/call', '--tool-name', 'describe-session', '--tool-args-json', '{"session_id":"x"}'],
    );
    expect(exitCode).toBe(5);
  });
});
