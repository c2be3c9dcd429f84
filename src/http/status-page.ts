import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { CallVerdict, Readings, RecentMinute, RecentPast } from '../telemetry/telemetry.ts';
import type { Routes } from './http-app.ts';
import { lines, stackedBars, type Markup, type Series } from './status-plots.ts';
import { statusStyle } from './status-style.ts';

/** What the page shows. */
export interface StatusSource {
  readonly version: string;
  readonly startedAt: Date;
  readonly read: () => Readings;
  readonly past: () => RecentPast;
  /** Throws when calls could not be served now. */
  readonly ready: () => Promise<void>;
}

const secondsBetweenLooks = 15;
/** The page may have its own style, and nothing else at all. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(statusStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const verdicts: readonly { readonly verdict: CallVerdict; readonly label: string }[] = [
  { verdict: 'success', label: 'accepted' },
  { verdict: 'rejected', label: 'rejected by Lean' },
  { verdict: 'stopped', label: 'stopped' },
  { verdict: 'failed', label: 'failed' },
];

/** `/`, the last hour for people. It tells of everybody's calls together and names nobody. */
export function statusRoutes(source: StatusSource): Routes {
  return (app) => {
    app.get('/', async (context) => {
      const isReady = await source.ready().then(
        () => true,
        () => false,
      );
      return context.html(statusPage(source, isReady, new Date()), 200, {
        'content-security-policy': policy,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    });
  };
}

function statusPage({ version, startedAt, read, past: recall }: StatusSource, isReady: boolean, now: Date): Markup {
  const past = recall();
  const readings = read();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="${secondsBetweenLooks}" />
        <title>lean-docker-mcp</title>
        ${raw(`<style>${statusStyle}</style>`)}
      </head>
      <body>
        <header>
          <h1>lean-docker-mcp</h1>
          ${isReady ? html`<span class="badge">ready</span>` : html`<span class="badge failed">not ready</span>`}
          <p>
            version ${version} · up ${span(now.getTime() - startedAt.getTime())} ·
            ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC
          </p>
        </header>
        <main>${tiles(past, readings)} ${plots(past.minutes)} ${tools(past)}</main>
      </body>
    </html>`;
}

function tiles({ minutes, median, p95 }: RecentPast, now: Readings): Markup {
  const total = (verdict: CallVerdict): number => minutes.reduce((sum, { calls }) => sum + calls[verdict], 0);
  const calls = verdicts.reduce((sum, { verdict }) => sum + total(verdict), 0);
  const { warm, starting, leased } = now.sandboxes;
  return html`<dl class="tiles">
    ${tile('Calls in the last hour', calls, `${now.callsRunning} running, ${now.callsWaiting} waiting`)}
    ${tile('Stopped or failed', total('stopped') + total('failed'), `${total('stopped')} stopped, ${total('failed')} failed`)}
    ${tile('Median answer', median === undefined ? '–' : duration(median), p95 === undefined ? 'no calls' : `95 % within ${duration(p95)}`)}
    ${tile('Sandboxes ready', warm, `${leased} in use, ${starting} being made`)}
    ${tile('Sessions', now.sessions, 'open now')}
    ${tile('Longest wait', duration(now.longestDelayMs), 'for the server’s own thread, in the last minute')}
  </dl>`;
}

function tile(name: string, value: number | string, more: string): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
    <dd>${more}</dd>
  </div>`;
}

function plots(minutes: readonly RecentMinute[]): Markup {
  const startedAt = minutes.map((minute) => minute.startedAt);
  const series = (label: string, colour: string, of: (minute: RecentMinute) => number | undefined): Series => ({
    label,
    colour,
    values: minutes.map(of),
  });
  const state = (label: string, colour: string, of: (readings: Readings) => number): Series =>
    series(label, colour, ({ readings }) => readings && of(readings));
  return html`<div class="plots">
    ${stackedBars({
      title: 'Calls a minute',
      startedAt,
      format: String,
      series: verdicts.map(({ verdict, label }) => series(label, verdict, ({ calls }) => calls[verdict])),
    })}
    ${lines({
      title: 'Time to answer',
      startedAt,
      format: duration,
      series: [series('median', 'used', ({ median }) => median), series('95 %', 'stopped', ({ p95 }) => p95)],
    })}
    ${stackedBars({
      title: 'Sandboxes',
      startedAt,
      format: String,
      series: [
        state('in use', 'used', ({ sandboxes }) => sandboxes.leased),
        state('ready', 'ready', ({ sandboxes }) => sandboxes.warm),
        state('being made', 'made', ({ sandboxes }) => sandboxes.starting),
      ],
    })}
    ${lines({
      title: 'Sessions and waiting calls',
      startedAt,
      format: String,
      series: [
        state('sessions', 'used', ({ sessions }) => sessions),
        state('waiting calls', 'stopped', ({ callsWaiting }) => callsWaiting),
      ],
    })}
  </div>`;
}

function tools({ tools: recent }: RecentPast): Markup {
  return html`<section class="tools">
    <h2>Tools in the last hour</h2>
    ${
      recent.length === 0
        ? html`<p class="none">No calls.</p>`
        : html`<table>
            <thead>
              <tr>
                <th>tool</th>
                ${verdicts.map(({ label }) => html`<th>${label}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${recent.map(
                ({ tool, calls }) =>
                  html`<tr>
                    <td>${tool}</td>
                    ${verdicts.map(({ verdict }) => html`<td>${calls[verdict]}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}
