/** An image that is built again under the same name while a server runs. */
import { expect, inject, it, vi } from 'vitest';
import { labelPrefix } from '../../src/sandbox/docker/labels.ts';
import { engine, patience } from './support/containers.ts';
import { connect } from './support/server.ts';

const repo = 'lean-docker-mcp';
const tag = 'test-rebuilt';
const good = 'example : 1 + 1 = 2 := rfl';

/** Names an image that is the one of the tests but for the version that it says it has. */
async function buildAs(version: string): Promise<void> {
  const docker = await engine();
  const { Config } = await docker.getImage(inject('sandboxImage')).inspect();
  const toolchain = JSON.parse(Config.Labels[`${labelPrefix}toolchain`] ?? '{}') as object;
  const label = JSON.stringify(JSON.stringify({ ...toolchain, version }));
  const container = await docker.createContainer({ Image: inject('sandboxImage') });
  await container.commit({ repo, tag, changes: `LABEL ${labelPrefix}toolchain=${label}` });
  await container.remove();
}

it('is told of by every sandbox that was made of it, and by none that was not', async () => {
  await buildAs('9.1.0');
  try {
    await using server = await connect({ settings: { IMAGE: `${repo}:${tag}`, POOL_SIZE: '2' } });
    const opened = await server.step('def kept : Nat := 1');
    expect(opened.lean_version).toBe('9.1.0');
    await buildAs('9.2.0');
    const versionOfCall = async (): Promise<string | undefined> => (await server.execute(good)).lean_version;
    // What was ready before may still be used; it is noticed when the next sandbox is made.
    await vi.waitUntil(async () => (await versionOfCall()) === '9.2.0', patience);
    for (let calls = 0; calls < 4; calls += 1) expect(await versionOfCall()).toBe('9.2.0');
    // A session goes on where it is.
    const next = await server.step('def more : Nat := kept', opened.session_id);
    expect([next.lean_version, next.status]).toEqual(['9.1.0', 'success']);
    // An elaborator answers no questions about places: a Lean does that is made of the image as it is now.
    const answering = inject('programsRunIn') === 'lean' ? '9.2.0' : '9.1.0';
    expect(
      (await server.call('inspect-lean', { session_id: opened.session_id, line: 1, column: 4, what: 'hover' }))
        .structuredContent,
    ).toMatchObject({ lean_version: answering });
  } finally {
    await (await engine()).getImage(`${repo}:${tag}`).remove({ force: true });
  }
});
