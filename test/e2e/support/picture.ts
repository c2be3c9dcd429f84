/** Pictures of pages, to look at and for the documentation. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

const root = path.join(import.meta.dirname, '..', '..', '..');

/** Where pictures are kept: with `DOCS_PICTURES=1` in the documentation, else where nobody commits them. */
const isForDocs = process.env['DOCS_PICTURES'] === '1';
const folder = isForDocs ? 'docs/pictures' : '.cache/screenshots';

/** For new pages: twice as many dots, where they are to be read on fine screens. */
export const pictureScale = isForDocs ? { deviceScaleFactor: 2 } : {};

/** Takes one of a page from its top. @param height in pixels; default: all of it */
export async function takePicture(page: Page, name: string, height?: number): Promise<void> {
  await mkdir(path.join(root, folder), { recursive: true });
  const size = page.viewportSize() ?? { width: 1000, height: 700 };
  const file = path.join(root, folder, `${name}.png`);
  await page.screenshot({
    path: file,
    animations: 'disabled',
    ...(height === undefined ? { fullPage: true } : { clip: { x: 0, y: 0, width: size.width, height } }),
  });
}
