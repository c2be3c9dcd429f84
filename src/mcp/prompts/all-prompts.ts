import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { skill } from '../skill.ts';

const proofLoop = [
  'Work in one session of execute-lean-persistent:',
  '1. State it with `by exact sorry` first. Read the goals in the result: they say what is left to prove.',
  '2. Try several tactics at once with try-tactics in the place of the sorry; keep what closes the goal or makes it simpler.',
  '3. Send the improved proof. A rejected call changes nothing; rewind-session takes back an accepted one.',
  '4. It is proved when status is success and no message mentions sorry. Lemmas that you need are steps of their own.',
  '5. Have it verified, where verify-lean is offered: statement is the text of step 1, session_id the session. verified is the last word.',
].join('\n');

/** Prompts that teach the loop: sorry, goals, try, commit. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'prove-statement',
    {
      title: 'Prove a statement in Lean 4',
      description: 'Proves a statement step by step, with goals and tactics',
      argsSchema: z.object({ statement: z.string().describe('The statement, in Lean or in words') }),
    },
    ({ statement }) => userMessage(`Prove this in Lean 4:\n\n${statement}\n\n${proofLoop}`),
  );
  server.registerPrompt(
    'lean-skill',
    {
      title: 'How to work with Lean here',
      description: 'What the tools are for, the loop from sorry to proof, how to read a result',
    },
    () => userMessage(skill.replace(/^---[^]*?---\n+/, '')),
  );
  server.registerPrompt(
    'fix-file',
    {
      title: 'Fix a Lean 4 file',
      description: 'Finds and mends the errors of a Lean file, one after the other',
      argsSchema: z.object({ code: z.string().describe('The file') }),
    },
    ({ code }) =>
      userMessage(
        `Make Lean 4 accept this file without changing what it states:\n\n${code}\n\n` +
          'Run it with execute-lean. Fix the first error first: later ones are often its consequence. inspect-lean shows types ' +
          'and goals at a position; try-tactics tries several proofs at once. Do not remove statements, and do not leave sorry. ' +
          'Run the whole file again at the end.',
      ),
  );
}

function userMessage(text: string): { messages: { role: 'user'; content: { type: 'text'; text: string } }[] } {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] };
}
