import { allAttacks } from '../../src/attacks/catalogue/all-attacks.ts';
import { doctorAttack } from '../../src/cli/commands/doctor-attack.ts';
import { loadConfig } from '../../src/config/load-config.ts';

/** Attacks that the documentation shows. */
const shownAttacks: readonly string[] = ['R1', 'R3', 'R5', 'I11', 'P1'];

/** Carries them out on the configured installation. @returns what `doctor --attack` prints about them, and the grade, as lines */
export async function carryOutShownAttacks(): Promise<string[]> {
  let printed = '';
  const terminal = {
    out: (text: string) => {
      printed += text;
    },
    say: () => undefined,
    progress: () => undefined,
    endProgress: () => undefined,
  };
  const attacks = allAttacks.filter(({ id }) => shownAttacks.includes(id));
  await doctorAttack({}, await loadConfig(), terminal, new AbortController().signal, attacks);
  return printed.trimEnd().split('\n');
}

/** Where the lines and the list part, one sentence each. */
export function attackProblems(lines: readonly string[] = []): string[] {
  return shownAttacks.flatMap((id) =>
    lines.some((line) => line.startsWith(`✓ ${id} `)) ? [] : [`attack ${id} was never made, or was not contained`],
  );
}

/** The lines as Markdown: there are more attacks than these, so that their number is left open. */
export function renderAttackLines(lines: readonly string[] = []): string {
  const shown = [...lines.slice(0, -1), '…', (lines.at(-1) ?? '').replace(/\d+ of \d+/, '…')];
  return `\`\`\`console\n$ lean-docker-mcp doctor --attack\n${shown.join('\n')}\n\`\`\``;
}
