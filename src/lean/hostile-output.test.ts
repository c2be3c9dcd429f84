import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeWorker, frame } from '../../test/fakes/lean-worker.ts';
import { FakeDriver, someLaunch } from '../../test/fakes/sandbox.ts';
import { Deadline } from '../core/deadline.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { documentUri } from './language-server/lean-protocol.ts';
import { LeanServer } from './lean-server.ts';
import type { Elaboration } from './lean.ts';

const mebibyte = 1024 * 1024;
const output = { keepBytes: 10_000, stopBytes: 64 * mebibyte };

/** What comes of a text when something else writes this to Lean’s stdout before Lean reports its one error. */
async function elaborate(...written: readonly Buffer[]): Promise<Elaboration> {
  const driver = new FakeDriver((sandbox) => new FakeWorker(sandbox, Buffer.concat(written)));
  await using server = await LeanServer.start(driver, someLaunch, output, new ReadingTurns());
  using deadline = new Deadline(120_000);
  return await server.elaborate({ text: 'def bad : Nat := "x"\n' }, deadline);
}

/** A message whose JSON is given as text. */
function rawFrame(json: string): Buffer {
  return Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
}

const leansOwn = { severity: 'error', message: 'Lean’s own' };
const report = (diagnostics: string): Buffer =>
  rawFrame(
    `{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"diagnostics":[${diagnostics}],"uri":"${documentUri}","version":1}}`,
  );
const place = '{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}';
const diagnostic = (severity: number, message: string): string =>
  `{"range":${place},"severity":${severity},"message":${JSON.stringify(message)}}`;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a message in the name of Lean', () => {
  it.each([
    ['a cancellation without parameters', frame({ method: '$/cancelRequest' })],
    ['a cancellation of nothing', frame({ method: '$/cancelRequest', params: { id: null } })],
    ['progress without parameters', frame({ method: '$/progress' })],
    ['a trace level that is none', frame({ method: '$/setTrace', params: null })],
    ['an answer that is an error of nothing', frame({ id: null, error: { code: 1, message: 'x' } })],
    ['a batch', rawFrame('[{"jsonrpc":"2.0","method":"$/cancelRequest"}]')],
    ['a question whose id is an object', rawFrame('{"jsonrpc":"2.0","method":"workspace/x/refresh","id":{"a":[1]}}')],
    ['a name that every object has', frame({ method: 'constructor', params: { __proto__: 1 } })],
  ])('is no reason to end: %s', async (_, written) => {
    expect(await elaborate(written)).toMatchObject({ end: 'finished', diagnostics: [leansOwn] });
  });

  it('is never printed, however deep its id is', async () => {
    const stringify = vi.spyOn(JSON, 'stringify');
    const depth = 10_000;
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    await elaborate(rawFrame(`{"jsonrpc":"2.0","id":${deep},"result":1}`));
    expect(Math.max(...stringify.mock.results.map(({ value }) => String(value).length))).toBeLessThan(10_000);
  });
});

describe('what is said in the name of Lean', () => {
  it('is output over the limit when a message is longer than is read', async () => {
    const longest = rawFrame(`{"jsonrpc":"2.0","method":"x","params":"${'x'.repeat(5 * mebibyte)}"}`);
    expect(await elaborate(longest)).toMatchObject({ end: 'output-limit' });
  });

  it('is output over the limit when it has more parts than Lean’s messages have', async () => {
    expect(await elaborate(report(`${'[],'.repeat(1_000_000)}[]`))).toMatchObject({ end: 'output-limit' });
  });

  it('is output over the limit when more diagnostics are kept than anybody can read', async () => {
    const reports = Array.from({ length: 100 }, (_, index) =>
      report(Array.from({ length: 1000 }, (_, nr) => diagnostic(1, `${index} ${nr}`)).join(',')),
    );
    expect(await elaborate(...reports)).toMatchObject({ end: 'output-limit' });
  });

  it('is garbled when much of it is nothing that Lean says', async () => {
    const strange = Buffer.concat(Array.from({ length: 20_000 }, (_, nr) => frame({ method: `strange${nr}` })));
    expect(await elaborate(strange)).toMatchObject({ end: 'garbled' });
  });

  it('is all heard when reports repeat and outgrow each other, in any order', async () => {
    const [first, second] = [diagnostic(1, 'first'), diagnostic(2, 'second')];
    const { end, diagnostics } = await elaborate(report(first), report(`${second},${first}`), report(''));
    expect(end).toBe('finished');
    expect(diagnostics.map(({ message }) => message).sort()).toEqual(['Lean’s own', 'first', 'second']);
  });
});
