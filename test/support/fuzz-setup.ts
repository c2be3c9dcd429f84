/** With `FUZZ_RUNS`, property tests that do not say how many cases they want get that many. */
import fc from 'fast-check';
import { fuzzRuns } from './fuzz-runs.ts';

fc.configureGlobal({ numRuns: fuzzRuns(100) });
