// Lean from a program: a proof, attempts at one, and a session. Run it with `node embed.mjs`.
import { createApp, isSuccess, loadConfig, toStructured } from 'lean-docker-mcp';

const app = createApp(await loadConfig(), { purpose: 'server' });
/** @type {import('lean-docker-mcp').CallContext} */
const caller = {
  signal: AbortSignal.timeout(600_000),
  onProgress: ({ message }) => console.error(message),
};

/** What to run; arguments and input are for a `main`. @param {string} code */
const request = (code) => ({ code, args: [], stdin: '' });

try {
  const proof = await app.service.runCode(request('theorem two : 1 + 1 = 2 := rfl'), caller);
  console.log(isSuccess(proof) ? 'Lean accepts the proof.' : toStructured(proof, app.report).error);

  const tried = await app.proofs.tryTactics(
    {
      code: 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n',
      target: { sorry: 1 },
      attempts: ['exact h', 'constructor', 'exact ⟨h.right, h.left⟩'],
      attemptTimeoutMs: 5000,
    },
    caller,
  );
  if (tried.outcome === 'completed') {
    for (const { tactic, verdict } of tried.attempts) console.log(`${tactic}: ${verdict}`);
  }

  const first = await app.service.runInSession(request('def add (a b : Nat) : Nat := a + b'), caller);
  const sessionId = first.session?.sessionId;
  if (sessionId === undefined) throw new Error(toStructured(first, app.report).error);
  const second = await app.service.runInSession({ ...request('#eval add 10 20'), sessionId }, caller);
  console.log(second.diagnostics.map(({ message }) => message.trim()).join('\n'));
  await app.sessions.close(sessionId);
} finally {
  await app[Symbol.asyncDispose]();
}
