import { once } from 'node:events';
import { openEngineProxy } from '../../app/open-engine-proxy.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { exitCodes } from '../exit-codes.ts';

export interface EngineProxyCommandOptions {
  readonly listen: string;
  readonly mode: number;
}

/** Passes on what servers may ask of the engine, until the signal fires. @returns the exit code */
export async function proxyEngine(
  { listen, mode }: EngineProxyCommandOptions,
  config: LoadedConfig,
  signal: AbortSignal,
): Promise<number> {
  const proxy = await openEngineProxy(config, listen, mode);
  if (!signal.aborted) await once(signal, 'abort');
  await proxy[Symbol.asyncDispose]();
  return exitCodes.success;
}
