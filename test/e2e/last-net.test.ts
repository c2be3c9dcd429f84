/** Faults of the program itself that nothing catches. */
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { patience } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { startRaw } from './support/raw-server.ts';
import { connect } from './support/server.ts';

const preload = { node: ['--import', path.join(import.meta.dirname, 'support', 'throw-on-demand.mjs')] };
/** Lean is not done with it when it has said what the fault waits for. */
const faulty = `def answer : Nat := "fault on demand"\n${programText('eval-spin')}`;
const good = 'example : 1 + 1 = 2 := rfl';

describe('a fault that nothing catches', () => {
  it('ends the call that it happened in, says so, and leaves the others alone', async () => {
    await using server = await connect(preload);
    const opened = await server.step('def kept : Nat := 1');
    const refused = await server.refusal('execute-lean', { code: faulty });
    expect(refused).toContain('a fault in a call');
    expect(server.log()).toContain('A fault of this program ended a call');
    expect(await server.execute(good)).toMatchObject({ status: 'success' });
    expect(await server.step('#eval kept', opened.session_id)).toMatchObject({ status: 'success', step: 2 });
  });

  it('ends the server in order when it belongs to no call: calls are answered, containers gone', async () => {
    // The call ends by its own limit, however busy the machine is.
    await using server = await startRaw({ ...preload, settings: { DRAIN_TIMEOUT: '60' } });
    const call = server.request('tools/call', {
      name: 'execute-lean',
      arguments: { code: programText('eval-spin'), timeout: 2 },
      _meta: { progressToken: 1 },
    });
    await vi.waitFor(() => {
      expect(server.lines.join('\n')).toContain('notifications/progress');
    }, patience);
    process.kill(server.pid, 'SIGUSR2');
    expect(await call).toMatchObject({ result: { structuredContent: { outcome: 'timed-out' } } });
    expect(await server.ended()).toEqual([70, null]);
    expect(server.log()).toContain('a fault of nobody');
  });
});
