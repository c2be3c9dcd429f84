/* The action for pull requests, as a runner starts it: with `npx` being this program. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { program, programEnvironment, root } from './support/environment.ts';

const action = path.join(root, 'deploy', 'github-action');

interface Matcher {
  readonly problemMatcher: readonly [
    { readonly owner: string; readonly pattern: readonly [{ readonly regexp: string }] },
  ];
}

it('annotates what Lean rejects, and lets no message command the runner', async () => {
  await using folder = await temporaryFolder();
  const [bin, project] = ['bin', 'project'].map((name) => path.join(folder.path, name));
  if (bin === undefined || project === undefined) throw new TypeError('there are two folders');
  await mkdir(bin);
  await mkdir(project);
  const npx = path.join(bin, 'npx');
  await writeFile(
    npx,
    `#!/bin/sh\n[ "$1 $2" = "-y lean-docker-mcp@1.2.3" ] || exit 99\nshift 2\nexec "${process.execPath}" "${program}" "$@"\n`,
  );
  await chmod(npx, 0o755);
  await writeFile(path.join(project, 'Good.lean'), 'def answer : Nat := 42\n');
  await writeFile(path.join(project, 'Bad.lean'), 'import Good\n\ndef bad : Nat := "::set-output name=a::b"\n');

  const env = programEnvironment({
    GITHUB_ACTION_PATH: action,
    FOLDER: 'project',
    VERSION: '1.2.3',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  });
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
    execFile('bash', [path.join(action, 'check')], { env, cwd: folder.path }, (error, out) => {
      resolve({ code: error?.code ?? 0, stdout: out });
    });
  });
  expect(code, stdout).toBe(1);

  const { problemMatcher } = JSON.parse(await readFile(path.join(action, 'problem-matcher.json'), 'utf8')) as Matcher;
  const pattern = new RegExp(problemMatcher[0].pattern[0].regexp);
  const lines = stdout.split('\n');
  const found = lines.flatMap((line) => {
    const [, file, at, , severity] = pattern.exec(line) ?? [];
    return file === undefined ? [] : [[file, at, severity]];
  });
  expect(found).toEqual([['project/Bad.lean', '3', 'error']]);

  const [, token = ''] = /^::stop-commands::(\S+)$/m.exec(stdout) ?? [];
  const [stopped, resumed] = [lines.indexOf(`::stop-commands::${token}`), lines.indexOf(`::${token}::`)];
  const outside = [...lines.slice(0, stopped), ...lines.slice(resumed + 1)].filter((line) => line !== '');
  expect(lines.slice(stopped, resumed).some((line) => pattern.test(line))).toBe(true);
  expect(outside).toEqual([expect.stringMatching(/^::add-matcher::/), '::remove-matcher owner=lean-docker-mcp::']);
});
