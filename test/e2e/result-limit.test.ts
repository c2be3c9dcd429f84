/* Results that would be too long for a client: what they show, what they count, and where the rest can be read. */
import type { CallToolResult } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { programText } from './support/programs.ts';
import type { TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();
const numbers = { code: programText('main-shell'), args: ['seq 9000'] };
const lastOfAll = Array.from({ length: 9000 }, (_, index) => `${index + 1}\n`).join('');

function sizeOf({ content, structuredContent }: CallToolResult): number {
  return Buffer.byteLength(JSON.stringify({ content, structuredContent }));
}

async function read({ client }: TestServer, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return contents.map((content) => ('text' in content ? content.text : '')).join('');
}

describe('a result that is too long', () => {
  it('takes 20 kB as data and text together, and can be read as a whole', async () => {
    const answer = await server().call('execute-lean', numbers);
    expect(sizeOf(answer)).toBeLessThanOrEqual(20_000);
    const { stdout = '', truncated, full_result: uri = '' } = await server().execute(numbers);
    const shown = stdout.replace(/\n\[… \d+ bytes left out …\]\n/, '');
    expect(stdout).toMatch(/^1\n2\n3\n[^]*\n8999\n9000\n$/);
    expect(truncated).toEqual({ stdout_bytes: lastOfAll.length - shown.length });
    expect(uri).toMatch(/^lean-result:\/\/[\da-f-]{36}$/);
    expect(JSON.parse(await read(server(), uri))).toMatchObject({ status: 'success', stdout: lastOfAll, exit_code: 0 });
  });

  it('can be read a page at a time', async () => {
    const { full_result: uri = '' } = await server().execute(numbers);
    const first = await read(server(), `${uri}/1`);
    const count = Number(/^\[Page 1 of (\d+)\]\n/.exec(first)?.[1]);
    expect(count).toBeGreaterThan(1);
    const pages = await Promise.all(
      Array.from({ length: count }, async (_, index) => await read(server(), `${uri}/${index + 1}`)),
    );
    for (const page of pages) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(20_000 + 100);
    expect(pages.map((page) => page.replace(/^.*\n/, '')).join('')).toContain(lastOfAll);
    await expect(read(server(), `${uri}/${count + 1}`)).rejects.toThrow(`pages 1 to ${count}`);
  });

  it('of messages shows the errors, and has the others in the whole', async () => {
    const evals = Array.from({ length: 60 }, (_, i) => `#eval "message ${i} ${'x'.repeat(1000)}"\n`).join('');
    const {
      diagnostics = [],
      truncated,
      full_result: uri = '',
    } = await server().execute(`${evals}def bad : Nat := "x"\n`);
    expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', line: 61 });
    expect(diagnostics.length + Number(truncated?.diagnostics)).toBe(61);
    const whole = JSON.parse(await read(server(), uri)) as { diagnostics: unknown[]; truncated?: unknown };
    expect([whole.diagnostics.length, whole.truncated]).toEqual([61, undefined]);
  });

  it('of a session with many steps shows the latest', async () => {
    let id: string | undefined;
    for (let step = 0; step < 40; step += 1) {
      const comment = `-- ${String(step).padStart(3, '0')} ${'x'.repeat(600)}\n`;
      ({ session_id: id } = await server().step(`${comment}def d${step} := ${step}\n`, id));
    }
    const answer = await server().call('describe-session', { session_id: id });
    expect(sizeOf(answer)).toBeLessThanOrEqual(20_000);
    const shown = answer.structuredContent as {
      steps: { step: number }[];
      truncated: { steps: number };
      full_result: string;
    };
    expect(shown.steps.at(-1)?.step).toBe(40);
    expect(shown.steps.length + shown.truncated.steps).toBe(40);
    expect((JSON.parse(await read(server(), shown.full_result)) as { steps: unknown[] }).steps).toHaveLength(40);
    await server().call('cleanup-session', { session_id: id });
  });

  it('that there is not, or no longer, is said to be neither', async () => {
    await expect(read(server(), 'lean-result://00000000-0000-4000-8000-000000000000')).rejects.toThrow('no longer');
  });
});

it('a short result has nothing to be read elsewhere', async () => {
  expect(await server().execute('#eval 1')).not.toHaveProperty('full_result');
});

it('what one caller was told over HTTP, another cannot read', async () => {
  await using folder = await temporaryFolder();
  const settings = { HTTP_TOKENS_FILE: `${folder.path}/tokens.json` };
  const tokenOf = async (name: string): Promise<string> =>
    (await runCommand(['token', 'add', name], { settings })).stdout.trim();
  const [ada, eve] = [await tokenOf('ada'), await tokenOf('eve')];
  await using http = await serveHttp({ settings });
  await using own = await connectHttp('new client, 2026', http.url, ada);
  await using again = await connectHttp('old client', http.url, ada);
  await using other = await connectHttp('new client, 2026', http.url, eve);
  const { full_result: uri = '' } = (await own.call('execute-lean', numbers)).structured;
  expect(uri).toContain('lean-result://');
  expect(await other.readFailure(uri)).toContain('There is no such result');
  expect(await again.readFailure(uri)).toMatch(/^read .*9000/);
});
