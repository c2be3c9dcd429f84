/* The calls of a soak: honest ones, whose answers are known, and hostile ones, of which only the truth is expected. */
import type { AttackStep } from '../../src/attacks/attack.ts';
import { allAttacks } from '../../src/attacks/catalogue/all-attacks.ts';
import { canary, spawningProgram } from '../../src/attacks/lean-programs.ts';

/** Arguments of execute-lean, when the caller gives up, and what the answer must hold. */
export interface SoakCall {
  readonly kind: 'honest' | 'hostile' | 'cancelled' | 'session';
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly cancelAfterMs?: number;
  /** What is wrong about a result; `undefined` when it is right. */
  readonly problem: (result: Readonly<Record<string, unknown>>) => string | undefined;
}

/** Long enough for an attack to do its worst, short enough for two thousand calls. */
const hostileTimeoutS = 2;

const mustHold =
  (text: string) =>
  (result: Readonly<Record<string, unknown>>): string | undefined =>
    JSON.stringify(result).includes(text) ? undefined : `not ${text} but ${JSON.stringify(result).slice(0, 300)}`;

/** Whatever was cut short is no success. */
const mustBeTruthful = ({ status, outcome, error }: Readonly<Record<string, unknown>>): string | undefined => {
  if (status === 'success') return outcome === 'completed' ? undefined : `${String(outcome)} was called a success`;
  return typeof error === 'string' && error !== '' ? undefined : 'an error without a reason';
};

const honest: readonly SoakCall[] = [
  { kind: 'honest', name: 'sum', arguments: { code: '#eval 1 + 1\n' }, problem: mustHold('"message":"2"') },
  { kind: 'honest', name: 'wrong proof', arguments: { code: canary.code }, problem: mustHold('"severity":"error"') },
  {
    kind: 'honest',
    name: 'program',
    arguments: { code: spawningProgram, args: ['echo said "$1"', 'sh', 'it'] },
    problem: mustHold('said it'),
  },
  { kind: 'session', name: 'session', arguments: { code: 'def kept := 41\n' }, problem: mustBeTruthful },
];

const hostile: readonly SoakCall[] = allAttacks.flatMap(({ id, steps }) =>
  steps.slice(0, 1).map((step) => hostileCall(id, step)),
);

function hostileCall(name: string, { code, args, stdin, timeoutS }: AttackStep): SoakCall {
  const timeout = Math.min(timeoutS, hostileTimeoutS);
  return { kind: 'hostile', name, arguments: { code, args, stdin, timeout }, problem: mustBeTruthful };
}

/** After so many calls, every kind has been made. */
export const callsOfAllKinds = 4 * hostile.length;

/** The call with this number: two honest ones, one hostile, one that its caller gives up, and so on. */
export function callNumber(number: number): SoakCall {
  const round = Math.floor(number / 4);
  const pick = (calls: readonly SoakCall[]): SoakCall => calls[round % calls.length] ?? calls[0] ?? missing();
  switch (number % 4) {
    case 1:
      return pick(hostile);
    case 3:
      return { ...pick(hostile), kind: 'cancelled', cancelAfterMs: 20 + ((round * 37) % 800) };
    default:
      return honest[(round + number) % honest.length] ?? missing();
  }
}

function missing(): never {
  throw new Error('there are no calls');
}
