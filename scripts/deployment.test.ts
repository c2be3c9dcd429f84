/* The ready-made deployment says nothing that the program does not know. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingKeys } from '../src/config/setting-keys.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const files = ['Dockerfile', 'compose.yaml', 'docs/deployment.md', 'docs/cluster.md'].concat(
  readdirSync(path.join(root, 'deploy'), { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [path.relative(root, path.join(entry.parentPath, entry.name))] : [],
  ),
);

describe('deployment', () => {
  it.each(files)('%s sets only variables that there are', (file) => {
    const known = new Set(settingKeys.map(({ variable }) => variable));
    const named = read(file).match(/LEAN_DOCKER_MCP_[A-Z_]+/g) ?? [];
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('lets bodies through nginx that the server takes', () => {
    const limit = settingKeys.find(({ name }) => name === 'http.max_body_size')?.written;
    expect(read('deploy/nginx.conf')).toContain(`client_max_body_size ${String(limit)};`);
  });

  it('has the action start the version that this is', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(read('deploy/github-action/action.yml')).toContain(`default: ${version}\n`);
    expect(read('docs/projects.md')).toContain(`/deploy/github-action@v${version}\n`);
  });

  it('names the server in its image as the registry does', () => {
    const { name } = JSON.parse(read('server.json')) as { name: string };
    expect(read('Dockerfile')).toContain(`LABEL io.modelcontextprotocol.server.name="${name}"`);
  });

  it('gives the image everything that its build copies', () => {
    const sent = new Set(read('.dockerignore').match(/(?<=^!).+$/gm));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.filter((name) => !sent.has(name))).toEqual([]);
  });
});
