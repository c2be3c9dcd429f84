/**
 * Makes the stand-in toolchain: `node make-toolchain.mjs OUTDIR [--new] [--says VERSION]`. It looks like a Lean toolchain, plays the
 * recordings in test/recordings and does what the programs in test/programs say. With --new it takes the options that
 * newer Leans take (`--json`, `-Dserver.reportDelayMs`) and ends its worker when the imports change, as they do. With --says
 * it gives itself out for this version, and answers as ever.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [out, ...flags] = process.argv.slice(2);
const isNew = flags[0] === '--new';
const [says, version] = isNew ? flags.slice(1) : flags;
if (out === undefined || (says !== undefined && (says !== '--says' || version === undefined))) {
  process.stderr.write('usage: node make-toolchain.mjs OUTDIR [--new] [--says VERSION]\n');
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
// What `--run` is to find when the verifier is started.
mkdirSync(join(home, 'verifier'));
writeFileSync(join(home, 'verifier', 'Main.lean'), '');
for (const library of ['Init', 'Std', 'Lean']) writeFileSync(join(lib, `${library}.olean`), '');
if (isNew) writeFileSync(join(home, 'new'), '');
if (version !== undefined) writeFileSync(join(home, 'version'), version);

const node = join(home, 'node');
copyFileSync(process.execPath, node);
try {
  execFileSync('strip', [node], { stdio: 'ignore' });
} catch {
  // Without `strip` it is larger, and works as well.
}
chmodSync(node, 0o755);

const lake = `#!/bin/sh\nhome=$(dirname "$(readlink -f "$0")")/../lib/lean/stand-in\nexec "$home/node" --v8-pool-size=0 "$home/lake.mjs" "$@"\n`;
const leanc = join(out, 'bin', 'leanc');
writeFileSync(join(out, 'bin', 'lake'), lake);
cpSync(join(here, 'lean.sh'), join(out, 'bin', 'lean'));
// A compiler that makes nothing but the elaborator and the verifier, and those from whatever it is given.
cpSync(join(here, 'leanc.sh'), leanc);
for (const program of ['lean', 'lake', 'leanc']) chmodSync(join(out, 'bin', program), 0o755);
// For tests without an image, in which it would be compiled.
execFileSync(leanc, ['-o', join(out, 'bin', 'elaborator')]);
