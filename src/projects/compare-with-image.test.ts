import { describe, expect, it } from 'vitest';
import { compareWithImage } from './compare-with-image.ts';

const toolchain = { version: '4.27.0', libraries: ['Init', 'Lean', 'ProofWidgets'] };

function compared(files: Readonly<Record<string, string>>): string {
  return compareWithImage(new Map(Object.entries(files)), toolchain).join('\n');
}

describe('what an image lacks for a project', () => {
  it('is nothing where Lean and packages are the same', () => {
    const manifest = { packages: [{ name: 'proofwidgets', url: 'https://github.com/x/y', rev: 'v1' }] };
    expect(
      compared({ 'lean-toolchain': 'leanprover/lean4:v4.27.0\n', 'lake-manifest.json': JSON.stringify(manifest) }),
    ).toBe('');
    expect(compared({})).toBe('');
  });

  it('is another Lean, with the command that makes an image with it', () => {
    expect(compared({ 'lean-toolchain': 'leanprover/lean4:v4.20.1-rc2' })).toBe(
      'The project is for Lean 4.20.1-rc2 (lean-toolchain), and the image has 4.27.0. An image that fits: ' +
        'lean-docker-mcp image build --lean-version 4.20.1-rc2 --tag lean-docker-mcp:4.20.1-rc2, then set docker.image to lean-docker-mcp:4.20.1-rc2.',
    );
    expect(compared({ 'lean-toolchain': 'stable; rm -rf /' })).toContain('names no release of Lean');
    expect(compared({ 'lean-toolchain': 'somebody/lean4:v4.27.0' })).toContain('names no release of Lean');
  });

  it('is packages, with the command that makes an image with them; nothing of a stranger’s gets into it', () => {
    const packages = [
      { name: 'mathlib', url: 'https://github.com/leanprover-community/mathlib4', rev: 'abc123' },
      { name: 'mine', url: 'https://github.com/me/mine.git', rev: 'v1; true' },
      { name: 'local', type: 'path' },
      { name: 'evil', url: 'https://github.com/a/b; rm -rf /', rev: 'x' },
    ];
    expect(compared({ 'lake-manifest.json': JSON.stringify({ packages }) })).toBe(
      'The image lacks packages of lake-manifest.json: "mathlib", "mine", "local", "evil". An image with them: ' +
        'lean-docker-mcp image build --with mathlib@abc123 --with me/mine',
    );
    expect(compared({ 'lake-manifest.json': '{"packages": 3}' })).toContain('cannot be read');
  });
});
