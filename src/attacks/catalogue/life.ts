import { contained, notCarriedOut, notContained, type Attack, type AttackStep } from '../attack.ts';
import { describe } from '../judges.ts';
import { elaborationStep, shellStep } from '../lean-programs.ts';

/** Callers that leave at every moment of a call: before it starts, while its sandbox is made, while it runs. */
const leavers: readonly AttackStep[] = Array.from({ length: 24 }, (_, number) => {
  const step = number % 2 === 0 ? shellStep('sleep 100') : elaborationStep('sleep 100');
  return { ...step, cancelAfterMs: 1 + number * 120 };
});

/** More calls at once than there is room for. */
const crowd: readonly AttackStep[] = Array.from({ length: 16 }, () => ({ code: '#eval 1 + 1\n', timeoutS: 60 }));

/** Calls that end before their time, and too many of them. */
export const lifeAttacks: readonly Attack[] = [
  {
    id: 'L9',
    tried: 'a storm of calls that are cancelled at every moment',
    steps: leavers,
    isSideBySide: true,
    judge: (results) => {
      if (results.length === 0) return notCarriedOut('no results');
      const other = results.find(({ outcome }) => outcome !== 'cancelled');
      return other === undefined ? contained(`${results.length} cancelled`) : notCarriedOut(describe(other));
    },
  },
  {
    id: 'L10',
    tried: 'more calls at once than there is room for',
    steps: crowd,
    isSideBySide: true,
    judge: (results) => {
      if (results.length === 0) return notCarriedOut('no results');
      const wrong = results.find(
        (result) => result.diagnostics?.some(({ message }) => message.trim() === '2') !== true,
      );
      return wrong === undefined ? contained('each got its answer') : notContained(`one was ${describe(wrong)}`);
    },
  },
];
