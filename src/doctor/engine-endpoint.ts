import type Docker from 'dockerode';

/** Where the engine is spoken to. */
export interface EngineEndpoint {
  /** As in DOCKER_HOST. */
  readonly name: string;
  /** Whether it is a socket or pipe of this machine. What listens there may still run elsewhere, as in a virtual machine. */
  readonly isSocket: boolean;
}

/** Where the client connects to: what DOCKER_HOST says, else the socket that was found. */
export function engineEndpoint(docker: Docker, env: Readonly<Record<string, string | undefined>>): EngineEndpoint {
  const modem: unknown = docker.modem;
  const read = (name: string): unknown => (typeof modem === 'object' && modem !== null ? Reflect.get(modem, name) : '');
  const [host, socketPath] = [read('host'), read('socketPath')];
  const isSocket = typeof host !== 'string' || host === '';
  const dockerHost = env['DOCKER_HOST'];
  if (dockerHost !== undefined && dockerHost !== '') return { name: `DOCKER_HOST=${dockerHost}`, isSocket };
  return { name: typeof socketPath === 'string' ? socketPath : '/var/run/docker.sock', isSocket };
}
