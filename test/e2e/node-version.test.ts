/* What somebody sees whose client starts the program with a Node that is too old. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { program } from './support/environment.ts';

async function startedBy(version: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  await using folder = await temporaryFolder();
  const pretend = path.join(folder.path, 'pretend.cjs');
  await writeFile(pretend, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
  return spawnSync(process.execPath, ['--require', pretend, program, '--version'], { encoding: 'utf8' });
}

it.each(['0.12.18', '8.17.0', '18.20.8', '20.18.3'])(
  'Node %s is told to be too old, in a sentence',
  async (version) => {
    const { status, stdout, stderr } = await startedBy(version);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`lean-docker-mcp needs Node.js 20.19 or newer; this is ${version} (`);
    expect(stderr).not.toMatch(/\n\s+at /);
  },
);

it.each(['20.19.0', '22.0.0', '24.1.0', '100.0.0'])('Node %s is new enough', async (version) => {
  expect(await startedBy(version)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
});
