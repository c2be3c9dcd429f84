import { createAttackTarget } from '../../app/create-attack-target.ts';
import type { Attack } from '../../attacks/attack.ts';
import { carryOut, type AnyAttack, type AttackReport } from '../../attacks/carry-out.ts';
import { allAttacks } from '../../attacks/catalogue/all-attacks.ts';
import { projectAttacks } from '../../attacks/catalogue/projects.ts';
import { proofAttacks } from '../../attacks/catalogue/proofs.ts';
import { renderAttack, renderSummary, summarize, type AttackSummary } from '../../attacks/render-attacks.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Carries out attacks on this installation, every one that there is if none are given. @returns the exit code */
export async function doctorAttack(
  options: { readonly json?: true | undefined },
  config: LoadedConfig,
  terminal: Terminal,
  signal: AbortSignal,
  chosen?: readonly Attack[],
): Promise<number> {
  await using target = await createAttackTarget(config);
  const attacks: readonly AnyAttack[] = chosen ?? [
    ...allAttacks,
    ...projectAttacks,
    // An image that cannot verify says of no proof that it is one.
    ...((await target.canVerify()) ? proofAttacks : []),
  ];
  const reports: AttackReport[] = [];
  for (const [index, attack] of attacks.entries()) {
    terminal.progress(`Attack ${index + 1} of ${attacks.length}: ${attack.tried}`, {
      done: index,
      total: attacks.length,
    });
    const report = await carryOut(attack, target, signal);
    reports.push(report);
    if (options.json !== true) terminal.out(renderAttack(report));
  }
  terminal.endProgress();
  const summary = summarize(reports, target.setting.hasOwnKernel);
  terminal.out(
    options.json === true ? `${JSON.stringify({ ...summary, attacks: reports })}\n` : renderSummary(summary),
  );
  return exitCodeFor(summary);
}

function exitCodeFor({ notContained, grade }: AttackSummary): number {
  if (notContained > 0) return exitCodes.rejected;
  return grade === undefined ? exitCodes.notReady : exitCodes.success;
}
