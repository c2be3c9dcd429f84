import type Docker from 'dockerode';
import { connectEngine } from '../sandbox/docker/engine.ts';

/** A client of the engine that the environment of this process names. Throws as {@link connectEngine}. */
export function engineClient(): Promise<Docker> {
  return connectEngine(process.env);
}
