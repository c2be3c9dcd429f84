/*
 * `npm run bench:queue`: what the queue on NATS costs an item, and whether every item has one result while a worker is killed
 * every second and the leader once. The work is made up, so that nothing but the queue is measured; needs nats-server.
 */
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { startNats } from '../../test/support/nats-servers.ts';
import { measureEndurance } from './measure-endurance.ts';
import { measureOverhead } from './measure-overhead.ts';

function countArgument(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 9999999.');
  return Number(text);
}

const program = new Command('npm run bench:queue --')
  .description('measure the queue of checks on NATS, with made-up work')
  .option('--items <number>', 'how many items go through while workers are killed', countArgument, 100_000)
  .addHelpText('after', '\nExample:\n  npm run --silent bench:queue -- --items 10000')
  .action(async ({ items }) => {
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    for (const count of [1, 3]) {
      await using nats = await startNats(count);
      const { throughMs, aloneMs } = await measureOverhead(nats.address, count);
      say(
        `${count} nats-server: ${throughMs.toFixed(2)} ms an item (target: at most 3), ${aloneMs.toFixed(1)} ms for one alone`,
      );
    }
    await using nats = await startNats(3);
    const report = await measureEndurance(nats, items, say);
    say(
      `${items} items through 3 nats-server in ${report.seconds.toFixed(0)} s (${(items / report.seconds).toFixed(0)}/s), ` +
        `${report.workersKilled} workers and the leader killed: ${report.missing} without a result, ${report.twice} with two, ` +
        `${report.wrong} with a wrong one, ${report.givenUp} given up; ${report.sentAgain} lost by the leader and sent again`,
    );
    say(
      `memory of the gateway, live: ${report.earlyMiB.toFixed(0)} MiB in the first quarter, ${report.lateMiB.toFixed(0)} MiB in the last`,
    );
    if (report.missing + report.twice + report.wrong > 0) process.exitCode = 1;
  });

await program.parseAsync();
