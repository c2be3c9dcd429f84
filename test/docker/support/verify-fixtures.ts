/* Pairs of a statement and a submission in `verifier/test`, with what must come of them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JudgeStep, Verdict } from '../../../src/verify/verification.ts';

const folder = path.join(import.meta.dirname, '..', '..', '..', 'verifier', 'test');

export interface VerifyFixture {
  readonly name: string;
  readonly statement: string;
  readonly submission: string;
  readonly theoremNames: readonly string[];
  readonly holes: readonly string[];
  /** Axioms besides those that are always allowed. */
  readonly allow: readonly string[];
  readonly verdict: Verdict;
  /** One of these; none is said of what is verified. */
  readonly reasons: readonly string[];
  /** Which step of the judge refuses; none where it does not come to that. */
  readonly step: JudgeStep | undefined;
  /** In seconds. */
  readonly timeout: number;
  /** The number of the cheat. */
  readonly cheat: number | undefined;
}

/** @param kind a folder of `verifier/test` */
export function verifyFixtures(kind: 'honest' | 'cheats'): VerifyFixture[] {
  return readdirSync(path.join(folder, kind))
    .filter((file) => file.endsWith('.lean'))
    .sort()
    .map((file) => parse(path.basename(file, '.lean'), readFileSync(path.join(folder, kind, file), 'utf8'), kind));
}

function parse(name: string, text: string, kind: 'honest' | 'cheats'): VerifyFixture {
  const [, head = '', statement = '', submission = ''] =
    /^((?:-- .*\n)*?)-- statement\n(.*?)^-- submission\n(.*)$/ms.exec(text) ?? [];
  const options = new Map(
    [...head.matchAll(/^-- (\w+) (.*)$/gm)].map(([, key = '', value = '']) => [key, value.split(' ')]),
  );
  const one = (key: string): string | undefined => options.get(key)?.join(' ');
  return {
    name,
    statement,
    submission,
    theoremNames: options.get('targets') ?? [],
    holes: options.get('holes') ?? [],
    allow: options.get('allow') ?? [],
    verdict: (one('verdict') ?? (kind === 'honest' ? 'verified' : 'not-verified')) as Verdict,
    reasons: options.get('reason') ?? [],
    step: one('step') as JudgeStep | undefined,
    timeout: Number(one('timeout') ?? '120'),
    cheat: options.has('cheat') ? Number(one('cheat')) : undefined,
  };
}
