/* Exports to change at random: what cheats could hand in, and what Lean prints of honest proofs. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { plainHeader } from '../../src/lean/source/plain-header.ts';
import { AnswerEnd, readAnswer } from '../../src/verify/answer.ts';
import { elaborateRequest } from '../../src/verify/elaborate-text.ts';
import { forgedSubmissions } from '../../test/docker/support/forged-exports.ts';
import { verifyFixtures } from '../../test/docker/support/verify-fixtures.ts';

/** Longer exports are seldom hit where it matters, in bytes. */
const maxExport = 20_000;

/**
 * @param lean the toolchain's folder
 * @param modules where the verifier's compiled modules are
 */
export async function verifierCorpus(lean: string, modules: string): Promise<Buffer[]> {
  const main = path.join(import.meta.dirname, '..', '..', 'verifier', 'Main.lean');
  const exports = forgedSubmissions.map(({ export: write }) => write());
  for (const { submission } of verifyFixtures('honest')) {
    const args = ['--run', main, 'elaborate', plainHeader(submission) ?? ''];
    const child = spawn(path.join(lean, 'bin', 'lean'), args, {
      env: { ...process.env, LEAN_PATH: modules },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    const nonce = randomBytes(16).toString('hex');
    // As a statement, it need not be told what to print.
    const asStatement = { part: 'statement', text: submission, targets: [], holes: [] } as const;
    child.stdin.end(Buffer.concat(elaborateRequest(asStatement, nonce)));
    const pieces: Buffer[] = [];
    const answerEnd = new AnswerEnd(nonce);
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      if (answerEnd.take(piece)) child.kill();
    });
    await closed;
    const answer = readAnswer(Buffer.concat(pieces), nonce);
    if (answer?.kind === 'elaborated') exports.push(answer.export);
  }
  return exports.filter(({ length }) => length <= maxExport);
}
