#!/usr/bin/env node
/*
 * Where the program starts. An old Node cannot even read the rest of it, so this file is written in what each Node since 10
 * reads, whether it takes it for a module or for a script, and says in a sentence what is wrong.
 */
function start(major: number, minor: number): void {
  if (major > 20 || (major === 20 && minor >= 19)) {
    void import('./main.ts');
    return;
  }
  process.stderr.write(
    'lean-docker-mcp needs Node.js 20.19 or newer; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\nInstall a newer one from https://nodejs.org, or have the client start it by its path.\n',
  );
  process.exitCode = 3;
}

start(Number(process.versions.node.split('.')[0]), Number(process.versions.node.split('.')[1]));
