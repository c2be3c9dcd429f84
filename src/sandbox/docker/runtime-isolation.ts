import type Docker from 'dockerode';

/** What is between the code in a container and the kernel of the engine's machine. */
export interface RuntimeIsolation {
  /** The engine's runtime that containers get. */
  readonly runtime: string;
  /** Whether it gives each container a kernel of its own, as gVisor and Kata Containers do. */
  readonly hasOwnKernel: boolean;
}

/** Asks the engine. Throws what the engine's client throws. @param configured the runtime that was chosen */
export async function readIsolation(docker: Docker, configured: string | undefined): Promise<RuntimeIsolation> {
  return isolationOf((await docker.info()) as Readonly<Record<string, unknown>>, configured);
}

/** @param info what the engine tells of itself */
export function isolationOf(info: Readonly<Record<string, unknown>>, configured: string | undefined): RuntimeIsolation {
  const fallback = typeof info['DefaultRuntime'] === 'string' ? info['DefaultRuntime'] : 'runc';
  const runtime = configured ?? fallback;
  const { path } =
    (info['Runtimes'] as Readonly<Record<string, { path?: unknown } | undefined>> | undefined)?.[runtime] ?? {};
  return { runtime, hasOwnKernel: /runsc|gvisor|kata/i.test(`${runtime} ${typeof path === 'string' ? path : ''}`) };
}
