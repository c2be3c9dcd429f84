/* verify-lean, as an agent calls it and as a person types it. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it, vi } from 'vitest';
import { sha256 } from '../../src/core/sha256.ts';
import { relabelledImage } from '../docker/support/relabelled-image.ts';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { engine, patience } from './support/containers.ts';
import { clientKinds, connectHttp } from './support/http-clients.ts';
import { serveHttp } from './support/http-server.ts';
import { programText } from './support/programs.ts';
import { runCommand } from './support/command.ts';
import { connect } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';

const answer = 'def answer : Nat := 42\n';
const statement = `${answer}theorem t : answer = 42 := sorry\n`;
const proof = `${answer}theorem t : answer = 42 := rfl\n`;

interface Verified {
  readonly status: string;
  readonly results: readonly {
    readonly verdict: string;
    readonly reason?: string;
    readonly statement?: Readonly<Record<string, readonly string[]>>;
    readonly receipt: Readonly<Record<string, unknown>>;
  }[];
}

const told = ({ results }: Verified): readonly (string | undefined)[][] =>
  results.map(({ verdict, reason }) => (reason === undefined ? [verdict] : [verdict, reason]));

describe('verify-lean', () => {
  const server = sharedServer();
  const verify = async (args: Readonly<Record<string, unknown>>): Promise<Verified> => {
    const { structuredContent, content } = await server().call('verify-lean', args);
    if (structuredContent === undefined) throw new Error(JSON.stringify(content));
    return structuredContent as Verified;
  };

  it('says that a proof is verified, of what, and by whom', async () => {
    const result = await verify({ statement, submission: proof });
    expect(result).toMatchObject({ status: 'success', results: [{ verdict: 'verified' }] });
    const [{ statement: stated, receipt } = {}] = result.results;
    expect(stated?.['theorems']).toHaveLength(1);
    expect(receipt).toMatchObject({ verdict: 'verified', theorem_names: ['t'] });
    expect(receipt?.['statement_sha256']).toMatch(/^[\da-f]{64}$/);
  });

  it.each([
    ['another statement', `${answer}theorem t : 42 = answer := rfl\n`, ['not-verified', 'statement-differs']],
    [
      'another definition',
      `def answer : Nat := 43 - 1\ntheorem t : answer = 42 := rfl\n`,
      ['not-verified', 'definition-differs'],
    ],
    ['no such theorem', answer, ['not-verified', 'target-missing']],
    ['a definition in its place', `${answer}def t : Nat := 1\n`, ['not-verified', 'kind-differs']],
    ['sorry', statement, ['not-verified', 'axiom-not-allowed']],
    ['an error', `${answer}theorem t : answer = 42 := nonsense\n`, ['not-verified', 'does-not-compile']],
  ])('does not verify %s', async (_, submission, expected) => {
    const result = await verify({ statement, submission });
    expect(result.status).toBe('error');
    expect(told(result)).toEqual([expected]);
  });

  it('takes files that the statement and submissions import, and others of submissions alone', async () => {
    const files = { 'Defs.lean': answer };
    const said = 'import Defs\ntheorem t : answer = 42 := sorry\n';
    const proved = 'import Defs\ntheorem t : answer = 42 := rfl\n';
    const [first] = (await verify({ statement: said, files, submission: proved })).results;
    expect(first).toMatchObject({
      verdict: 'verified',
      receipt: { statement_files_sha256: expect.any(String) as unknown },
    });
    expect(first?.statement?.['theorems']).toHaveLength(1);
    // Where a definition stands makes no difference, what it says does.
    expect(told(await verify({ statement: said, files, submission: proof }))).toEqual([['verified']]);
    const helped = {
      submission: 'import Defs\nimport Helper\ntheorem t : answer = 42 := rfl\n',
      submission_files: { 'Helper.lean': 'import Defs\ndef helper : Nat := answer\n' },
    };
    expect(told(await verify({ statement: said, files, ...helped }))).toEqual([['verified']]);
    const cheat = { submission: proved, submission_files: { 'Defs.lean': 'def answer : Nat := 43 - 1\n' } };
    expect(told(await verify({ statement: said, files, ...cheat }))).toEqual([['not-verified', 'definition-differs']]);
    const broken = { submission: proved, submission_files: { 'Defs.lean': 'def answer : Nat := "x"\n' } };
    const refused = await verify({ statement: said, files, ...broken });
    expect(refused.results[0]).toMatchObject({ verdict: 'not-verified', reason: 'does-not-compile' });
    expect(JSON.stringify(refused.results[0])).toContain('Defs.lean');
    const unusable = await server().refusal('verify-lean', {
      statement: said,
      files: { 'Defs.lean': 'def answer := nothing\n' },
      submission: proved,
    });
    expect(unusable).toContain('Defs.lean, line 1');
  });

  it('an axiom in a file is one of the submission, and sorry in it is found', async () => {
    const said = 'theorem t : 1 = 2 := sorry\n';
    const byAxiom = {
      submission: 'import Helper\ntheorem t : 1 = 2 := helper\n',
      submission_files: { 'Helper.lean': 'axiom helper : 1 = 2\n' },
    };
    expect(told(await verify({ statement: said, ...byAxiom }))).toEqual([['not-verified', 'axiom-not-allowed']]);
  });

  it.skipIf(inject('isStandIn'))('code of files that ends what imports them is no verdict', async () => {
    const ends = {
      submission: 'import Helper\ntheorem t : 1 = 1 := rfl\n',
      submission_files: { 'Helper.lean': 'initialize do\n  IO.Process.exit 0\n' },
    };
    expect(told(await verify({ statement: 'theorem t : 1 = 1 := sorry\n', ...ends }))).toEqual([
      ['undecided', 'sandbox-failed'],
    ]);
  });

  it('verifies the text of a session with its files', async () => {
    const files = { 'Defs.lean': answer };
    const { session_id: id } = await server().step({ code: 'import Defs\ntheorem t : answer = 42 := rfl\n', files });
    const said = 'import Defs\ntheorem t : answer = 42 := sorry\n';
    expect(told(await verify({ statement: said, files, session_id: id }))).toEqual([['verified']]);
  });

  it('takes a statement in parts for the text that they make', async () => {
    const inParts = { header: answer, name: 't', type: 'answer = 42' };
    expect(told(await verify({ ...inParts, submission: proof }))).toEqual([['verified']]);
    const [{ receipt } = {}] = (await verify({ ...inParts, submission: statement })).results;
    expect(receipt).toMatchObject({ verdict: 'not-verified', theorem_names: ['t'] });
    const text = `${answer}\ntheorem t :\n  answer = 42\n  := sorry\n`;
    expect(receipt?.['statement_sha256']).toBe(sha256(text));
  });

  it.each([
    [{}, 'There is no statement.'],
    [{ name: 't' }, 'name makes no statement.'],
    [{ statement, type: 'True' }, 'statement with type makes no statement.'],
  ])('asks for one statement where %j is given', async (given, problem) => {
    const refused = await server().call('verify-lean', { ...given, submission: proof });
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toContain(problem);
  });

  it('knows nothing of a submission that does not come to an end', async () => {
    const result = await verify({ statement, submission: `${proof}${programText('eval-spin')}\n`, timeout: 3 });
    expect(told(result)).toEqual([['undecided', 'time-limit']]);
  });

  it('judges each of several submissions by itself', async () => {
    const wrong = `${answer}theorem t : 42 = answer := rfl\n`;
    const result = await verify({ statement, submissions: [wrong, proof, statement] });
    expect(result.status).toBe('error');
    expect(told(result)).toEqual([
      ['not-verified', 'statement-differs'],
      ['verified'],
      ['not-verified', 'axiom-not-allowed'],
    ]);
  });

  it('takes the text of a session', async () => {
    const { session_id: session } = await server().step(answer);
    expect(told(await verify({ statement, session_id: session }))).toEqual([['not-verified', 'target-missing']]);
    await server().step('theorem t : answer = 42 := rfl\n', session);
    expect(told(await verify({ statement, session_id: session }))).toEqual([['verified']]);
    await server().call('cleanup-session', { session_id: session });
  });

  it.each([
    ['no submission', {}, /submission/],
    ['a session that is not there', { session_id: 'nobody' }, /nobody/],
    ['a theorem that the statement does not have', { submission: proof, theorem_names: ['u'] }, /\bu\b/],
    [
      'a statement that Lean rejects',
      { statement: `${answer}theorem t : answer = 42 := nonsense\n`, submission: proof },
      /statement/,
    ],
  ])('refuses %s, and says what to give', async (_, args, said) => {
    expect(await server().refusal('verify-lean', { statement, ...args })).toMatch(said);
  });
});

it('verify-lean serves clients over HTTP', async () => {
  await using server = await serveHttp();
  await using client = await connectHttp('new client, 2026', server.url);
  const { structured } = await client.call('verify-lean', { statement, submission: proof });
  expect(told(structured as unknown as Verified)).toEqual([['verified']]);
});

describe('lean-docker-mcp verify', () => {
  it('ends with 0, 1 or 4, and gives receipts that can be checked again', async () => {
    await using folder = await temporaryFolder();
    const file = async (name: string, text: string): Promise<string> => {
      const place = path.join(folder.path, name);
      await writeFile(place, text);
      return place;
    };
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const env = {
      LEAN_DOCKER_MCP_VERIFY_SIGNING_KEY: await file(
        'key.pem',
        privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ),
    };
    const stated = await file('statement.lean', statement);
    const proved = await file('proof.lean', proof);
    const run = (...args: string[]) => runCommand(['verify', ...args], { env });

    const verified = await run(stated, proved, '--json');
    expect(verified.exitCode).toBe(0);
    const refused = await run(stated, stated);
    expect([refused.exitCode, refused.stdout.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('axiom-not-allowed'),
    ]);
    const endless = await file('endless.lean', `${proof}${programText('eval-spin')}\n`);
    const unknown = await runCommand(['verify', stated, endless], { settings: { TIMEOUT: '3' } });
    expect([unknown.exitCode, unknown.stdout]).toEqual([4, expect.stringContaining('undecided (time-limit)')]);

    const [{ receipt } = { receipt: {} }] = (JSON.parse(verified.stdout) as Verified).results;
    const kept = await file('receipt.json', JSON.stringify(receipt));
    const key = await file('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const checked = await run('--receipt', kept, '--public-key', key);
    expect([checked.exitCode, checked.stdout]).toEqual([0, expect.stringContaining('verified by Lean')]);
    expect((await run('--public-key')).stdout).toBe(publicKey.export({ type: 'spki', format: 'pem' }));
    const again = await run('--receipt', kept, stated, proved);
    expect([again.exitCode, again.stdout]).toEqual([
      0,
      expect.stringMatching(/\nverified again, with the same result\n$/),
    ]);

    const forged = await file('forged.json', JSON.stringify({ ...receipt, theorem_names: ['other'] }));
    expect((await run('--receipt', forged, '--public-key', key)).exitCode).toBe(1);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect((await run('--receipt', kept, '--public-key', await file('other.pem', other))).exitCode).toBe(1);
    expect((await run('--receipt', kept, stated, endless)).exitCode).toBe(2);
  });
});

describe('an image that cannot verify', () => {
  const image = shared(async () =>
    relabelledImage(await engine(), (facts) => ({
      ...facts,
      toolchain: { ...facts.toolchain, verifier: { kind: 'none', reason: 'there is no compiler' } },
    })),
  );

  it('is not offered for that, on stdio', async () => {
    await using server = await connect({ settings: { IMAGE: image().name } });
    await vi.waitFor(async () => {
      const names = (await server.client.listTools()).tools.map(({ name }) => name);
      expect(names).toContain('execute-lean');
      expect(names).not.toContain('verify-lean');
    }, patience);
  });

  it.each(clientKinds)('is not offered for that, over HTTP: %s', async (kind) => {
    await using server = await serveHttp({ settings: { IMAGE: image().name } });
    await vi.waitFor(async () => {
      // Clients may keep a list as long as its server says.
      await using client = await connectHttp(kind, server.url);
      const names = await client.toolNames();
      expect(names).toContain('execute-lean');
      expect(names).not.toContain('verify-lean');
    }, patience);
  });
});
