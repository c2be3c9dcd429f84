import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { floodingProgram, shellDefinition, spawningProgram } from '../lean-programs.ts';
import { allAttacks } from './all-attacks.ts';
import { projectAttacks } from './projects.ts';
import { proofAttacks } from './proofs.ts';

const folder = path.join(import.meta.dirname, '..', '..', '..', 'test', 'programs');
const body = (file: string): string => readFileSync(path.join(folder, file), 'utf8').replace(/^--.*\n/, '');

/** Attacks whose shell Lean starts while it elaborates. */
const inAShell = [
  'R1-elaboration',
  'R14',
  'R15',
  'R8-elaboration',
  'R9-messages',
  'R9-diagnostics',
  'R11-elaboration',
  'I5',
  'I11',
  'I11-signals',
  'N1-names',
  'P1',
  'P1-later',
  'P2-kill',
  'P3-messages',
  'P4',
  'P5',
  'P6',
  'P7',
  'P8',
  'P9',
  'P10',
  'P11',
  'L9',
];
/** Attacks whose text was recorded, or is an expression that can be computed. */
const asRecordedOrComputed = ['R18', 'R18-nesting', 'R18-imports', 'L10'];

describe('the attacks', () => {
  it('have names of their own', () => {
    const ids = allAttacks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[RINKPL]\d+(?:-\w+)?$/.test(id))).toEqual([]);
    expect(new Set(proofAttacks.map(({ id }) => id)).size).toBe(12);
    expect(proofAttacks.filter(({ id }) => !/^V\d+$/.test(id))).toEqual([]);
    expect(new Set(projectAttacks.map(({ id }) => id)).size).toBe(projectAttacks.length);
    expect(projectAttacks.filter(({ id }) => !/^M\d+$/.test(id))).toEqual([]);
  });

  it('find nothing contained in no results at all', () => {
    const setting = {
      memory: 1,
      cpus: 1,
      processes: 1,
      folderSize: 1,
      maxKeptOutput: 1,
      hasOwnKernel: true,
      secrets: [],
    };
    const fooled = allAttacks.filter(({ judge }) => judge([], setting).verdict === 'contained');
    expect(fooled.map(({ id }) => id)).toEqual([]);
  });

  it('are made of programs that the stand-in of the tests really carries out', () => {
    expect(body('def-shell.lean')).toBe(shellDefinition);
    expect(body('main-spawn.lean')).toBe(spawningProgram);
    expect(body('main-flood.lean')).toBe(floodingProgram);
    const programs = readdirSync(folder).map(body);
    const others = allAttacks.filter(({ steps }) => steps.some(({ code }) => !programs.includes(code)));
    expect(others.map(({ id }) => id).sort()).toEqual([...inAShell, ...asRecordedOrComputed].sort());
  });
});
