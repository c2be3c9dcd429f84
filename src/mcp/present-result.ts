/* Makes a result fit its client, and keeps the whole of it for those who want the rest. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fitResult, type Show, type Shown } from '../report/fit-result.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import { keptResultsLimits, resultUri, type OwnResults } from './kept-results.ts';

/** Where results are shown. */
interface Presentation {
  readonly report: ReportLimits;
  /** Bytes of a result, as data and text together. */
  readonly resultBytes: number;
  readonly results: OwnResults;
  /** What the caller should know of the server, if anything. */
  readonly news: string | undefined;
}

/** Room for telling where the whole is, and news of the server. */
const noteBytes = 1000;
/** What is kept of the parts of a whole result, in characters. */
const maxKeptCharacters = 400_000;

/** The result as it goes out. */
export async function presentResult(show: Show, presentation: Presentation): Promise<Shown> {
  const { structured, text } = await withWholeKept(show, presentation);
  const { news } = presentation;
  return news === undefined
    ? { structured, text }
    : { structured: { ...structured, notice: news }, text: `${text}\nNotice: ${news}` };
}

async function withWholeKept(show: Show, { report, resultBytes, results }: Presentation): Promise<Shown> {
  const shown = await fitResult(show, report, resultBytes - noteBytes);
  if (!JSON.stringify(shown.structured).includes('"truncated":{')) return shown;
  await nextTurn();
  const whole = show({ ...report, messageCharacters: maxKeptCharacters, outputCharacters: maxKeptCharacters });
  if (whole.text === shown.text) return shown;
  const id = results.keep(whole);
  if (id === undefined) return shown;
  const uri = resultUri(id);
  return {
    structured: { ...shown.structured, full_result: uri },
    text: `${shown.text}\nAll of it, for ${keptResultsLimits.maxAgeMs / 60_000} minutes: ${uri}, in pages ${uri}/1 and so on`,
  };
}
