/* `npm run bench:plots`: draws the pictures of the documentation from what a bench has measured, docs/bench/report.json. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { picturesFolder, readPlottedReport } from './plotted-report.ts';
import { plotReport } from './plot-report.ts';

await mkdir(picturesFolder, { recursive: true });
for (const [name, svg] of plotReport(await readPlottedReport())) await writeFile(path.join(picturesFolder, name), svg);
