import { afterAll } from 'vitest';
import { describeSandboxes } from '../../test/contracts/sandbox-contract.ts';
import { someJail } from '../../test/fakes/jail.ts';
import { ProcessDriver } from '../../test/fakes/processes.ts';

// Of this machine’s programs: no toolchain is needed.
const driver = new ProcessDriver('/nonexistent');
afterAll(() => driver[Symbol.asyncDispose]());

describeSandboxes('a sandbox that is a process of this machine', () => ({
  start: (command, signal) => driver.start({ image: '', command, env: {}, jail: someJail, purpose: 'probe' }, signal),
}));
