/* The workflow that publishes a version, read as GitHub reads it, and what it checks before. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageProblems, versionProblems } from './release-problems.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly needs?: string;
  readonly steps: readonly Step[];
}

describe('the release workflow', () => {
  const text = read('.github/workflows/release.yml');
  const workflow = parse(text) as { on: object; permissions: object; jobs: Record<'make' | 'publish', Job> };
  const { make, publish } = workflow.jobs;
  const commands = ({ steps }: Job): string[] => steps.flatMap(({ run = [] }) => run);
  const place = (job: Job, part: string): number => commands(job).findIndex((command) => command.includes(part));

  it('knows no password, and gives each job what it needs and nothing else', () => {
    expect(text).not.toContain('secrets.');
    expect(workflow.permissions).toEqual({});
    expect(make.permissions).toEqual({ contents: 'read' });
    expect(publish.permissions).toEqual({ attestations: 'write', contents: 'write', 'id-token': 'write' });
  });

  it('checks before it makes anything, and makes everything before it publishes anything', () => {
    expect(place(make, 'release:check -- "$GITHUB_REF_NAME"')).toBeGreaterThan(place(make, 'npm ci'));
    expect(place(make, 'release:check')).toBeLessThan(place(make, 'npm pack'));
    expect(place(make, 'npm run bundle')).toBeGreaterThan(0);
    expect(publish.needs).toBe('make');
  });

  it('publishes with provenance to npm, then to the registry by its identity, then the release with the bundle', () => {
    const order = [
      'npm publish release/*.tgz --provenance',
      'login github-oidc',
      'mcp-publisher publish',
      'gh release create',
    ];
    const places = order.map((part) => place(publish, part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(publish.steps.some(({ uses = '' }) => uses.startsWith('actions/attest-build-provenance@'))).toBe(true);
  });

  it('runs scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts, name).toHaveProperty([name]);
  });
});

describe('what is checked of a release', () => {
  const facts = JSON.parse(read('package.json')) as { version: string };
  const entry = JSON.parse(read('server.json')) as object;

  it('has no problem now', () => {
    expect(versionProblems(facts, entry, `v${facts.version}`)).toEqual([]);
  });

  it('is that the tag, the package and the registry name one version', () => {
    expect(versionProblems(facts, entry, 'v9.9.9')).toEqual([`the tag is v9.9.9, not v${facts.version}`]);
    expect(versionProblems({ ...facts, version: '9.9.9' }, entry)).toEqual([
      `the version in server.json is ${facts.version}, not 9.9.9`,
      `the version of the package in server.json is ${facts.version}, not 9.9.9`,
    ]);
    const elsewhere = { ...facts, repository: { type: 'git', url: 'git+https://github.com/eve/lean.git' } };
    expect(versionProblems(elsewhere, entry)).toEqual([expect.stringContaining('the repository in package.json')]);
  });

  it('is that the package has what it needs and nothing else', () => {
    const problems = packageProblems(facts, ['package.json', 'dist/cli/main.js', 'src/index.ts']);
    expect(problems).toContain('the package has no README.md');
    expect(problems).toContain('the package has src/index.ts, which nobody needs');
    expect(problems).not.toContain('the package has no dist/cli/main.js');
  });
});
