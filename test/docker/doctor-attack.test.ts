/* The command `lean-docker-mcp doctor --attack`: its lines, its data and its exit codes. The attacks have tests of their own. */
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { contained, notCarriedOut, notContained, type Attack, type Judgement } from '../../src/attacks/attack.ts';
import { doctorAttack } from '../../src/cli/commands/doctor-attack.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { runCommand } from '../e2e/support/command.ts';

const attack = (id: string, judgement: Judgement): Attack => ({
  id,
  tried: 'a sum',
  steps: [{ code: '#eval 1 + 1', timeoutS: 60 }],
  judge: () => judgement,
});
const good = attack('P9', contained('2'));

async function run(
  attacks: readonly Attack[],
  options: { readonly json?: true } = {},
): Promise<{ exitCode: number; output: string }> {
  const config = await loadConfig({
    configPath: path.join(import.meta.dirname, '..', 'e2e', 'support', 'empty.yaml'),
    env: { LEAN_DOCKER_MCP_IMAGE: inject('sandboxImage') },
    homeDir: homedir(),
    flags: [],
  });
  let output = '';
  const terminal = {
    out: (text: string) => (output += text),
    say: () => undefined,
    progress: () => undefined,
    endProgress: () => undefined,
  };
  const exitCode = await doctorAttack(options, config, terminal, new AbortController().signal, attacks);
  return { exitCode, output };
}

describe('doctor --attack', () => {
  it('prints a line for each attack and a grade, and succeeds when all were contained', async () => {
    const { exitCode, output } = await run([good, good]);
    expect(output).toMatch(/^(✓ P9 +a sum: 2 → contained\n){2}Grade [AB]: 2 of 2 attacks were contained\. .*\n$/);
    expect(exitCode).toBe(0);
  });

  it('fails when one was not contained', async () => {
    const { exitCode, output } = await run([good, attack('P8', notContained('3')), attack('P7', notCarriedOut('no'))]);
    expect(output).toMatch(/✗ P8 +a sum: 3 → not contained\n- P7 .*\nGrade F: 1 of 3 /);
    expect(exitCode).toBe(1);
  });

  it('says so when one could not be carried out', async () => {
    const { exitCode, output } = await run([good, attack('P7', notCarriedOut('no'))]);
    expect(output).toMatch(/\nNo grade: 1 of 2 attacks were contained, 1 could not be carried out\.\n$/);
    expect(exitCode).toBe(3);
  });

  it('gives the same as data', async () => {
    const { output } = await run([good], { json: true });
    expect(JSON.parse(output)).toEqual({
      grade: expect.stringMatching(/^[AB]$/) as unknown,
      contained: 1,
      notContained: 0,
      notCarriedOut: 0,
      attacks: [
        {
          id: 'P9',
          tried: 'a sum',
          verdict: 'contained',
          happened: '2',
          milliseconds: expect.any(Number) as unknown,
        },
      ],
    });
  });

  it('needs an engine', async () => {
    const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { exitCode, stderr } = await runCommand(['doctor', '--attack'], { env: nowhere });
    expect(stderr).toContain('No Docker engine answers at /nowhere/docker.sock');
    expect(exitCode).toBe(3);
  });
});
