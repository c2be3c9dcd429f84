import type Docker from 'dockerode';
import { connectEngine } from '../sandbox/docker/engine.ts';

/** A client of the engine that the environment of this process names. Succeeds without an engine: nothing is sent yet. */
export function engineClient(): Promise<Docker> {
  return connectEngine(process.env);
}
