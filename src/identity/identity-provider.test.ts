import { describe, expect, it } from 'vitest';
import { startProvider, type Instead } from '../../test/e2e/support/identity-provider.ts';
import { IdentityProvider } from './identity-provider.ts';

const audience = 'https://lean.example.org/mcp';

async function setUp() {
  const provider = await startProvider(audience);
  let now = 0;
  const ours = new IdentityProvider({ issuer: provider.issuer, audience, now: () => now });
  return {
    provider,
    ours,
    pass: (ms: number) => (now += ms),
    good: await provider.issue({ sub: 'ada' }),
    forged: await provider.forge({ sub: 'ada' }),
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

const failures: readonly (readonly [string, Instead])[] = [
  ['an error', { status: 500 }],
  ['a page about an error', { body: '<html>' }],
  ['a document of another kind', { body: '{"error":"busy"}' }],
  ['keys that are none', { body: '{"keys":[1]}' }],
];

describe.each(['discovery', 'keys'] as const)('when the provider answers for its %s', (document) => {
  it.each(failures)('with %s, no token is refused: nobody can say now', async (_, instead) => {
    await using test = await setUp();
    test.provider.answer([document], instead);
    for (const token of [test.good, test.forged]) {
      await expect(test.ours.subjectOf(token)).rejects.toMatchObject({ code: 'identity-unavailable' });
    }
  });

  it.each(failures)('with %s, it is asked once, and again after a while', async (_, instead) => {
    await using test = await setUp();
    test.provider.answer([document], instead);
    const ask = async (): Promise<unknown> =>
      await Promise.allSettled([test.good, test.forged, test.good].map((token) => test.ours.subjectOf(token)));
    for (let count = 0; count < 5; count += 1) await ask();
    const asked = test.provider.asked.length;
    expect(asked).toBe(document === 'discovery' ? 1 : 2);
    test.provider.answer([document]);
    await ask();
    expect(test.provider.asked).toHaveLength(asked);
    test.pass(5001);
    expect(await test.ours.subjectOf(test.good)).toEqual({ subject: 'ada' });
    expect(await test.ours.subjectOf(test.forged)).toHaveProperty('refusal');
  });
});

it('what is no token at all is refused without asking anybody', async () => {
  await using test = await setUp();
  for (const token of ['', 'x', 'a.b.c', 'e30.e30.e30', `${'a'.repeat(10_000)}..`]) {
    expect(await test.ours.subjectOf(token)).toHaveProperty('refusal');
  }
  expect(test.provider.asked).toEqual([]);
});

it('a provider that fails keeps nobody out whose token can be checked without it', async () => {
  await using test = await setUp();
  await test.ours.subjectOf(test.good);
  test.provider.answer(['discovery', 'keys'], { status: 503 });
  await test.ours.subjectOf(test.forged);
  expect(await test.ours.subjectOf(test.good)).toEqual({ subject: 'ada' });
});
