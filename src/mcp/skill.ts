/*
 * What an agent should know that is to use this server, as a skill: a short text with front matter, which clients load when
 * the task calls for it. Every command and every call in it is run by a test.
 */

/** The address of the skill as a resource. */
export const skillUri = 'skill://lean-docker-mcp/SKILL.md';

const statement = String.raw`theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n`;
const proof = String.raw`theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  (exact ⟨h.right, h.left⟩) \n`;

/** The text of SKILL.md. */
export const skill = `---
name: lean-docker-mcp
description: Check, run and prove Lean 4 code in sandboxes. Use it whenever Lean 4 code is written, a theorem is to be proved or checked, a sorry is to be filled, or the state of a proof, a type or a definition is in question.
---

# Lean 4 by lean-docker-mcp

Do not guess whether Lean code is right: run it. A call takes a fraction of a second, and nothing it does leaves its container.

| To | Use |
| --- | --- |
| check a text, run \`main\`, see values with \`#eval\`, types with \`#check\` | \`execute-lean\` |
| build up definitions and lemmas step by step | \`execute-lean-persistent\`; \`describe-session\`, \`rewind-session\`, \`fork-session\`, \`cleanup-session\` |
| try many proofs of one goal at once | \`try-tactics\` |
| find theorems and definitions that the libraries have | \`find-declarations\` |
| check many texts that have nothing to do with each other | \`check-batch\` |
| check files that import each other | \`check-project\`; to import them in code, \`files\` of the other tools |
| have a proof judged where its own code cannot reach | \`verify-lean\` |
| see goals, types, documentation, completions, definitions at a place | \`inspect-lean\` |
| know which Lean and which libraries there are | resource \`lean://installation\` |

## From sorry to proof

1. State it with \`exact sorry\`, and read \`goals\`: what each sorry leaves to prove, with its number.

   \`\`\`json
   { "tool": "execute-lean", "arguments": { "code": "${statement}" } }
   \`\`\`

2. Try several tactics in the place of that sorry. \`closed\` lists those that prove it; \`goals-left\` ones tell what is left. With \`"follow": true\`, attempts like \`exact?\` and \`simp?\` have what they suggest tried, too.

   \`\`\`json
   { "tool": "try-tactics", "arguments": { "code": "${statement}", "sorry": 1, "attempts": ["constructor", "exact h", "exact ⟨h.right, h.left⟩"] } }
   \`\`\`

3. Put in what works, and check the whole. It is done when \`status\` is \`success\` and no message mentions sorry.

   \`\`\`json
   { "tool": "execute-lean", "arguments": { "code": "${proof}" } }
   \`\`\`

4. When it counts, have it judged where its own code cannot reach: the text with sorry is the statement. \`verified\` is the last word.

   \`\`\`json
   { "tool": "verify-lean", "arguments": { "statement": "${statement}", "submission": "${proof}" } }
   \`\`\`

When nothing closes it: take an attempt with \`goals-left\`, put a sorry in each place that is left, and go on with those. Make a hard part a lemma of its own. Ask about a name or a place:

\`\`\`json
{ "tool": "inspect-lean", "arguments": { "code": "${statement}", "line": 2, "column": 2, "what": "goal" } }
\`\`\`

## Reading a result

Read \`status\`, then \`outcome\`, then \`error\`. Lines count from 1, columns from 0 in code points. In a session, positions are in the code of the call.

| \`outcome\` | It means | Then |
| --- | --- | --- |
| \`completed\`, success | no error; \`main\`, if any, returned 0 | look for sorry: it is only a warning |
| \`completed\`, error | Lean rejected it, or the program failed | mend the first error; later ones may follow from it |
| \`import-refused\` | a module that is not there or not allowed | read \`lean://installation\`; use what there is |
| \`timed-out\` | nothing is known about the code | make it cheaper, split it, or ask for more with \`timeout\` |
| \`out-of-memory\`, \`output-limit\` | nothing is known about the code | use less memory, print less |
| \`crashed\`, \`cancelled\` | nothing is known about the code | read \`error\`; call again if it says so |

- A call with \`isError\` did not run: its text says what to change.
- \`truncated\` counts what was left out; \`full_result\` is a resource with all of it.
- A rejected step of a session changes nothing. An accepted one is taken back with \`rewind-session\`.
- Success means that Lean accepted the code, not that the statement says what was meant.

## From a shell

\`\`\`sh
lean-docker-mcp run examples/hello.lean
lean-docker-mcp run --json examples/hello.lean
lean-docker-mcp doctor
\`\`\`

The exit code of \`run\` is 0 exactly when \`status\` is \`success\`. \`doctor\` says what is missing, and what to do about it.
`;
