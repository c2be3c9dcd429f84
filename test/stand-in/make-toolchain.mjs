/**
 * Makes the stand-in toolchain: `node make-toolchain.mjs OUTDIR [--new]`. It looks like a Lean toolchain, plays the
 * recordings in test/recordings and does what the programs in test/programs say. With --new it takes the options that
 * newer Leans take (`--json`, `-Dserver.reportDelayMs`) and ends its worker when the imports change, as they do.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [out, variant] = process.argv.slice(2);
if (out === undefined || (variant !== undefined && variant !== '--new')) {
  process.stderr.write('usage: node make-toolchain.mjs OUTDIR [--new]\n');
  process.exit(2);
}
const here = import.meta.dirname;
const lib = join(out, 'lib', 'lean');
const home = join(lib, 'stand-in');
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'bin'), { recursive: true });
cpSync(join(here, 'player'), home, { recursive: true });
cpSync(join(here, '..', 'recordings'), join(home, 'recordings'), { recursive: true });
cpSync(join(here, '..', 'programs'), join(home, 'programs'), { recursive: true });
for (const library of ['Init', 'Std', 'Lean']) writeFileSync(join(lib, `${library}.olean`), '');
if (variant === '--new') writeFileSync(join(home, 'new'), '');

const node = join(home, 'node');
copyFileSync(process.execPath, node);
try {
  execFileSync('strip', [node], { stdio: 'ignore' });
} catch {
  // Without `strip` it is larger, and works as well.
}
chmodSync(node, 0o755);

const lean = join(out, 'bin', 'lean');
writeFileSync(
  lean,
  '#!/bin/sh\nhome=$(dirname "$(readlink -f "$0")")/../lib/lean/stand-in\nexec "$home/node" --v8-pool-size=0 "$home/lean.mjs" "$@"\n',
);
chmodSync(lean, 0o755);
// A compiler that makes nothing but the elaborator, and that from whatever it is given.
const leanc = join(out, 'bin', 'leanc');
cpSync(join(here, 'leanc.sh'), leanc);
chmodSync(leanc, 0o755);
// For tests without an image, in which it would be compiled.
execFileSync(leanc, ['-o', join(out, 'bin', 'elaborator')]);
