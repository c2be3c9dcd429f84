/*
 * The page that shows results, in a browser: in a host with the official side of MCP Apps, in front of the built server.
 * What comes from sandboxes is hostile; a page that the policy of the host or its own stops would say so, and fail here.
 */
import type { CallToolResult } from '@modelcontextprotocol/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { show, type HostOptions, type Shown, type ShownPage } from './support/app-host.ts';
import { takePicture } from './support/picture.ts';
import { sharedServer } from './support/shared-server.ts';

const server = sharedServer();
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const twoSorries =
  'theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  constructor\n  · exact sorry\n  · exact sorry\n';
const oneSorry = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact sorry\n';
const attempts = ['exact h', 'constructor', 'exact ⟨h.right, h.left⟩', 'exact sorry'];

async function open(shown: Shown, options?: HostOptions): Promise<ShownPage> {
  return await show(browser, server(), shown, options);
}

/** A result that a server told, with what is always in one. */
function told(fields: Readonly<Record<string, unknown>>): CallToolResult {
  const timings = { queue: 0, sandbox: 1, elaborate: 2, run: 0, total: 3 };
  const structuredContent = { status: 'success', outcome: 'completed', timings_ms: timings, ...fields };
  return { content: [{ type: 'text', text: 'the text of it' }], structuredContent };
}

const background = 'getComputedStyle(document.documentElement).backgroundColor';

async function heightOf({ page }: ShownPage): Promise<number> {
  const height = (await page.locator('iframe').boundingBox())?.height ?? 0;
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  await page.setViewportSize({ ...size, height: Math.ceil(height) });
  return height;
}

/** Nothing was refused to the page by a policy, and it asked nobody for anything. */
function expectPeace({ complaints, requests }: ShownPage): void {
  expect(complaints).toEqual([]);
  expect(requests.filter((address) => !address.startsWith('about:'))).toEqual([]);
}

describe('the page', () => {
  it('is named by the tools whose results it shows, and is one small file that loads nothing', async () => {
    const { tools } = await server().client.listTools();
    const named = tools.filter(({ _meta }) => JSON.stringify(_meta) === '{"ui":{"resourceUri":"ui://lean/proof"}}');
    expect(named.map(({ name }) => name)).toEqual([
      'execute-lean',
      'execute-lean-persistent',
      'inspect-lean',
      'try-tactics',
    ]);
    const { contents } = await server().client.readResource({ uri: 'ui://lean/proof' });
    expect(contents).toMatchObject([{ mimeType: 'text/html;profile=mcp-app', _meta: { ui: { prefersBorder: true } } }]);
    const html = contents[0] && 'text' in contents[0] ? contents[0].text : '';
    expect(html.length).toBeLessThan(80_000);
    expect(html).toMatch(/^<!doctype html>/);
    const namespaces = /http:\/\/www\.w3\.org\/[\w/]+/g;
    expect(html.replaceAll(namespaces, '')).not.toMatch(/https?:|<link|<img|@import|url\(/);
  });
});

describe.each(['light', 'dark'] as const)('in a %s host', (theme) => {
  it('a text with sorry is shown with its messages at their places and what is left to prove', async () => {
    await using shown = await open({ tool: 'execute-lean', input: { code: twoSorries } }, { theme });
    const { view } = shown;
    await view.getByRole('heading', { name: 'Accepted, with sorry' }).waitFor();
    expect(await view.locator('.detail').innerText()).toBe('2 goals left to prove');
    expect(await view.locator('.line').count()).toBe(4);
    // Where it says so, and how often, depends on the Lean.
    const warning = view.locator('.line + .message.warning').first();
    await expect.poll(() => warning.innerText()).toMatch(/^declaration uses ['`]sorry['`]$/);
    expect(await view.locator('.mark.warning').first().innerText()).toMatch(/^(?:both|sorry)$/);
    expect(await view.locator('aside .place').allInnerTexts()).toEqual(['sorry 1, line 3', 'sorry 2, line 4']);
    expect(await view.locator('aside .target').allInnerTexts()).toEqual(['⊢ p', '⊢ q']);
    expect(await view.locator('aside .hypothesis').first().innerText()).toBe('p q : Prop');
    const scheme = theme === 'dark' ? 'rgb(21, 24, 30)' : 'rgb(255, 255, 255)';
    expect(await shown.evaluate(background)).toBe(scheme);
    await takePicture(shown.page, `proof-sorry-${theme}`, await heightOf(shown));
    expectPeace(shown);
  });

  it('attempts are shown with their verdicts, and keys go from one to the next', async () => {
    const input = { code: oneSorry, sorry: 1, attempts };
    await using shown = await open({ tool: 'try-tactics', input }, { theme });
    const { view } = shown;
    await view.getByRole('heading', { name: 'Proved' }).waitFor();
    expect(await view.locator('.line .place').allInnerTexts()).toEqual(['exact ', 'sorry']);
    const options = view.getByRole('option');
    expect(await options.locator('.says').allInnerTexts()).toEqual([
      'fails',
      expect.stringMatching(/^leaves 2 goals$/),
      'proves it',
      'uses sorry',
    ]);
    expect(await view.getByRole('option', { selected: true }).locator('code').innerText()).toBe(attempts[2]);
    await takePicture(shown.page, `proof-attempts-${theme}`, await heightOf(shown));
    await view.getByRole('listbox').press('ArrowUp');
    expect(await view.locator('.outcome .target').allInnerTexts()).toEqual(['⊢ q', '⊢ p']);
    await view.getByRole('listbox').press('Home');
    expect(await view.locator('.outcome .message').innerText()).toMatch(/mismatch/);
    await options.last().click();
    expect(await view.getByRole('option', { selected: true }).locator('.says').innerText()).toBe('uses sorry');
    expectPeace(shown);
  });

  it('an answer about a place is shown beside the place', async () => {
    const input = { code: twoSorries, line: 2, column: 2, what: 'goal' };
    await using shown = await open({ tool: 'inspect-lean', input }, { theme });
    const { view } = shown;
    await view.locator('aside .target').first().waitFor();
    expect(await view.locator('aside .target').first().innerText()).toBe('⊢ p ∧ q');
    expect(await view.locator('.line.current').getAttribute('data-line')).toBe('2');
    await view.locator('.caret').waitFor();
    await takePicture(shown.page, `proof-goals-${theme}`, await heightOf(shown));
    expectPeace(shown);
  });

  it('what a tactic changed is shown as new', async () => {
    const goal = (hypotheses: readonly string[], target: string): unknown => ({
      rendered: 'as told in parts',
      hypotheses: hypotheses.map((name) => ({ names: [name], type: 'Nat' })),
      target,
    });
    const result = told({ found: true, goals_before: [goal(['n'], 'p')], goals_after: [goal(['n', 'm'], 'q')] });
    await using shown = await open({ input: { code: 'x', line: 1, column: 0 }, result }, { theme });
    await shown.view.getByRole('heading', { name: 'After' }).waitFor();
    expect(await shown.view.locator('aside h3').allInnerTexts()).toEqual(['Before', 'After']);
    expect(await shown.view.locator('.new').allInnerTexts()).toEqual(['m : Nat', '⊢ q']);
    expectPeace(shown);
  });

  it('a rejected text is shown with its errors', async () => {
    await using shown = await open({ tool: 'execute-lean', input: { code: 'def bad : Nat := "x"\n' } }, { theme });
    const { view } = shown;
    await view.getByRole('heading', { name: 'Lean rejects it' }).waitFor();
    expect(await view.locator('.message.error').innerText()).toMatch(/mismatch/);
    expect(await view.locator('.mark.error').innerText()).toBe('"x"');
    await takePicture(shown.page, `proof-error-${theme}`, await heightOf(shown));
    expectPeace(shown);
  });
});

describe('goals at the cursor', () => {
  it('are asked for by keys, once for each place', async () => {
    await using shown = await open({ tool: 'execute-lean', input: { code: twoSorries } });
    const { view, calls } = shown;
    const source = view.locator('.source');
    await source.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowLeft', 'Home', 'ArrowRight', 'ArrowRight']) {
      await source.press(key);
    }
    expect(calls).toEqual([]);
    await source.press('Enter');
    await view.getByRole('heading', { name: 'At line 3, column 2' }).waitFor();
    const asked = { name: 'inspect-lean', input: { code: twoSorries, line: 3, column: 2, what: 'goal' } };
    expect(calls).toEqual([asked]);
    await view.locator('aside .target').first().waitFor();
    expect((await view.locator('aside .target').allInnerTexts()).slice(0, 2)).toEqual(['⊢ p', '⊢ q']);
    await source.press('ArrowUp');
    expect(await view.getByRole('heading', { name: 'Left to prove' }).isVisible()).toBe(true);
    await source.press('ArrowDown');
    await source.press('Enter');
    await view.getByRole('heading', { name: 'At line 3, column 2' }).waitFor();
    expect(calls).toEqual([asked]);
    expectPeace(shown);
  });

  it('are asked for by a click, at the character that was clicked', async () => {
    await using shown = await open({ tool: 'execute-lean', input: { code: twoSorries } });
    const { view, calls } = shown;
    const from = await view.locator('[data-line="4"] .sorry').boundingBox();
    if (from === null) throw new Error('there is no sorry');
    await shown.page.mouse.click(from.x + 1, from.y + from.height / 2);
    const asked = { code: twoSorries, line: 4, column: 10, what: 'goal' };
    await expect.poll(() => calls).toEqual([{ name: 'inspect-lean', input: asked }]);
    await view.locator('.line.current[data-line="4"]').waitFor();
  });

  it('of a step that a session has accepted are asked for in the session’s text', async () => {
    const first = await server().step('def x := 1\n');
    const input = { code: twoSorries, session_id: first.session_id };
    await using shown = await open({ tool: 'execute-lean-persistent', input });
    const source = shown.view.locator('.source');
    await source.focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) await source.press(key);
    await shown.view.getByRole('heading', { name: 'At line 2, column 2' }).waitFor();
    await expect
      .poll(() => shown.calls)
      .toEqual([{ name: 'inspect-lean', input: { session_id: first.session_id, line: 3, column: 2, what: 'goal' } }]);
    await server().call('cleanup-session', { session_id: first.session_id });
  });

  it('are not offered where the host lets nobody ask', async () => {
    await using shown = await open({ tool: 'execute-lean', input: { code: twoSorries } }, { mayCall: false });
    const source = shown.view.locator('.source');
    await source.focus();
    await source.press('Enter');
    expect(await shown.view.locator('.hint').count()).toBe(0);
    expect(await shown.view.getByRole('heading', { name: /At line/ }).count()).toBe(0);
  });

  it('F8 goes from message to message', async () => {
    const marks = [1, 3].map((line) => ({ severity: 'error', line, column: 1, end_line: line, end_column: 2 }));
    const result = told({ status: 'error', diagnostics: marks.map((mark) => ({ ...mark, message: 'no' })) });
    await using shown = await open({ input: { code: 'abc\ndef\nghi\n' }, result });
    const source = shown.view.locator('.source');
    await source.focus();
    const visited: (string | null)[] = [];
    for (const key of ['F8', 'F8', 'F8', 'Shift+F8']) {
      await source.press(key);
      visited.push(await shown.view.locator('.line.current').getAttribute('data-line'));
    }
    expect(visited).toEqual(['1', '3', '1', '3']);
    expect(await shown.view.locator('.aloud').innerText()).toBe('Line 3: ghi error: no');
  });
});

describe('the steps of a session', () => {
  it('are shown when asked for, and the session goes back to one of them, of which the model is told', async () => {
    const { session_id: session } = await server().step('def x := 1\n');
    await server().step('def y := 2\n', session);
    const input = { code: 'def z := 3\n', session_id: session };
    await using shown = await open({ tool: 'execute-lean-persistent', input });
    const { view, calls, told: said } = shown;
    await view.getByRole('button', { name: 'Session, step 3' }).waitFor();
    expect(calls).toEqual([]);
    await view.getByRole('button', { name: 'Session, step 3' }).click();
    await view.getByRole('button', { name: 'Go back to step 1' }).waitFor();
    expect(await view.locator('.steps summary').allInnerTexts()).toEqual(['1x', '2y', '3z']);
    await takePicture(shown.page, 'proof-session-light', await heightOf(shown));
    await view.getByRole('button', { name: 'Go back to step 1' }).click();
    await view.getByRole('button', { name: 'Keep' }).click();
    await view.getByRole('button', { name: 'Go back to step 1' }).press('Enter');
    expect(calls.map(({ name }) => name)).toEqual(['describe-session']);
    await view.getByRole('button', { name: 'Drop steps 2 to 3' }).press('Enter');
    await view.getByText('The session is back at step 1.').waitFor();
    await view.getByText('This step was taken back.').waitFor();
    await expect.poll(() => said).toEqual([expect.stringContaining(`${session} back to step 1`)]);
    const { structuredContent } = await server().call('describe-session', { session_id: session });
    expect(structuredContent).toMatchObject({ step: 1, steps: [{ names: ['x'] }] });
    await server().call('cleanup-session', { session_id: session });
    expectPeace(shown);
  });

  it('that is gone say so', async () => {
    await using shown = await open({ input: { code: 'x' }, result: told({ session_id: 'gone', step: 2 }) });
    await shown.view.getByRole('button', { name: 'Session, step 2' }).click();
    await shown.view.getByText(/There is no session/).waitFor();
  });
});

describe('hostile text stays text', () => {
  const hostile = [
    '</script><script>document.title = "owned"</script>',
    '<img src=x onerror="document.title=\'owned\'">',
    '<iframe srcdoc="<script>parent.document.title=1</script>"></iframe>',
    '<style>* { display: none }</style>',
    '--><svg onload=alert(1)>',
    '{policy} (policy) <!-- (script) -->',
    'javascript:alert(1)',
    '&lt;b&gt; &#x202e;',
  ].join(' ');
  const unseen = 'a\u202eb\u2066c\u200bd\u{e0041}e\u0000f\u001b[31mg';
  const text = `${hostile}\n${unseen}`;
  const span = { line: 1, column: 0, end_line: 1, end_column: 3 };
  const goal = {
    rendered: `h : ${text}\n⊢ ${text}`,
    case: text,
    hypotheses: [{ names: [text], type: text, value: text }],
    target: text,
  };
  const message = { severity: 'error', ...span, message: text };
  const frame = { session_id: text, lean_version: text, error: text, note: text };
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    [
      'of an execution',
      {
        ...frame,
        status: 'error',
        diagnostics: [message],
        goals: [{ ...goal, origin: 'sorry', ...span }],
        stdout: text,
        stderr: text,
      },
    ],
    ['of an execution that was stopped', { ...frame, status: 'error', outcome: 'crashed' }],
    [
      'of attempts',
      {
        ...frame,
        place: { ...span, kind: 'tactic' },
        goals: [goal],
        diagnostics: [message],
        attempts: [
          {
            number: 1,
            tactic: text,
            result: 'failed',
            goals: [goal],
            diagnostics: [message],
            new_errors: [message],
            detail: text,
            elapsed_ms: 1,
          },
        ],
      },
    ],
    [
      'of an answer',
      {
        ...frame,
        found: true,
        place: span,
        goals_before: [goal],
        goals_after: [goal, { ...goal, hypotheses: undefined }],
        goal,
        text: `\`\`\`lean\n${text}\n\`\`\`\n***\n${text}`,
        completions: [{ label: text, detail: text, documentation: text }],
        definitions: [{ ...span, where: 'library', file: text, text }],
      },
    ],
  ];

  it.each(cases)('%s', async (_, fields) => {
    await using shown = await open({ input: { code: text, line: 1, column: 0 }, result: told(fields) });
    const { view, page } = shown;
    await view.locator('header').waitFor();
    const elements =
      'script, img, iframe, style, link, object, embed, form, [onerror], [onload], [href], [src], [srcdoc]';
    const found = await shown.evaluate(`[...document.querySelectorAll('${elements}')].map(({ tagName }) => tagName)`);
    // Its own style and script.
    expect(found).toEqual(['STYLE', 'SCRIPT']);
    expect(await shown.evaluate('document.title')).toBe('What Lean said');
    expect(await page.title()).toBe('');
    const all = await view.locator('header, main, footer').allInnerTexts();
    const everything = all.join('\n');
    expect(everything).toContain('<img src=x onerror=');
    expect(everything).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\u{e0041}]/u,
    );
    expectPeace(shown);
  });

  it('whose markup a mistake would make elements of is stopped by the page’s own policy', async () => {
    await using shown = await open({ input: { code: 'x' }, result: told({}) });
    const attempt = (code: string): Promise<unknown> =>
      shown.evaluate(`(() => { try { ${code}; return 'done'; } catch (error) { return error.name; } })()`);
    expect(await attempt('document.body.innerHTML = "<b>"')).toBe('TypeError');
    expect(await attempt('document.write("<b>")')).toBe('TypeError');
    expect(await attempt('setTimeout("document.title = 1")')).toBe('TypeError');
    await attempt('document.head.append(Object.assign(document.createElement("style"), { textContent: "*{}" }))');
    expect(shown.complaints.join('\n')).toMatch(/style-src|inline style/);
  });

  it('of a call that did not run', async () => {
    const result: CallToolResult = { isError: true, content: [{ type: 'text', text }] };
    await using shown = await open({ input: { code: text }, result });
    await shown.view.getByRole('heading', { name: 'The call did not run' }).waitFor();
    expect(await shown.view.locator('.failure').innerText()).toContain('<img src=x');
    expectPeace(shown);
  });

  it('that is no result at all is shown as text', async () => {
    await using shown = await open({
      input: { code: 7, line: 'x', session_id: {} },
      result: {
        content: [{ type: 'text', text }],
        structuredContent: { status: 'success', attempts: 7, diagnostics: 'x' },
      },
    });
    await shown.view.getByText('<img src=x', { exact: false }).first().waitFor();
  });
});

describe('the host', () => {
  it('is followed in its colours, also when they change, and other variables are left alone', async () => {
    const variables = { '--color-background-primary': 'rgb(1, 2, 3)', '--panel': 'rgb(9, 9, 9)' };
    await using shown = await open({ input: { code: 'x' }, result: told({}) }, { variables });
    expect(await shown.evaluate(background)).toBe('rgb(1, 2, 3)');
    expect(
      await shown.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--panel')"),
    ).not.toContain('rgb(9, 9, 9)');
    await shown.do('changeContext', { theme: 'dark' });
    await expect.poll(() => shown.evaluate('document.documentElement.style.colorScheme')).toBe('dark');
    expect(await shown.evaluate(background)).toBe('rgb(1, 2, 3)');
  });

  it('may show it while Lean is at work, and send the result later, or cancel', async () => {
    await using shown = await open({ input: { code: 'def x := 1' }, result: undefined });
    await shown.view.getByRole('heading', { name: 'Lean is at work' }).waitFor();
    expect(await shown.view.locator('.line').innerText()).toBe('def x := 1');
    await shown.do('sendResult', told({ lean_version: '4.99.0' }));
    await shown.view.getByText('Lean 4.99.0 · 3 ms').waitFor();
    await shown.do('cancel');
    await shown.view.getByRole('heading', { name: 'Cancelled' }).waitFor();
    expect(await shown.do('tearDown')).toEqual({});
  });

  it('may show it on the whole screen', async () => {
    await using shown = await open({ input: { code: 'x' }, result: told({}) }, { fullscreen: true });
    const button = shown.view.getByRole('button', { name: 'Full screen' });
    await button.click();
    await shown.page.locator('iframe.fullscreen').waitFor();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await button.click();
    await expect.poll(() => shown.page.locator('iframe.fullscreen').count()).toBe(0);
  });

  it('may be a telephone', async () => {
    const input = { code: oneSorry, sorry: 1, attempts };
    await using shown = await open({ tool: 'try-tactics', input }, { width: 360 });
    await shown.view.getByRole('heading', { name: 'Proved' }).waitFor();
    expect(await shown.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await takePicture(shown.page, 'proof-telephone', await heightOf(shown));
  });
});

it('a text of many lines is shown whole, and the cursor gets to its end', async () => {
  const code = Array.from({ length: 5000 }, (_, index) => `def x${index} := ${index}`).join('\n');
  await using shown = await open({ input: { code }, result: told({}) });
  const source = shown.view.locator('.source');
  await source.focus();
  await source.press('Control+End');
  expect(await shown.view.locator('.line.current').getAttribute('data-line')).toBe('5000');
  expect(await shown.view.locator('.line.current').innerText()).toBe('def x4999 := 4999');
});
