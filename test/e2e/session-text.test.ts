/* How much text a session may have, and what an agent does when it is full. */
import { describe, expect, it } from 'vitest';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer({ settings: { SESSIONS_MAX_TEXT: '2k', POOL_ENABLED: 'false' } });

/** A definition in so many bytes. */
const definition = (name: string, bytes: number): string => `def ${name} := 1 --`.padEnd(bytes - 1, '-') + '\n';

describe('a session whose text has no room for more', () => {
  it('refuses the call with what to do, and stays as it was', async () => {
    const { session_id: id } = await server().step(definition('a', 1500));
    const refusal = await server().refusal('execute-lean-persistent', { code: definition('b', 600), session_id: id });
    expect(refusal).toMatch(/would have 2100 of at most 2048 bytes of text \(sessions\.max_text\); it has 1 steps now/);
    expect(refusal).toMatch(/rewind-session.*fork-session.*new session/);
    expect(await server().step('#eval a\n', id)).toMatchObject({ status: 'success', step: 2, session_id: id });
  });

  it('has room again after going back, and so has a fork from an earlier step', async () => {
    const { session_id: id } = await server().step(definition('a', 500));
    await server().step(definition('b', 1500), id);
    await server().refusal('execute-lean-persistent', { code: definition('c', 600), session_id: id });
    const fork = await server().call('fork-session', { session_id: id, step: 1 });
    const forked = (fork.structuredContent as { session_id: string }).session_id;
    expect(await server().step(definition('c', 600), forked)).toMatchObject({ status: 'success' });
    await server().call('rewind-session', { session_id: id, step: 1 });
    expect(await server().step(definition('c', 600), id)).toMatchObject({ status: 'success', step: 2 });
  });

  it('refuses a first call that is too long, too', async () => {
    expect(await server().refusal('execute-lean-persistent', { code: definition('a', 3000) })).toMatch(
      /of at most 2048/,
    );
  });
});
