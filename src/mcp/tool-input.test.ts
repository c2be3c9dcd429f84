/* Every tool with every kind of arguments: what comes through to the service is within the limits, and nothing else throws. */
import type { CallToolResult, McpServer, ServerContext, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { AppError } from '../core/app-error.ts';
import { Faults } from '../core/faults.ts';
import { localPrincipal } from '../core/ids.ts';
import { silentLogger, silentTelemetry } from '../telemetry/telemetry.ts';
import type { ToolEnvironment } from './tool.ts';
import { registerTools } from './tools/all-tools.ts';

const limits = { resultBytes: 20_000, codeBytes: 200, codeLines: 20, defaultTimeoutS: 10, maxTimeoutS: 60 };

interface Registered {
  readonly schema: StandardSchemaWithJSON;
  readonly call: (input: unknown, context: ServerContext) => Promise<CallToolResult>;
}

/** What a service was asked. */
interface Asked {
  readonly code?: string;
  readonly stdin?: string;
  readonly args?: readonly string[];
  readonly attempts?: readonly string[];
  readonly timeoutMs?: number;
  readonly attemptTimeoutMs?: number;
}

/** The tools, over services that know nothing but what they are asked. */
function register(onAsked: (asked: readonly unknown[]) => void): Map<string, Registered> {
  const service = new Proxy(
    {},
    {
      get:
        () =>
        (...asked: readonly unknown[]) => {
          onAsked(asked);
          throw new AppError('engine-unreachable', 'there is none');
        },
    },
  );
  const report = { messageCharacters: 1000, outputCharacters: 1000, maxTimeoutMs: 60_000 };
  const services = {
    service,
    sessions: service,
    proofs: service,
    environments: ['default'],
    finding: service,
    verifyOffer: { isOut: false, look: () => Promise.resolve(false) },
    findOffer: { isOut: false, look: () => Promise.resolve(false) },
    installation: () => Promise.resolve({}),
    news: () => Promise.resolve(undefined),
  };
  const stopping = new AbortController().signal;
  const faults = new Faults();
  const caller = { principal: localPrincipal, stopping, faults, logger: silentLogger, telemetry: silentTelemetry };
  const environment = { ...services, ...caller, report, limits } as unknown as ToolEnvironment;
  const tools = new Map<string, Registered>();
  const server = {
    registerTool: (
      name: string,
      { inputSchema }: { inputSchema: StandardSchemaWithJSON },
      call: Registered['call'],
    ) => {
      tools.set(name, { schema: inputSchema, call });
    },
  } as unknown as McpServer;
  registerTools(server, environment, false);
  return tools;
}

const context = { mcpReq: { signal: new AbortController().signal } } as unknown as ServerContext;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('\ud800', 'x'.repeat(201), '\n'.repeat(20), '\r'.repeat(20), '\0', '../..', '#eval 1', '__proto__'),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e300, 5e-324, 60, 60.001, 2 ** 53),
);
const anything = fc.oneof(text, number, fc.jsonValue(), fc.constant(undefined));
const texts = fc.array(text, { maxLength: 6 });
/** As models write it now and then. */
const asText = fc.oneof(texts, number).map((value) => JSON.stringify(value));
const given = fc.record(
  {
    code: fc.oneof(text, anything),
    args: fc.oneof(texts, anything, asText),
    stdin: fc.oneof(text, anything),
    timeout: fc.oneof(number, anything),
    session_id: fc.oneof(text, anything),
    line: fc.oneof(number, fc.constant(1)),
    column: fc.oneof(number, fc.constant(0)),
    sorry: fc.oneof(number, fc.constant(1), asText),
    what: fc.oneof(fc.constantFrom('goal', 'hover'), anything),
    attempts: fc.oneof(texts, anything, asText),
    attempt_timeout: fc.oneof(number, anything),
    step: number,
  },
  { requiredKeys: [] },
);
/** Many a tool's own arguments, some others with them, or something else altogether. */
const input = fc.oneof({ weight: 9, arbitrary: given }, { weight: 1, arbitrary: fc.anything() });

const tools = [...register(() => undefined).keys()];

it.each(tools)('%s takes nothing that is over the limits, and answers whatever it is given', async (name) => {
  const asked: Asked[] = [];
  const tool = register(([first]) => {
    if (typeof first === 'object' && first !== null) asked.push(first);
  }).get(name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  const own = Object.keys(tool.schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })['properties'] ?? {});
  const ofItsOwn = given.map((all) => Object.fromEntries(Object.entries(all).filter(([key]) => own.includes(key))));
  await fc.assert(
    fc.asyncProperty(fc.oneof(ofItsOwn, input), async (arguments_) => {
      asked.length = 0;
      const checked = await tool.schema['~standard'].validate(arguments_);
      if (checked.issues !== undefined) return;
      const result = await tool.call(checked.value, context);
      expect(result.isError).toBe(true);
      for (const request of asked) expectWithinLimits(request);
    }),
    { numRuns: fuzzRuns(300) },
  );
});

function expectWithinLimits({ code = '', stdin = '', args = [], attempts = [], ...times }: Asked): void {
  for (const one of [code, stdin, args.join(' '), attempts.join('')]) {
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(limits.codeBytes);
  }
  expect(code.toWellFormed()).toBe(code);
  expect(code.split(/\r\n?|\n/).length).toBeLessThanOrEqual(limits.codeLines);
  expect(args.join('')).not.toContain('\0');
  const { timeoutMs = 1, attemptTimeoutMs = 1 } = times;
  expect(timeoutMs).toBeGreaterThanOrEqual(1);
  expect(timeoutMs).toBeLessThanOrEqual(limits.maxTimeoutS * 1000);
  expect(attemptTimeoutMs).toBeGreaterThanOrEqual(1);
  expect(Number.isFinite(attemptTimeoutMs)).toBe(true);
}
