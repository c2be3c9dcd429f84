/* find-declarations, as an agent calls it and as a person types it. */
import { appendFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { parseFindQuery } from '../../src/finding/find-query.ts';
import { relabelledImage } from '../docker/support/relabelled-image.ts';
import { naiveFind, readDeclarations } from '../support/naive-find.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { engine, patience } from './support/containers.ts';
import { runCommand } from './support/command.ts';
import { connect, type TestServer } from './support/server.ts';

interface Found {
  readonly found: number;
  readonly declarations: readonly {
    readonly name: string;
    readonly kind: string;
    readonly type: string;
    readonly module: string;
    readonly needs_import: boolean;
    readonly doc?: string;
  }[];
}

/** A real Lean takes minutes for its list: all tests here have the same one. */
const cache = shared(async () => await temporaryFolder());

describe('find-declarations', { timeout: 900_000 }, () => {
  const server = shared(async () => await connect({ env: { XDG_CACHE_HOME: cache().path } }));
  const call = async (args: Readonly<Record<string, unknown>>, to: TestServer = server()): Promise<Found> => {
    // While the list is being made, calls say so.
    for (;;) {
      const { isError, content, structuredContent } = await to.call('find-declarations', args);
      if (isError !== true) return structuredContent as Found;
      expect(JSON.stringify(content)).toContain('still being made');
    }
  };
  const names = async (args: Readonly<Record<string, unknown>>): Promise<string[]> =>
    (await call(args)).declarations.map(({ name }) => name);

  it('knows the declaration of a name, how it can be used, and what it says', async () => {
    const { declarations } = await call({ query: 'Nat.add_comm' });
    expect(declarations[0]).toEqual({
      name: 'Nat.add_comm',
      kind: 'theorem',
      type: '∀ (n m : Nat), n + m = m + n',
      module: 'Init.Data.Nat.Basic',
      needs_import: false,
    });
    const [map] = (await call({ query: 'List.map', limit: 1 })).declarations;
    expect(map).toMatchObject({
      kind: 'definition',
      doc: expect.stringContaining('each element of the list') as string,
    });
  });

  it('finds by words of the name, by capitals or none, and by the documentation', async () => {
    expect(await names({ query: 'add comm' })).toEqual(expect.arrayContaining(['Nat.add_comm', 'Int.add_comm']));
    expect(await names({ query: 'lengthAppend' })).toContain('List.length_append');
    expect(await names({ query: '"h_app"' })).toContain('List.length_append');
    expect(await names({ query: 'applies function element', kind: 'definition' })).toContain('List.map');
  });

  it('finds by the form of the conclusion', async () => {
    const commutes = await call({ query: '_ + _ = _ + _', limit: 100 });
    const found = commutes.declarations.map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining(['Nat.add_comm', 'Int.add_comm', 'Nat.add_assoc']));
    expect(found).not.toContain('Nat.mul_comm');
    for (const { type } of commutes.declarations) expect(type).toMatch(/ \+ .* = .* \+ /u);
    expect(await names({ query: 'Nat |- _ * _ = _ * _', limit: 100 })).toContain('Nat.mul_comm');
  });

  it('finds by constants of the type, of a kind and below a module', async () => {
    const maps = await names({ query: 'List.map', kind: 'theorem', module: 'Init', limit: 100 });
    expect(maps).toContain('List.map_map');
    expect(maps).not.toContain('List.map');
    const outside = await call({ query: 'insert', module: 'Std' });
    expect(outside.declarations.length).toBeGreaterThan(0);
    for (const { module, needs_import: needsImport } of outside.declarations) {
      expect(module).toMatch(/^Std\./);
      expect(needsImport).toBe(true);
    }
  });

  it('tells no more than was asked for, and how many there are', async () => {
    const { found, declarations } = await call({ query: 'list', limit: 2 });
    expect(declarations).toHaveLength(2);
    expect(found).toBeGreaterThan(2);
    expect(await names({ query: 'thereIsNothingOfThisName' })).toEqual([]);
  });

  it('leaves out what nobody writes', async () => {
    expect(await names({ query: 'Bool.rec' })).not.toContain('Bool.rec');
  });

  it('says what is wrong with a query in which there is nothing', async () => {
    expect(await server().refusal('find-declarations', { query: ' + ' })).toContain(
      'There is nothing to look for in " + ".',
    );
  });

  it('reads the list that another server has made, and makes a damaged one again', async () => {
    await call({ query: 'Nat' });
    const folder = path.join(cache().path, 'lean-docker-mcp', 'declarations-1');
    const files = await readdir(folder);
    expect(files).toEqual([expect.stringMatching(/^[\da-f]{64}\.index$/)]);
    await using other = await connect({ env: { XDG_CACHE_HOME: cache().path } });
    await call({ query: 'Nat' }, other);
    expect(other.log()).not.toContain('Listing what');
    await appendFile(path.join(folder, files[0] ?? ''), 'm\tBehind.The.End\n');
    await using third = await connect({ env: { XDG_CACHE_HOME: cache().path } });
    expect((await call({ query: 'Nat.add_comm' }, third)).declarations[0]?.name).toBe('Nat.add_comm');
    expect(third.log()).toContain('Listing what');
  });

  it.each([
    'Nat.add_comm',
    'add comm',
    'list length',
    '_ + _ = _ + _',
    'List.map |- _ = _',
    'Nat |- _ * _ = _ * _',
    '"append"',
    '|- _ ∧ _',
    '⊢ Type',
  ])('finds by %s what a scan of the list finds', async (query) => {
    const { found, declarations } = await call({ query, limit: 100 });
    const folder = path.join(cache().path, 'lean-docker-mcp', 'declarations-1');
    const [file = ''] = await readdir(folder);
    const list = readDeclarations(await readFile(path.join(folder, file), 'utf8'));
    const expected = naiveFind(list, parseFindQuery(query));
    expect(found).toBe(expected.length);
    expect(declarations.map(({ name }) => name)).toEqual(expected.slice(0, declarations.length));
  });

  it('prints the same on the command line', async () => {
    const env = { XDG_CACHE_HOME: cache().path };
    const text = await runCommand(['find', 'Nat.add_comm', '--kind', 'theorem', '--limit', '1'], { env });
    expect(text.stdout).toContain(
      'theorem Nat.add_comm : ∀ (n m : Nat), n + m = m + n\n  in every text (Init.Data.Nat.Basic)',
    );
    const json = await runCommand(['find', 'Nat.add_comm', '--limit', '1', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ declarations: [{ name: 'Nat.add_comm' }] });
  });
});

describe('an image whose elaborator does not list declarations', () => {
  const image = shared(async () =>
    relabelledImage(await engine(), (facts) => ({
      ...facts,
      toolchain: { ...facts.toolchain, elaborator: { kind: 'compiled', protocol: 1 } },
    })),
  );

  it('is not offered for finding, and says why when it is asked', async () => {
    await using server = await connect({ settings: { IMAGE: image().name } });
    await vi.waitFor(async () => {
      const names = (await server.client.listTools()).tools.map(({ name }) => name);
      expect(names).toContain('execute-lean');
      expect(names).not.toContain('find-declarations');
    }, patience);
    const command = await runCommand(['find', 'Nat'], { settings: { IMAGE: image().name } });
    expect(command.stderr).toContain('its elaborator does not list declarations');
  });
});
