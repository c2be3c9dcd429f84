import { expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { silentTelemetry, type TelemetryEvent } from '../telemetry/telemetry.ts';
import { observedDriver } from './observed-driver.ts';
import type { SandboxDriver, SandboxSpec } from './sandbox.ts';

const spec = {} as SandboxSpec;

function failing(error: Error): { readonly driver: SandboxDriver; readonly seen: TelemetryEvent[] } {
  const seen: TelemetryEvent[] = [];
  const inner: SandboxDriver = { start: () => Promise.reject(error), [Symbol.asyncDispose]: () => Promise.resolve() };
  return { driver: observedDriver(inner, { ...silentTelemetry, emit: (event) => seen.push(event) }), seen };
}

it('tells with which code a sandbox could not be made', async () => {
  const { driver, seen } = failing(new AppError('engine-failed', 'no'));
  await expect(driver.start(spec)).rejects.toThrow('no');
  expect(seen).toEqual([{ kind: 'sandbox-failed', error: 'engine-failed' }]);
});

it('does not call it a failure of the engine when the caller gave up', async () => {
  const { driver, seen } = failing(new Error('given up'));
  await expect(driver.start(spec, AbortSignal.abort())).rejects.toThrow('given up');
  expect(seen).toEqual([]);
});
