/*
 * Machines of this one that can be cut off from each other: network namespaces, each with one link to a router that lies
 * between all of them. What a cut takes away vanishes without a word, as when a machine loses its power or its network.
 */
import { execFileSync, spawnSync } from 'node:child_process';

/** Where something can run, and where it is found. */
export interface Machine {
  /** Its address. */
  readonly host: string;
  /** What a command line begins with that is to run there. */
  readonly command: readonly string[];
  /** Nothing comes to it or from it any more. */
  cut(): void;
  mend(): void;
}

/** Disposing removes them; what still runs there has no network then. */
export interface Machines extends AsyncDisposable {
  readonly all: readonly Machine[];
  /** The one that this process runs on. */
  readonly here: Machine;
}

/** Root may do this, unless a container holds it back, or the kernel has no such network devices. */
export const canMakeMachines =
  process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'type', 'veth']).status === 0;

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

export function makeMachines(count: number): Machines {
  const name = `lt${process.pid}`;
  const router = `${name}-r`;
  const inRouter = (...args: readonly string[]): void => {
    ip('-n', router, ...args);
  };
  // Addresses for measuring networks (RFC 2544), which no machine has otherwise.
  const net = '198.18';
  const machineAt = (index: number, command: readonly string[]): Machine => {
    const change = (what: 'add' | 'del'): void => {
      inRouter('rule', what, 'iif', `to${index}`, 'blackhole');
      inRouter('rule', what, 'to', `${net}.${index}.0/24`, 'blackhole');
    };
    return {
      host: `${net}.${index}.2`,
      command,
      cut: () => {
        change('add');
      },
      mend: () => {
        change('del');
      },
    };
  };
  /** @param own what commands of `ip` begin with on the machine's side of the link */
  const link = (index: number, device: string, own: readonly string[]): void => {
    inRouter('addr', 'add', `${net}.${index}.1/24`, 'dev', `to${index}`);
    inRouter('link', 'set', 'dev', `to${index}`, 'up');
    ip(...own, 'addr', 'add', `${net}.${index}.2/24`, 'dev', device);
    ip(...own, 'link', 'set', 'dev', device, 'up');
    ip(...own, 'route', 'add', `${net}.0.0/16`, 'via', `${net}.${index}.1`);
  };
  ip('netns', 'add', router);
  const forwarding = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
  ip('netns', 'exec', router, 'sh', '-c', forwarding);
  const all = Array.from({ length: count }, (_, index) => {
    const space = `${name}-${index}`;
    ip('netns', 'add', space);
    ip('-n', space, 'link', 'set', 'dev', 'lo', 'up');
    inRouter('link', 'add', `to${index}`, 'type', 'veth', 'peer', 'name', 'net0', 'netns', space);
    link(index, 'net0', ['-n', space]);
    return machineAt(index, ['ip', 'netns', 'exec', space]);
  });
  inRouter('link', 'add', `to${count}`, 'type', 'veth', 'peer', 'name', name, 'netns', String(process.pid));
  link(count, name, []);
  return {
    all,
    here: machineAt(count, []),
    [Symbol.asyncDispose]: () => {
      ip('link', 'del', name);
      for (const space of [router, ...all.map((_, index) => `${name}-${index}`)]) ip('netns', 'del', space);
      return Promise.resolve();
    },
  };
}
