/*
 * A caller of its own process: what others have to read of their answers does not keep it waiting. It asks an address as
 * often as it is told to, and tells how long each answer took, in milliseconds. It ends with who has started it.
 */
import process from 'node:process';

process.on('disconnect', () => process.exit());
process.on('message', async (url) => {
  const startedAt = performance.now();
  const response = await fetch(url);
  await response.text();
  process.send(performance.now() - startedAt);
});
