/** Real servers of NATS with JetStream, on ports of this machine. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Machine } from './machines.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Whether there is a `nats-server` to start; Debian has it in a package of that name. */
export const hasNatsServer = spawnSync('nats-server', ['--version']).status === 0;

/** Servers that run. Disposing ends them and removes what they keep. */
export interface NatsServers extends AsyncDisposable {
  /** Where they are, as the program takes it. */
  readonly address: string;
  /** Ends one as a power cut does. */
  kill(index: number): Promise<void>;
  /** Starts one again that was ended, with what it kept. */
  start(index: number): Promise<void>;
  /** Resolves when each of them can have all of them keep something. */
  areTogether(): Promise<void>;
  /** Which of them leads a stream; resolves when one does. */
  leaderOf(stream: string): Promise<number>;
}

interface OneServer extends Pick<Machine, 'host' | 'command'> {
  readonly port: number;
  readonly routePort: number;
  process: ChildProcess | undefined;
}

/** Starts so many servers; three keep everything three times. @param machines where, one for each; absent: all of them here */
export async function startNats(count = 1, machines: readonly Machine[] = []): Promise<NatsServers> {
  const folder = await temporaryFolder();
  const ports = await freePorts(2 * count);
  const servers = Array.from({ length: count }, (_, index): OneServer => {
    const { host = '127.0.0.1', command = [] } = machines[index] ?? {};
    return { host, command, port: ports[2 * index] ?? 0, routePort: ports[2 * index + 1] ?? 0, process: undefined };
  });
  const routes = servers.map(({ host, routePort }) => `nats://${host}:${routePort}`).join(', ');
  const address = servers.map(({ host, port }) => `nats://${host}:${port}`).join(',');
  const at = (index: number): OneServer => {
    const server = servers[index];
    if (server === undefined) throw new Error(`there is no server ${index}`);
    return server;
  };
  const start = async (index: number): Promise<void> => {
    const server = at(index);
    const home = path.join(folder.path, `n${index}`);
    await mkdir(home, { recursive: true });
    const cluster = `cluster { name: test, listen: "${server.host}:${server.routePort}", routes: [${routes}] }\n`;
    const config = path.join(home, 'nats.conf');
    await writeFile(
      config,
      `server_name: n${index}\nlisten: "${server.host}:${server.port}"\nmax_payload: 8MB\n` +
        `jetstream { store_dir: "${home}", max_mem: 256MB, max_file: 4GB }\n${count > 1 ? cluster : ''}`,
    );
    const [program, ...args] = [...server.command, 'nats-server', '--config', config];
    server.process = spawn(program, [...args, '--log', path.join(home, 'log')], { stdio: 'ignore' });
  };
  const kill = async (index: number): Promise<void> => {
    const { process } = at(index);
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  };
  await Promise.all(servers.map((_, index) => start(index)));
  await untilReady(address, count);
  return {
    address,
    kill,
    start,
    areTogether: async () => {
      for (const one of address.split(',')) await untilReady(one, count);
    },
    leaderOf: async (stream) => {
      for (;;) {
        const leader = await askLeader(address, stream).catch(() => undefined);
        if (leader !== undefined) return Number(leader.slice(1));
        await pause(200);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((_, index) => kill(index)));
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Starts one as a configuration file says that is meant for a cluster: alone, and on a port of this machine. */
export async function startNatsWith(
  configFile: string,
  env: Readonly<Record<string, string>>,
): Promise<Pick<NatsServers, 'address'> & AsyncDisposable> {
  const folder = await temporaryFolder();
  const [port = 0] = await freePorts(1);
  const text = await readFile(configFile, 'utf8');
  const alone = text
    .replace(/^listen: .*$/m, `listen: "127.0.0.1:${port}"`)
    .replace(/^http: .*$/m, '')
    .replace('store_dir: /data', `store_dir: "${folder.path}"`)
    .replace(/^cluster \{[^}]*\}$/m, '');
  const config = path.join(folder.path, 'nats.conf');
  await writeFile(config, alone);
  const server = spawn('nats-server', ['--config', config, '--log', path.join(folder.path, 'log')], {
    env: { ...process.env, NAME: 'n1', ...env },
    stdio: 'ignore',
  });
  const address = `nats://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries === 100) throw new Error(`it does not start: ${await readFile(path.join(folder.path, 'log'), 'utf8')}`);
    await pause(100);
  }
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL');
      await once(server, 'exit');
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function askLeader(address: string, stream: string): Promise<string | undefined> {
  const connection = await connect({ servers: address.split(',') });
  try {
    const jsm = await jetstreamManager(connection, { checkAPI: false });
    return (await jsm.streams.info(stream)).cluster?.leader;
  } finally {
    await connection.close();
  }
}

/** Until streams can be made that as many servers keep. */
async function untilReady(address: string, replicas: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const connection = await connect({ servers: address.split(',') });
      try {
        const jsm = await jetstreamManager(connection, { checkAPI: false });
        await jsm.streams.add({ name: 'PROBE', subjects: ['probe'], num_replicas: replicas });
        await jsm.streams.delete('PROBE');
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      // Servers that were apart take a minute to find each other again.
      if (tries === 1000) throw error;
      await pause(100);
    }
  }
}

/** Ports that nobody listens on, held all at once so that each is another. */
async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => once(server.close(), 'close')));
  return ports;
}
