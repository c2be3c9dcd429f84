/*
 * Everything that reads what callers and Lean have written takes time in proportion to it. Each kind of work is tried on each
 * hostile text; what grows faster than that is told by its name.
 */
import { describe, expect, it } from 'vitest';
import { shorten } from '../../src/core/bounded-text.ts';
import { localPrincipal, newSessionId } from '../../src/core/ids.ts';
import type { Turns } from '../../src/core/reading-turns.ts';
import { makeVisible, makeVisibleWithin } from '../../src/core/visible-text.ts';
import { columnOf, findTarget } from '../../src/execution/attempt-target.ts';
import { redefinitionAdvice } from '../../src/execution/redefinition-advice.ts';
import { headlineOf, type Diagnostic } from '../../src/lean/diagnostic.ts';
import { goalsBeyond } from '../../src/lean/goal-texts.ts';
import { askGoalsAround } from '../../src/lean/goals-around.ts';
import { judgeAttempt } from '../../src/lean/judge-attempt.ts';
import type { LspDiagnostic } from '../../src/lean/language-server/lean-protocol.ts';
import { ReportedDiagnostics } from '../../src/lean/language-server/reported-diagnostics.ts';
import { unsolvedGoals } from '../../src/lean/open-goals.ts';
import { parseGoal, parseGoals } from '../../src/lean/parse-goal.ts';
import { placeAttempt, unbalanced } from '../../src/lean/source/attempt.ts';
import { beginsCommand } from '../../src/lean/source/begins-command.ts';
import { commandAround } from '../../src/lean/source/command-around.ts';
import { declarationAround } from '../../src/lean/source/declaration-around.ts';
import { endOfSource } from '../../src/lean/source/end-of-source.ts';
import { readHeader } from '../../src/lean/source/header.ts';
import { hiddenDeclarations, nothingOpen } from '../../src/lean/source/hidden-declarations.ts';
import { canonicalName, nameComponents } from '../../src/lean/source/identifier.ts';
import { checkImports } from '../../src/lean/source/import-policy.ts';
import { tokenize } from '../../src/lean/source/lexer.ts';
import { countLines, LineIndex } from '../../src/lean/source/line-index.ts';
import { findMain } from '../../src/lean/source/main-definition.ts';
import { offsetInText } from '../../src/lean/source/place-in-text.ts';
import { blankHeader, plainHeader } from '../../src/lean/source/plain-header.ts';
import { findSorries, saysSorry } from '../../src/lean/source/sorry.ts';
import { Splice } from '../../src/lean/source/splice.ts';
import { tacticEnd } from '../../src/lean/source/tactic-end.ts';
import { readSuggestions } from '../../src/lean/suggestions.ts';
import { TrialMessages } from '../../src/lean/trial-messages.ts';
import { fitDiagnostics } from '../../src/report/fit-diagnostics.ts';
import { fitGoals } from '../../src/report/goals.ts';
import { indentLines } from '../../src/report/indent-lines.ts';
import { toDocument } from '../../src/sessions/session-file.ts';
import { blankInLastStep, emptySource, extend, stepAt } from '../../src/sessions/session-source.ts';
import { Session } from '../../src/sessions/session.ts';
import { superLinearGrowth, type Work } from './cpu-growth.ts';
import { hostileTexts } from './hostile-texts.ts';

const start = { line: 1, column: 0 };
const error = (message: string): Diagnostic => ({ severity: 'error', start, end: start, message });
const middle = (text: string): number => Math.floor(text.length / 2);
const at = new Date();
const step = (code: string) => ({ header: '', code, names: ['a', 'b.c'], acceptedAt: at });
const session = new Session({
  id: newSessionId(),
  owner: localPrincipal,
  createdAt: at,
  steps: [step('def a := 1\n')],
});
const before = extend(emptySource, 'import A\ndef x := 1\n').source;
const questions = { goals: () => Promise.resolve([]) };

const atOnce: Turns = { take: (work) => Promise.resolve(work()) };
const place = { line: 0, character: 0 };
const reported = (message: string): LspDiagnostic => ({ range: { start: place, end: place }, severity: 1, message });

/** Lines as messages, or as goals: as many as a text has. */
const lines = (text: string): string[] => text.split('\n');

const works: Readonly<Record<string, Work>> = {
  'splitting into tokens': (text) => {
    for (const token of tokenize(text)) if (token.end < token.start) throw new Error('never');
  },
  'reading the header': readHeader,
  'checking the imports': (text) =>
    checkImports(readHeader(text), { allowed: ['Lean'], blocked: ['Std'], present: [] }),
  'the plain header': plainHeader,
  'taking the header out': blankHeader,
  'finding main': findMain,
  'finding each sorry': findSorries,
  'asking whether it says sorry': saysSorry,
  'finding the end': endOfSource,
  'finding hidden declarations': (text) => hiddenDeclarations(text, nothingOpen),
  'finding the command around a place': (text) => commandAround(text, middle(text)),
  'finding the declaration around a place': (text) => declarationAround(text, middle(text), middle(text)),
  'asking whether it begins a command': beginsCommand,
  'asking whether it is balanced': unbalanced,
  'putting it in as an attempt': (text) => placeAttempt(text, 'term', 3),
  'finding the end of a tactic': (text) => tacticEnd(text, 0, 0),
  'reading suggestions': (text) =>
    ['Try this: ', 'Try this:\n  [apply] rw [', 'Try these:\n• '].map((begin) =>
      readSuggestions({ severity: 'information', message: begin + text }, 32),
    ),
  'finding where attempts go': async (text) => {
    const target = await findTarget(text, { line: 1, column: 0 }).catch(() => undefined);
    return target && columnOf(text, target);
  },
  'finding a place': (text) => offsetInText(text, { line: countLines(text), column: 0 }),
  'asking for goals around a place': (text) => askGoalsAround(questions, text, middle(text)),
  'counting lines': (text) => new LineIndex(text).leanPosition(text.length),
  'the parts of a name': nameComponents,
  'the one spelling of a name': canonicalName,
  'a first step': (text) => extend(emptySource, text),
  'a later step': (text) => extend(before, text),
  'blanking a part of a step': (text) =>
    blankInLastStep({ header: '', steps: ['def a := 1\n', text] }, 11, 11 + middle(text)),
  'finding the step of a line': (text) => stepAt({ header: '', steps: lines(text).map((line) => `${line}\n`) }, 1e9),
  'writing a step down': (text) => toDocument(step(text), ''),
  'parsing a goal': parseGoal,
  'parsing goals': (text) => parseGoals({ goals: lines(text), more: 0 }),
  'comparing goals': (text) => goalsBeyond({ goals: lines(text), more: 0 }, lines(text).toReversed()),
  'reading the goals of an error': (text) => unsolvedGoals([error(text), error(`unsolved goals\n${text}`)]),
  'reading the goals of many errors': (text) =>
    unsolvedGoals(lines(text).map((line) => error(`unsolved goals\n${line}`))),
  'judging an attempt by errors': async (text) => {
    const splice = new Splice('theorem t : p := by\n  sorry\n', 22, 27, '(simp) ');
    const messages = new TrialMessages({ splice, diagnostics: lines(text).map(error) });
    const trial = { splice, diagnostics: [error(text), ...lines(text).map(error)], saysSorry: false };
    await judgeAttempt({ splice, messages, remaining: lines(text) }, { ...trial, before: ['⊢ p'], after: lines(text) });
  },
  'judging an attempt in a text': async (text) => {
    const splice = new Splice(text, middle(text), middle(text), '(simp) ');
    const messages = new TrialMessages({ splice, diagnostics: [error('a')] });
    const trial = { splice, diagnostics: [], saysSorry: false, before: ['⊢ p'], after: [] };
    await judgeAttempt({ splice, messages, remaining: [] }, trial);
  },
  'many short reports behind a long one': async (text) => {
    const known = new ReportedDiagnostics();
    await known.add(lines(text).map(reported), atOnce);
    for (const line of lines(text)) await known.add([reported(line)], atOnce);
  },
  'advice about a taken name': (text) => redefinitionAdvice(session, [error(text), ...lines(text).map(error)]),
  'the first line of a message': (text) => headlineOf(error(text)),
  'making it visible': makeVisible,
  'making it visible within a limit': (text) => makeVisibleWithin(text, 1000),
  'shortening it': (text) => shorten(text, 1000),
  'indenting it': (text) => indentLines(text, '  '),
  'fitting a message': (text) => fitDiagnostics([error(text)], 16_000),
  'fitting many messages': (text) => fitDiagnostics(lines(text).map(error), 16_000),
  'fitting a goal': (text) => fitGoals(parseGoals({ goals: [text], more: 0 }), 16_000),
};

describe.each(Object.entries(works))('%s', (_, work) => {
  it('takes linear time, whatever the text is', async () => {
    const grown: Record<string, number> = {};
    for (const [name, text] of Object.entries(hostileTexts)) {
      const growth = await superLinearGrowth(work, text);
      if (growth !== undefined) grown[name] = growth;
    }
    expect(grown).toEqual({});
  });
});

describe('a long text is read in pieces, between which others are served', () => {
  it.each<[string, Work]>([
    ['finding main', findMain],
    ['finding each sorry', findSorries],
    ['finding the end', endOfSource],
    ['finding hidden declarations', (text) => hiddenDeclarations(text, nothingOpen)],
    ['finding the command around a place', (text) => commandAround(text, text.length)],
    ['asking whether it is balanced', unbalanced],
    ['putting it in as an attempt', (text) => placeAttempt(text, 'tactic', 0)],
    ['asking for goals around a place', (text) => askGoalsAround(questions, text, text.length)],
    ['finding where attempts go', (text) => findTarget(text, { line: 2, column: 4 })],
  ])('%s', async (_, work) => {
    const text = `${'a '.repeat(200_000)}\nsorry #exit main `;
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await work(text);
    isDone = true;
    expect(turns).toBeGreaterThan(40);
  });
});
