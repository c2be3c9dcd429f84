import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { floodingProgram, shellDefinition, spawningProgram } from '../lean-programs.ts';
import { allAttacks } from './all-attacks.ts';

const folder = path.join(import.meta.dirname, '..', '..', '..', 'test', 'programs');
const body = (file: string): string => readFileSync(path.join(folder, file), 'utf8').replace(/^--.*\n/, '');

describe('the attacks', () => {
  it('have names of their own', () => {
    const ids = allAttacks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[RINKPL]\d+(?:-\w+)?$/.test(id))).toEqual([]);
  });

  it('find nothing contained in no results at all', () => {
    const setting = { memory: 1, cpus: 1, processes: 1, folderSize: 1, keptOutput: 1, hasOwnKernel: true, secrets: [] };
    const fooled = allAttacks.filter(({ judge }) => judge([], setting).verdict === 'contained');
    expect(fooled.map(({ id }) => id)).toEqual([]);
  });

  it('are made of programs that the stand-in of the tests really carries out', () => {
    expect(body('def-shell.lean')).toBe(shellDefinition);
    expect(body('main-spawn.lean')).toBe(spawningProgram);
    expect(body('main-flood.lean')).toBe(floodingProgram);
    const programs = readdirSync(folder).map(body);
    const codes = allAttacks.flatMap(({ steps }) => steps.map(({ code }) => code));
    // What runs a shell, or is a recording or an expression, is known otherwise.
    const others = codes.filter((code) => !/shell|^def (?:bad|f)\b|^#eval (?:[(]|1 \+ 1)|^import No\b/.test(code));
    expect(others.filter((code) => !programs.includes(code))).toEqual([]);
  });
});
