import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { ServerCommand } from './server-process.ts';

/** What the bench measures on. Disposing removes its containers. */
export interface BenchGround extends AsyncDisposable {
  readonly driver: SandboxDriver;
  /** The image and the limits that all ways of running Lean get alike. */
  readonly launch: LeanLaunch;
  readonly engine: {
    readonly version: string;
    readonly cpus: number;
    /** Of its machine, in bytes. */
    readonly memory: number;
    /** Whether it runs on this machine, so that this machine's CPU time is also that of the containers. */
    readonly isLocal: boolean;
  };
  /** Our own program as a server, with these settings (variables without their prefix) on top of the configured ones. */
  readonly server: (settings: Readonly<Record<string, string>>) => ServerCommand;
  /** The same over HTTP on a free port, with a token for each of so many principals. Disposing forgets the tokens. */
  readonly httpServer: (
    settings: Readonly<Record<string, string>>,
    principals: number,
  ) => Promise<{ readonly command: ServerCommand; readonly tokens: readonly string[] } & AsyncDisposable>;
  /** Does what `docker exec` does. Throws AppError when the command fails. */
  readonly exec: (sandbox: Sandbox, command: string) => Promise<void>;
  /** How many containers the server with this process id has running. */
  readonly countSandboxes: (pid: number) => Promise<number>;
}
