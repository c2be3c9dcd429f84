import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchReport } from '../bench-report.ts';

/** What the plots show of what `bench --json` prints. */
export interface PlottedReport extends Pick<BenchReport, 'image' | 'limits' | 'rounds' | 'programs'> {
  readonly machine: Pick<BenchReport['machine'], 'cpus' | 'cpu_model' | 'memory' | 'engine'>;
  readonly throughput: readonly Pick<BenchReport['throughput'][number], 'callers' | 'calls' | 'calls_per_second'>[];
}

/** Where the pictures are, beside the report that they show. */
export const picturesFolder = path.join(import.meta.dirname, '../../docs/bench');

/** The report that the documentation shows. */
export async function readPlottedReport(): Promise<PlottedReport> {
  return JSON.parse(await readFile(path.join(picturesFolder, 'report.json'), 'utf8')) as PlottedReport;
}
