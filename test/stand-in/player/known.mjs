/**
 * What the stand-in knows word for word: the commands of the recordings with what Lean said to each, and the commands
 * of the test programs. A command is known after the commands it was recorded after; others may stand in between.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reactions } from './reactions.mjs';
import { cut, inward, mapPositions, positionAt } from './text.mjs';

/**
 * @typedef {{context: string[], diagnostics: object[], answers: object[], crash?: string, react?: Function}} Known
 * @param {string} folder holds `recordings/*.json` and `programs/*.lean`
 * @returns {{find: (text: string, before: string[]) => Known | undefined}}
 */
export function loadKnown(folder) {
  /** @type {Map<string, Known[]>} */
  const byText = new Map();
  const add = (text, known) => byText.set(text, [...(byText.get(text) ?? []), known]);
  for (const file of list(join(folder, 'recordings'), '.json')) {
    addRecording(JSON.parse(readFileSync(file, 'utf8')), basename(file).startsWith('session-'), add);
  }
  for (const file of list(join(folder, 'programs'), '.lean')) {
    const { commands, imports } = cut(readFileSync(file, 'utf8'));
    commands.forEach(({ text }, i) => {
      const react = i === commands.length - 1 ? reactions[basename(file, '.lean')] : undefined;
      const context = [...imports, ...commands.slice(0, i).map((command) => command.text)];
      if (react !== undefined || i < commands.length - 1) add(text, { context, diagnostics: [], answers: [], react });
    });
  }
  return {
    find: (text, before) =>
      byText
        .get(text)
        ?.filter(({ context }) => isSubsequence(context, before))
        .sort((a, b) => b.context.length - a.context.length)[0],
  };
}

/** @param {boolean} appended whether each step's text was put behind the text of the steps before it */
function addRecording({ commandLine, server }, appended, add) {
  let sent = '';
  server.steps.forEach((step, index) => {
    sent = appended ? sent + step.sent : step.sent;
    // New imports: the worker that was recorded ended before it said anything.
    if (step.barrier.error?.code === -32801) return;
    const { text, imports, commands } = cut(sent);
    const isLast = index === server.steps.length - 1;
    const answers = isLast ? [...(server.goals ?? []).map(asAnswer), ...(server.answers ?? [])] : [];
    commands.forEach((command, i) => {
      const origin = positionAt(text, command.offset);
      const next = commands[i + 1] === undefined ? Infinity : positionAt(text, commands[i + 1].offset).line;
      const isInside = ({ line }) => line >= origin.line && line < next;
      // What is missing at the end of a command is reported where the next one begins.
      const belongs = ({ range: { start }, message }) =>
        message.startsWith('expected ') ? start.line > origin.line && start.line <= next : isInside(start);
      const relative = (value) => mapPositions(value, (at) => inward(at, origin));
      const crashed = i === commands.length - 1 && step.barrier.error?.code === -32603;
      add(command.text, {
        context: [...imports, ...commands.slice(0, i).map((before) => before.text)],
        diagnostics: relative(step.diagnostics.filter(belongs)),
        answers: relative(answers.filter(({ position }) => isInside(position))),
        ...(crashed && { crash: commandLine.stderr }),
      });
    });
  });
}

const asAnswer = ({ position, plainGoal }) => ({ method: '$/lean/plainGoal', position, result: plainGoal });

function isSubsequence(part, whole) {
  let next = 0;
  for (const item of whole) if (item === part[next]) next += 1;
  return next === part.length;
}

const list = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
